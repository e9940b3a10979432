"""All rigs of this daemon: feeds events through the core and answers the doors."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from rigd.advance import advance
from rigd.applier import Applier, Archive
from rigd.devices import DeviceIdentity, DeviceRef
from rigd.driver import Driver
from rigd.effects import Refusal, Step, Tell
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.events import DeviceSeen, Event, ServerDown, ServerUp
from rigd.ledger import unknown
from rigd.mode import Mode
from rigd.portrait import Answers, portrait
from rigd.requests import (
    AdoptAsked,
    ConnectAsked,
    FilterAsked,
    HaltAsked,
    HoldAsked,
    Inner,
    MoveAsked,
    Remembered,
    Request,
    SlotsComputed,
    Tick,
)
from rigd.rig import FilterSlot, Rig, RigSettings
from rigd.store import Memory, RigIdentity, Store
from rigd.view import Client, Json, RigView
from rigd.virtualfocuser import shift_ahead

log = logging.getLogger(__name__)

TICK_S = 0.5
LISTENER_LINES = 256
"""How far an event-stream listener may fall behind before it loses the oldest lines."""

Answer = Callable[[Rig], Answers]
"""Works out of a rig what it is and what it needs; pure."""


@dataclass(slots=True)
class _Place:
    """One rig with what belongs to it."""

    rig: Rig
    identity: RigIdentity
    applier: Applier
    slots: Callable[[Rig], tuple[FilterSlot, ...]]
    answer: Answer
    answers: Answers
    view: RigView | None = None
    """The portrait of `rig`, until something changes."""


class LiveObservatory:
    """The one object behind the Alpaca server, the REST API and the command line."""

    def __init__(self, archive: Archive, drivers: Mapping[str, Driver]) -> None:
        self._archive = archive
        self._drivers = drivers
        self._places: dict[str, _Place] = {}
        self._listeners: set[asyncio.Queue[Json]] = set()
        self._change = asyncio.Event()
        self._opened: dict[str, tuple[str, ...]] = {}
        self._errands: asyncio.Queue[Callable[[Store], None]] = asyncio.Queue()

    async def recall(self) -> None:
        """What the store knows of clients; before any rig is added."""
        self._opened = await self._archive.run(lambda store: store.opened())

    async def add(
        self,
        settings: RigSettings,
        slots: Callable[[Rig], tuple[FilterSlot, ...]],
        answer: Answer,
    ) -> None:
        """Take a rig in: what the store remembers of it counts, nothing moves."""
        identity = await self._archive.run(lambda store: store.identity(settings.name))
        memory = await self._archive.run(lambda store: store.memory(settings.name))
        rig = Rig(settings=settings)
        rig = replace(rig, settings=replace(settings, slots=slots(rig)))
        place = _Place(
            rig=rig,
            identity=identity,
            applier=Applier(
                settings,
                self._archive,
                self._drivers,
                lambda event: self._note(place, event),
            ),
            slots=slots,
            answer=answer,
            answers=Answers(),
        )
        place.answers = answer(rig)
        self._places[settings.name] = place
        self._feed(place, _recall(memory, settings))

    async def run(self) -> None:
        """Carry out what the rigs want, and let time pass; until cancelled."""
        async with asyncio.TaskGroup() as group:
            for place in self._places.values():
                group.create_task(place.applier.run())
            group.create_task(self._run_errands())
            while True:
                await asyncio.sleep(TICK_S)
                for place in self._places.values():
                    self._feed(place, Tick(at_s=monotonic()))

    async def _run_errands(self) -> None:
        while True:
            await self._archive.run(await self._errands.get())

    async def finish(self) -> None:
        """Store what is still on its way to the store; the last thing before the end."""
        for place in self._places.values():
            await place.applier.drain()
        while not self._errands.empty():
            await self._archive.run(self._errands.get_nowait())

    async def note_temperatures(self) -> None:
        """Store every focuser's temperature that is known."""
        for place in self._places.values():
            focuser, name = place.rig.focuser, place.rig.settings.name
            if focuser is not None and focuser.temperature_c is not None:
                temperature_c = focuser.temperature_c
                await self._archive.run(
                    lambda store, n=name, t=temperature_c: store.note_temperature(n, t)  # type: ignore[misc]  # bound now
                )

    def exposing(self) -> bool:
        """Whether any camera is busy."""
        cameras = [place.rig.camera for place in self._places.values()]
        return any(camera is not None and camera.busy for camera in cameras)

    def emit(self, event: Event) -> None:
        """A driver's event, for every rig."""
        match event:
            case ServerDown():
                log.warning("server %s: %s", event.server, event.reason)
            case ServerUp():
                log.info("server %s: connected", event.server)
            case _:
                pass
        for place in self._places.values():
            if isinstance(event, DeviceSeen):
                _resolve(place, event.identity)
            known = _facts(place.rig)
            self._feed(place, event)
            if _facts(place.rig) != known:
                self._work_out(place)

    def rigs(self) -> tuple[RigView, ...]:
        """Every rig, by number."""
        views = [_view(place) for place in self._places.values()]
        return tuple(sorted(views, key=lambda view: view.number))

    async def changed(self) -> None:
        """Return at the first change of any view after this call."""
        await self._change.wait()

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """The clients that have each virtual device open."""
        return self._opened

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep for the next start which clients have a virtual device open."""
        self._opened[unique_id] = clients
        self._errands.put_nowait(lambda store: store.remember_opened(unique_id, clients))

    def snapshot(self, rig: str) -> Rig:
        """The core's own snapshot of a rig."""
        return self._place(rig).rig

    async def history(self, rig: str, most: int = 50) -> list[dict[str, object]]:
        """The newest diary lines of a rig."""
        name = self._place(rig).rig.settings.name
        return await self._archive.run(lambda store: store.history(name, most))

    async def request_connect(self, rig: str, client: Client) -> None:
        """A client connects a virtual device: the hardware behind it is asked to connect."""
        self._ask(rig, ConnectAsked(at_s=monotonic(), client=client.name))

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        """Change the filter in-path."""
        self._ask(
            rig,
            FilterAsked(at_s=monotonic(), filter_position=filter_position, client=client.name),
        )

    async def request_move(self, rig: str, position_steps: int, client: Client) -> int:
        """Move the virtual focuser; returns the logical target after clamping."""
        asked = MoveAsked(at_s=monotonic(), position_steps=position_steps, client=client.name)
        after = self._ask(rig, asked).rig
        if after.queued is not None:
            return after.queued.base_steps
        if after.flight is not None:
            return after.flight.target_steps - shift_ahead(after)
        return after.ledger.logical_steps or 0

    async def request_halt(self, rig: str, client: Client) -> None:
        """Stop the motor now."""
        self._ask(rig, HaltAsked(at_s=monotonic(), client=client.name))

    async def request_adopt(self, rig: str, client: Client) -> None:
        """The focuser stands in focus for the filter in the light."""
        self._ask(rig, AdoptAsked(at_s=monotonic(), client=client.name))

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Hands off, or the end of it."""
        self._ask(rig, HoldAsked(at_s=monotonic(), client=client.name, hold=hold))

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Work offsets, matches and profile out again; nothing moves."""
        place = self._place(rig)
        before = place.rig.settings.slots
        self._work_out(place)
        changed = "changed" if place.rig.settings.slots != before else "are as before"
        told = Tell(sentence=f"{client.name} had the offsets worked out again: they {changed}")
        place.applier.put((told,))
        self._publish(place, told)

    async def happenings(self) -> AsyncIterator[Json]:
        """The diary as it is written."""
        queue: asyncio.Queue[Json] = asyncio.Queue(maxsize=LISTENER_LINES)
        with self._listening(queue):
            while True:
                yield await queue.get()

    @contextmanager
    def _listening(self, queue: asyncio.Queue[Json]) -> Iterator[None]:
        self._listeners.add(queue)
        try:
            yield
        finally:
            self._listeners.discard(queue)

    def _place(self, rig: str) -> _Place:
        try:
            return self._places[rig]
        except KeyError:
            known = ", ".join(self._places) or "none"
            msg = f"no rig is named {rig!r} (there are: {known})"
            raise InvalidValueError(msg) from None

    def _ask(self, rig: str, request: Request) -> Step:
        step = self._feed(self._place(rig), request)
        match step.refusal:
            case Refusal.INVALID:
                raise InvalidValueError(step.sentence)
            case Refusal.GATE:
                raise RefusedError(step.sentence)
            case Refusal.UNAVAILABLE:
                raise DeviceUnavailableError(step.sentence)
            case None:
                return step

    def _feed(self, place: _Place, event: Event | Request | Inner) -> Step:
        step = advance(place.rig, event)
        if step.rig != place.rig:
            place.rig, place.view = step.rig, None
            self._change.set()
            self._change = asyncio.Event()
        place.applier.put(step.effects)
        for effect in step.effects:
            if isinstance(effect, Tell):
                self._publish(place, effect)
        return step

    def _note(self, place: _Place, event: Inner) -> None:
        self._feed(place, event)

    def _work_out(self, place: _Place) -> None:
        slots = place.slots(place.rig)
        if slots != place.rig.settings.slots:
            self._feed(place, SlotsComputed(at_s=monotonic(), slots=slots))
        place.answers = place.answer(place.rig)
        place.view = None

    def _publish(self, place: _Place, tell: Tell) -> None:
        line: Json = {
            "rig": place.rig.settings.name,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "weight": tell.weight,
            "result": tell.result,
            "sentence": tell.sentence,
        }
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(line)


def _view(place: _Place) -> RigView:
    if place.view is None:
        place.view = portrait(place.rig, place.identity, place.answers)
    return place.view


def _recall(memory: Memory | None, settings: RigSettings) -> Remembered:
    """What of the store's memory still counts with today's settings."""
    now_s = monotonic()
    if memory is None:
        return Remembered(at_s=now_s, ledger=None, flight=None, flights=0)
    begins_to_apply = settings.mode is Mode.APPLY and memory.mode is not Mode.APPLY
    if begins_to_apply:
        return Remembered(at_s=now_s, ledger=None, flight=None, flights=memory.flights)
    ledger = memory.ledger
    laden = ledger.embodied is not None and ledger.embodied.total_steps != 0
    if memory.epoch != settings.epoch and laden:
        because = "the focuser's step size, direction, gain or reference filter was changed"
        ledger = unknown(ledger, ledger.read_steps, because)
    return Remembered(at_s=now_s, ledger=ledger, flight=memory.flight, flights=memory.flights)


def _resolve(place: _Place, identity: DeviceIdentity) -> None:
    """A profile may name an Alpaca device by its name: from now on its UniqueID counts."""
    ref, settings = identity.ref, place.rig.settings
    named = DeviceRef(ref.server, identity.name)
    if named == ref:
        return
    twins = [i for i in place.rig.identities if i.name == identity.name and i.ref != ref]
    roles = {
        role: ref
        for role in ("wheel", "focuser", "camera", "mount")
        if getattr(settings, role) == named
    }
    if not roles or any(t.ref.server == ref.server for t in twins):
        return
    connect = frozenset(ref if c == named else c for c in settings.connect)
    changed = replace(settings, connect=connect, **roles)  # type: ignore[arg-type]  # role: ref
    place.rig, place.view = replace(place.rig, settings=changed), None


def _facts(rig: Rig) -> tuple[object, ...]:
    """What the answers depend on."""
    return (
        rig.identities,
        (rig.focuser.step_size_um, rig.max_steps) if rig.focuser else None,
        rig.wheel.names if rig.wheel else None,
        rig.wheel.slots if rig.wheel else None,
        (rig.mount.focal_length_mm, rig.mount.aperture_mm) if rig.mount else None,
    )
