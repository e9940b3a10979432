"""What INDI clients ask of one rig's devices, and what these show."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from time import monotonic
from typing import Protocol

from rigd.api.indi.asked_values import read_choice, read_slot, read_target
from rigd.api.indi.driver_cache import ALWAYS_OK
from rigd.api.indi.focuser_request import (
    FocuserRequest,
    end_move,
    move_to,
    refuse_move,
    show_focuser,
)
from rigd.api.indi.properties import (
    ABORT,
    AUXILIARY_INTERFACE,
    CONNECTION,
    DIRECTION,
    FILTER_INTERFACE,
    FOCUSER_INTERFACE,
    HOLD,
    POSITION,
    RELATIVE,
    SLOT,
    focuser_vectors,
    identity_vectors,
    rig_device,
    rig_vectors,
    wheel_vectors,
)
from rigd.api.indi.vectors import Key, State, Vector
from rigd.api.indi.wheel_request import (
    LONGEST_WAIT_S,
    WheelRequest,
    ask_wheel,
    await_again,
    fail,
    is_changing,
    show_wheel,
    take,
    wait_for_gate,
    withdraw,
)
from rigd.api.indi.wire import Element
from rigd.errors import InvalidValueError, RefusedError, RigdError
from rigd.view.observatory import Observatory
from rigd.view.rig import INDI_CLIENTS, DeviceView, RigView, opened_over_indi

GATE_RETRY_S = 1.0
"""How often a request that waits behind a gate is tried, beside each change of a view."""


class Loss(StrEnum):
    """How a driver went."""

    KILLED = "killed"
    OUT_OF_REACH = "out_of_reach"
    ENDED = "ended"
    """With its indiserver, and so with its clients."""


class Outlet(Protocol):
    """How a rig's devices reach the drivers."""

    @property
    def shown(self) -> Mapping[Key, Vector]:
        """What every driver has been told last."""

    def publish(self, repeated: Collection[Key] = ()) -> None:
        """Tell every driver what has changed, and of `repeated` also what has not."""

    def say(self, device: str, sentence: str) -> None:
        """Say a sentence in the log of every client."""

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Do something that waits, beside everything else."""


class RigDoor:
    """One rig's wheel, focuser, and the device that tells of the rig itself."""

    def __init__(
        self, observatory: Observatory, view: RigView, version: str, outlet: Outlet
    ) -> None:
        self._observatory, self._version, self._outlet = observatory, version, outlet
        self.wheel = WheelRequest(inherits=self.is_open(view.wheel))
        self.focuser = FocuserRequest()
        self._is_changing = False
        self._asking: asyncio.Task[None] | None = None
        self._is_told_of_real_wheel = False
        self._seen_change: object = None

    def take(self, view: RigView, asked: Element) -> bool:
        """Answer a client's command; False if it is about none of this rig's devices."""
        takers = {
            view.wheel.name: self._take_for_wheel,
            view.focuser.name: self._take_for_focuser,
            rig_device(view): self._take_for_rig,
        }
        if asked.device not in takers:
            return False
        try:
            takers[asked.device](view, asked)
        except InvalidValueError as error:
            self._outlet.say(asked.device, f"[ERROR] {error}")
            self._outlet.publish({(asked.device, asked.name)})
        return True

    def _take_for_wheel(self, view: RigView, asked: Element) -> None:
        if asked.name == CONNECTION:
            self._connect(view, view.wheel, asked)
        elif asked.name == SLOT and self.is_open(view.wheel):
            self._ask_for_slot(view, asked)
        else:
            self._refuse_unknown(asked)

    def _ask_for_slot(self, view: RigView, asked: Element) -> None:
        slot = read_slot(asked, len(view.wheel.names))
        self._observatory.report_indi_clients(view.name, None)
        position = slot - 1
        if self.wheel.asked_position == position:
            self._outlet.publish({(view.wheel.name, SLOT)})  # asked once more while under way
            return
        self._begin_to_ask(view, position)
        self._outlet.publish({(view.wheel.name, SLOT)})

    def _begin_to_ask(self, view: RigView, position: int) -> None:
        self.wheel = ask_wheel(self.wheel, position, monotonic())
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._outlet.start(self._ask_wheel(view, position))

    def withdraw(self) -> None:
        """Whoever waited for a filter has left: what waits behind a gate is not begun any more."""
        if self._asking is not None:
            self._asking.cancel()
        self.wheel = withdraw(self.wheel)

    async def _ask_wheel(self, view: RigView, position: int) -> None:
        """Ask for a filter; behind a gate that opens by itself, again and again."""
        device, reason = view.wheel.name, None
        until_s = monotonic() + LONGEST_WAIT_S
        while reason is None:
            try:
                await self._observatory.request_filter(view.name, position, INDI_CLIENTS)
            except RefusedError as gate:
                if not gate.opens_by_itself:
                    reason = str(gate)
                elif monotonic() > until_s:
                    reason = f"waited {LONGEST_WAIT_S:g} s: {gate}"
                else:
                    if self.wheel.gate != str(gate):
                        self._outlet.say(device, f"[INFO] waits: {gate}")
                    self.wheel = wait_for_gate(self.wheel, str(gate))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(GATE_RETRY_S):
                            await self._observatory.changed()
            except RigdError as error:
                reason = str(error)
            else:
                self.wheel = take(self.wheel)
                self._outlet.publish({(device, SLOT)})
                return
        self.wheel, sentence, is_alarm = fail(self.wheel, reason, monotonic())
        self._tell_failure(view, sentence, is_alarm=is_alarm)
        self._outlet.publish({(device, SLOT)})

    def _tell_failure(self, view: RigView, sentence: str, *, is_alarm: bool) -> None:
        self._outlet.say(view.wheel.name, sentence)
        if is_alarm:
            said = sentence.removeprefix("[ERROR] ")
            self._observatory.warn(view.name, f"INDI clients: {said}")

    def _take_for_focuser(self, view: RigView, asked: Element) -> None:
        device = view.focuser.name
        if asked.name == CONNECTION:
            self._connect(view, view.focuser, asked)
        elif not self.is_open(view.focuser):
            self._refuse_unknown(asked)
        elif asked.name == DIRECTION:
            inward = read_choice(asked, "FOCUS_INWARD", "FOCUS_OUTWARD")
            self.focuser = replace(self.focuser, inward=inward)
            self._outlet.publish({(device, DIRECTION)})
        elif asked.name == ABORT and asked.values.get("ABORT") != "On":
            self._outlet.publish({(device, ABORT)})
        elif asked.name == ABORT:
            self._outlet.start(self._halt(view))
        elif asked.name in {POSITION, RELATIVE}:
            self._ask_for_place(view, asked)
        else:
            self._refuse_unknown(asked)

    def _ask_for_place(self, view: RigView, asked: Element) -> None:
        try:
            target = read_target(asked, self.focuser, view.focuser.max_steps)
        except InvalidValueError as error:
            self._refuse_move(view, str(error))
            return
        self._outlet.start(self._move(view, target))

    async def _move(self, view: RigView, target: int) -> None:
        if self.focuser.target_steps != target:
            self.focuser = move_to(self.focuser, target)
            try:
                await self._observatory.request_move(
                    view.name, target, INDI_CLIENTS, may_be_cut=False
                )
            except RigdError as error:
                self._refuse_move(view, str(error))
                return
        self._outlet.publish({(view.focuser.name, POSITION), (view.focuser.name, RELATIVE)})

    def _refuse_move(self, view: RigView, reason: str) -> None:
        self.focuser = refuse_move(self.focuser, reason)
        self._outlet.say(view.focuser.name, f"[ERROR] {reason}")
        self._outlet.publish({(view.focuser.name, POSITION), (view.focuser.name, RELATIVE)})

    async def _halt(self, view: RigView) -> None:
        self.focuser = end_move(self.focuser)
        try:
            await self._observatory.request_halt(view.name, INDI_CLIENTS)
        except RigdError as error:
            self._outlet.say(view.focuser.name, f"[ERROR] {error}")
        self._outlet.publish({(view.focuser.name, ABORT), (view.focuser.name, POSITION)})

    def _take_for_rig(self, view: RigView, asked: Element) -> None:
        device = rig_device(view)
        if asked.name == HOLD:
            hold = read_choice(asked, "HOLD", "FREE")
            self._outlet.start(self._hold(view, hold=hold))
        elif asked.name == CONNECTION:
            self._outlet.publish({(device, CONNECTION)})
        else:
            self._refuse_unknown(asked)

    async def _hold(self, view: RigView, *, hold: bool) -> None:
        try:
            await self._observatory.request_hold(view.name, INDI_CLIENTS, hold=hold)
        except RigdError as error:
            self._outlet.say(rig_device(view), f"[ERROR] {error}")
        self._outlet.publish({(rig_device(view), HOLD)})

    def _connect(self, view: RigView, device: DeviceView, asked: Element) -> None:
        opens = read_choice(asked, "CONNECT", "DISCONNECT")
        key = opened_over_indi(device.unique_id)
        self._observatory.remember_opened(key, (INDI_CLIENTS.key,) if opens else ())
        if opens:
            self._observatory.report_indi_clients(view.name, None)
            self._outlet.start(self._connect_hardware(view, device))
        elif device is view.wheel:
            self.withdraw()
        self._outlet.publish({(device.name, CONNECTION)})

    async def _connect_hardware(self, view: RigView, device: DeviceView) -> None:
        try:
            await self._observatory.request_connect(view.name, INDI_CLIENTS)
        except RigdError as error:
            self._outlet.say(device.name, f"[ERROR] {error}")

    def note_driver_gone(self, view: RigView, loss: Loss) -> None:
        """The last driver has gone: alone, which is an alarm, or with its clients."""
        opened = [one for one in (view.wheel, view.focuser) if self.is_open(one)]
        if not opened:
            return
        self.withdraw()
        if loss is not Loss.ENDED:
            self._observatory.report_indi_clients(view.name, describe_loss(view, loss))
            return
        for device in opened:
            self._observatory.remember_opened(opened_over_indi(device.unique_id), ())

    def note_driver_back(self, view: RigView) -> None:
        """The driver is back that was out of reach, or whose rigd was: its clients never left."""
        if not any(self.is_open(one) for one in (view.wheel, view.focuser)):
            return
        self._observatory.report_indi_clients(view.name, None)
        self.wheel = await_again(self.wheel)

    def is_open(self, device: DeviceView) -> bool:
        """Whether INDI clients have a device connected."""
        return bool(self._observatory.opened().get(opened_over_indi(device.unique_id)))

    def _refuse_unknown(self, asked: Element) -> None:
        vector = self._outlet.shown.get((asked.device, asked.name))
        why = "it is not connected" if vector is None else "it is not for clients to set"
        self._outlet.say(asked.device, f"[ERROR] {asked.name[:64]} of {asked.device[:64]}: {why}")
        if vector is not None:
            self._outlet.publish({vector.key})

    def vectors(self, view: RigView, now_s: float, repeats: set[Key]) -> list[Vector]:
        """The properties of a rig: its wheel's slot last, so that all else is said before it."""
        device = rig_device(view)
        vectors = identity_vectors(device, AUXILIARY_INTERFACE, self._version, is_open=True)
        vectors += self._with_lost(device, rig_vectors(view))
        has_wheel = view.wheel.connect_error is None
        wheel = self._wheel_vectors(view, now_s, repeats) if has_wheel else []
        if view.focuser.connect_error is None:
            vectors += self._focuser_vectors(view)
        return vectors + wheel

    def _focuser_vectors(self, view: RigView) -> list[Vector]:
        focuser, is_open = view.focuser, self.is_open(view.focuser)
        vectors = identity_vectors(focuser.name, FOCUSER_INTERFACE, self._version, is_open=is_open)
        self.focuser, where = show_focuser(self.focuser, focuser, is_changing=self._is_changing)
        if where.sentence is not None:
            self._outlet.say(focuser.name, where.sentence)
        if not is_open:
            return vectors
        known = focuser.connected and focuser.max_steps is not None
        shown = focuser_vectors(view, self.focuser, where) if known else []
        return vectors + self._with_lost(focuser.name, shown)

    def _wheel_vectors(self, view: RigView, now_s: float, repeats: set[Key]) -> list[Vector]:
        wheel, is_open = view.wheel, self.is_open(view.wheel)
        vectors = identity_vectors(wheel.name, FILTER_INTERFACE, self._version, is_open=is_open)
        self.wheel, slot = show_wheel(self.wheel, view, now_s)
        self._is_changing = is_changing(self.wheel, view, slot)
        if slot.sentence is not None:
            self._tell_failure(view, slot.sentence, is_alarm=slot.is_alarm)
        if slot.asks_again is not None:
            self._begin_to_ask(view, slot.asks_again)
        if not is_open:
            return vectors
        before = self._outlet.shown.get((wheel.name, SLOT))
        if slot.state is State.OK and before is not None and before.state is not State.OK:
            # Cameras write down the newest position that they heard, also the real one's.
            repeats.add((view.focuser.name, POSITION))
        shown = wheel_vectors(view, slot) if wheel.connected else []
        return vectors + self._with_lost(wheel.name, shown)

    def _with_lost(self, device: str, vectors: list[Vector]) -> list[Vector]:
        """These properties, and in Alert those of before, which clients may wait for."""
        there = {vector.key for vector in vectors}
        lost = [
            replace(vector, state=State.ALERT)
            for key, vector in self._outlet.shown.items()
            if vector.device == device and vector.name not in ALWAYS_OK and key not in there
        ]
        return lost + vectors

    def note_real_wheel(self, view: RigView) -> None:
        """Say once that somebody turns the real wheel although rigd's is there."""
        change = view.summary.last_change
        before, self._seen_change = self._seen_change, change
        if change is None or change == before or self._is_told_of_real_wheel:
            return
        if str(change.origin) == "reactive" and self.is_open(view.wheel):
            self._is_told_of_real_wheel = True
            self._observatory.warn(
                view.name,
                f"something turns the real filter wheel although {view.wheel.name} is there for "
                "INDI clients: its frames may begin before the focus has settled",
            )


def describe_loss(view: RigView, loss: Loss) -> str:
    """What follows from the end of a driver whose devices a program has open."""
    names, at = view.wheel.names, view.wheel.filter_position
    light = names[at] if at is not None and at < len(names) else "whatever filter is in the light"
    if loss is Loss.OUT_OF_REACH:
        return (
            "the computer with the driver of rigd's INDI devices is out of reach while a program "
            f"there has them open: every frame goes through {light} until it is back"
        )
    return (
        "the driver of rigd's INDI devices has died while a program had them open: a program like "
        f"Ekos goes on without changing filters, and takes every frame through {light}; stop and "
        "start its INDI profile"
    )
