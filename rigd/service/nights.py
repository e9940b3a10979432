"""Reports of nights, worked out beside the event loop and beside the writer of the store."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from time import monotonic

from rigd.autofocus_logs.log_time import parse_zone
from rigd.errors import InvalidValueError, StoreError
from rigd.night_settings import NightsConfig
from rigd.service.running_rig import RunningRig, agenda_of
from rigd.service.temperature_notes import note_of
from rigd.store.archive import Archive
from rigd.store.nights import LIMIT_S, read_night
from rigd.view.night import (
    NOW,
    FocuserSample,
    Night,
    NightFacts,
    newest_night,
    night_at,
    night_on,
)
from rigd.view.night_report import NightReport, make_night_report
from rigd.view.rig import RigView

FRESH_S = 5.0
"""So long a report is handed out again: every open page asks for that of tonight."""
KEPT = 8
"""Reports at hand."""


class Nights:
    """The nights of all rigs."""

    def __init__(self, archive: Archive, running: Callable[[str], RunningRig]) -> None:
        """`running` finds a rig by its name, or raises InvalidValueError."""
        self._archive = archive
        self._running = running
        self._one_at_a_time = asyncio.Lock()
        self._made: dict[tuple[str, date], tuple[float, NightReport]] = {}
        self.zone: tzinfo | None = None
        """Whose noon a night ends at; None: this computer's."""

    def use_config(self, config: NightsConfig) -> None:
        """Take the zone of the owner."""
        self.zone = None if config.zone is None else parse_zone(config.zone)

    async def report(self, rig: str, day: str | None = None) -> NightReport:
        """The report of a night.

        Args:
            rig: its name.
            day: on which the night begins, as 2026-11-30; None: the newest one; `NOW`: that of now.

        Raises:
            InvalidValueError: there is no such rig, the day is none, or its night has not begun.
            StoreError: it could not be read within the limit.
        """
        running, now = self._running(rig), datetime.now(UTC)
        newest = newest_night(now, self.zone)
        if day == NOW:
            night = night_at(now, self.zone)
        else:
            night = newest if day is None else night_on(_parse(day), self.zone)
        if night.began > now:
            msg = f"night {night.day}: it has not begun yet"
            raise InvalidValueError(msg)
        try:
            async with asyncio.timeout(2 * LIMIT_S), self._one_at_a_time:
                return await self._make(running, night, now, newest=night.day >= newest.day)
        except TimeoutError:
            msg = f"night {night.day}: too many ask for reports, or the disk is too slow"
            raise StoreError(msg) from None

    async def _make(
        self, running: RunningRig, night: Night, now: datetime, *, newest: bool
    ) -> NightReport:
        key = running.name, night.day
        known = self._made.get(key)
        if known is not None and monotonic() - known[0] < FRESH_S:
            return known[1]
        view, path = running.show(), self._archive.path
        names = {slot.key: slot.name for slot in running.rig.settings.slots}
        due = tuple(names.get(one, one) for one in agenda_of(running).spot_checks)
        sample = _sample(running, now) if night.began <= now < night.ended else None

        def make() -> NightReport:
            facts = read_night(path, running.name, night, names)
            return _report(night, facts, view, now, newest=newest, due_runs=due, sample=sample)

        made = await asyncio.to_thread(make)
        self._made.pop(key, None)
        self._made[key] = monotonic(), made
        while len(self._made) > KEPT:
            del self._made[next(iter(self._made))]
        return made


def _report(
    night: Night,
    facts: NightFacts,
    rig: RigView,
    now: datetime,
    *,
    newest: bool,
    due_runs: tuple[str, ...],
    sample: FocuserSample | None,
) -> NightReport:
    return make_night_report(
        night,
        facts if sample is None else facts.with_sample(sample),
        rig,
        now,
        newest=newest,
        due_runs=due_runs,
    )


def _sample(running: RunningRig, now: datetime) -> FocuserSample | None:
    """Where the focuser stands now, which is stored each minute."""
    note = note_of(running.rig)
    if note is None:
        return None
    return FocuserSample(
        at=now.isoformat(timespec="milliseconds"),
        raw_steps=note.raw_steps,
        temperature_c=note.temperature_c,
        filter=None
        if note.filter_key is None
        else running.rig.settings.name_filter(note.filter_key),
    )


def _parse(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        msg = f"{day[:40]!r} is no day; write for example 2026-11-30"
        raise InvalidValueError(msg) from None
