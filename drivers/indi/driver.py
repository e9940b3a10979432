"""INDI through pyindi-client: one child process for each server, started again when it is lost."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import Any, ClassVar

from pydantic import BaseModel

from rigd.devices.driver import Message, RecordedDriver, ServerAddress
from rigd.devices.events import DeviceGone, DeviceSilent, Echo, Event, ServerDown, ServerUp
from rigd.devices.identity import DeviceKind, DeviceRef, is_own_name
from rigd.devices.network_place import resolve_place
from rigd.errors import DeviceUnavailableError, InvalidValueError

from .child_end import end_child
from .command_pipe import CommandPipe
from .complaints import Complaints
from .device_table import DeviceTable
from .echo import IndiEcho
from .kept_messages import Keep, KeptMessages, read_echo
from .options import IndiOptions
from .properties import read_property

log = logging.getLogger(__name__)

LINE_LIMIT = 1 << 20
"""Longest line of the child process: a property has some hundred bytes, a long one thousands."""
SLICE_S = 0.005
"""How long lines that have come already are taken in one after the other, before others have their
turn: a server that never ends would else hold up every reply."""
RETRY_S = 0.2
"""First pause before another child process is started; doubled each time, up to `retry_max_s`."""
HANGS_S = 60.0
"""Beyond the longest pause that it makes, before it counts as hanging."""
HELLO = "hello"
"""The first ping: a hung server accepts connections; only what it says shows that it lives."""
RESOLVE_S = 3.0
"""How long the resolver may take to say where the server is; without it, its name counts."""


class IndiDriver:
    """One INDI server and its devices."""

    Options: ClassVar[type[BaseModel]] = IndiOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, IndiOptions):
            raise TypeError(options)
        self._server = address.name
        self._options = options
        self._emit = emit
        self._commands = CommandPipe(address.name)
        self._pings = count(1)
        self._pongs: dict[str, asyncio.Future[None]] = {}
        self._echo = IndiEcho(address.name, self._emit_echo, self._take_answer)
        self._devices = DeviceTable(address.name, emit, self._echo)
        self._kept = KeptMessages()
        self._complaints = Complaints()
        self._connected_through: asyncio.Future[str] | None = None
        """How the child is connected, once it is."""
        self._turned_at_s = monotonic()
        """When it last started a child, or asked one for a sign of life."""
        self._up = False
        self._given_up = False
        """Whether the child itself has given the server up."""
        self._loss_reported = False

    async def run(self) -> None:
        """Keep a child process connected, with a capped back-off, until cancelled."""
        wait_s = RETRY_S
        while True:
            self._turned_at_s = monotonic()
            reason = await self._run_child()
            if self._up and not self._given_up:
                wait_s = RETRY_S
            self._report_loss(reason, monotonic())
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self._options.retry_max_s)

    def is_hanging(self, now_s: float) -> bool:
        """Whether it has neither started a child nor asked one for too long."""
        longest_s = self._options.retry_max_s + 2 * self._options.ping_s
        return now_s - self._turned_at_s > longest_s + HANGS_S

    def keep_messages(self, keep: Keep) -> None:
        """Show what the child writes, what drivers answer, and what other clients command."""
        self._kept.keep = keep
        self._devices.unanswered = lambda at_s, name: self._kept.show(
            at_s, "unanswered", device=name
        )

    def replay(self, message: Message, at_s: float) -> None:
        """Take a kept message; no child runs, so that nothing can be sent."""
        self._devices.is_replayed = True
        match message["what"]:
            case "lost":
                self._report_loss(str(message["reason"]), at_s)
            case "place":
                self._devices.place = str(message["place"])
            case "answer":
                device, asked = str(message["device"]), str(message["asked"])
                self._devices.take_answer(device, asked, float(str(message["value"])), at_s)
            case "unanswered":
                self._devices.take_unanswered(str(message["device"]), at_s)
            case _:
                echo = read_echo(message, self._server, at_s)
                self._emit_all(self._take(dict(message), at_s) if echo is None else [echo])

    async def connect(self, ref: DeviceRef) -> None:
        """Switch the device's CONNECTION on, unless it is."""
        device = self._devices.find(ref, "CONNECTION")
        if device.connected is not True:
            self._send(do="switch", device=ref.key, name="CONNECTION", element="CONNECT")

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Set FILTER_SLOT."""
        value = self._check_range(
            ref, "FILTER_SLOT", "FILTER_SLOT_VALUE", filter_position + 1, "slot"
        )
        self._send(
            do="number",
            device=ref.key,
            name="FILTER_SLOT",
            element="FILTER_SLOT_VALUE",
            value=value,
        )

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """Set ABS_FOCUS_POSITION; the focuser counts as moving until it answers."""
        name, element = "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION"
        value = self._check_range(ref, name, element, position_steps, "position")
        self._send(do="number", device=ref.key, name=name, element=element, value=value)
        self._echo.note_sent(ref.key, value)
        self._emit_all(self._devices.named(ref.key).mark_focuser_commanded(monotonic(), value))

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """Switch FOCUS_ABORT_MOTION on."""
        self._devices.find(ref, "FOCUS_ABORT_MOTION")
        self._send(do="switch", device=ref.key, name="FOCUS_ABORT_MOTION", element="ABORT")
        self._echo.note_sent(ref.key, None)

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Report the focuser once more, after all that was on the wire (a ping's round trip)."""
        if self._devices.find(ref, "ABS_FOCUS_POSITION").is_off_target:
            await self._devices.ask_position(ref.key)
        await self._ping()
        self._emit_all(self._devices.named(ref.key).report_focuser_again(monotonic()))

    async def _run_child(self) -> str:
        """One life of a child process; why it ended."""
        options = self._options
        unix_socket = options.socket_path
        with suppress(TimeoutError):
            async with asyncio.timeout(RESOLVE_S):
                self._devices.place = await asyncio.to_thread(
                    resolve_place, options.host, options.port
                )
                self._kept.show(monotonic(), "place", place=self._devices.place)
        commands = self._commands.open()
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # not from the working directory: a checkout of rigd may be there
                "-m",
                "rigd.drivers.indi.child_process",
                options.host,
                str(options.port),
                unix_socket,
                stdin=commands,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LINE_LIMIT,
            )
        except OSError as refused:
            self._commands.close()
            return f"cannot start a child process: {refused}"
        except BaseException:
            self._commands.close()
            raise
        finally:
            os.close(commands)
        self._connected_through = asyncio.get_running_loop().create_future()
        self._echo.reset()
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._listen(child))
                pinging = group.create_task(self._ping_repeatedly(child))
                echoing = group.create_task(self._run_echo(self._connected_through, unix_socket))
                reason = await listening
                pinging.cancel()
                echoing.cancel()
                return reason
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                child.kill()
            raise
        finally:
            self._commands.close()
            await end_child(child)
            for pong in self._pongs.values():
                pong.cancel()
            self._pongs.clear()
            # Closes the pipes now rather than when the transport is collected.
            child._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001

    async def _listen(self, child: asyncio.subprocess.Process) -> str:
        reason = f"the connection to {self._options.host}:{self._options.port} was lost"
        assert child.stdout is not None  # noqa: S101 - asked for above
        self._given_up = False
        slice_end_s = monotonic() + SLICE_S
        while True:
            if monotonic() > slice_end_s:
                await asyncio.sleep(0)
                slice_end_s = monotonic() + SLICE_S
            try:
                line = await child.stdout.readline()
            except ValueError:  # longer than any that the child writes
                continue
            if not line:
                return reason
            try:
                message = json.loads(line)
            except ValueError:
                return f"a line that makes no sense: {line[:80]!r}"
            if message["what"] == "refused":
                reason, self._given_up = message["reason"], True
            else:
                now_s = monotonic()
                self._kept.show_line(now_s, message)
                self._emit_all(self._take(message, now_s))

    async def _run_echo(self, through: asyncio.Future[str], unix_socket: str) -> None:
        """Listen to other clients' commands in the way in which the child is connected."""
        unix = await through == "unix socket"
        await self._echo.run(self._options.host, self._options.port, unix_socket if unix else "")

    async def _ping_repeatedly(self, child: asyncio.subprocess.Process) -> None:
        """Kill the child when the server has not answered some pings."""
        missed = 0
        while True:
            self._turned_at_s = monotonic()
            await asyncio.sleep(self._options.ping_s)
            self._devices.ask_temperatures()
            try:
                async with asyncio.timeout(self._options.ping_s):
                    await self._ping()
                missed = 0
            except (TimeoutError, DeviceUnavailableError):  # also a child that takes no commands
                missed += 1
                if missed >= self._options.missed_pings:
                    with suppress(ProcessLookupError):
                        child.kill()

    async def _ping(self) -> None:
        number = str(next(self._pings))
        pong: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pongs[number] = pong
        sent = self._echo.sent
        try:
            self._send(do="ping", id=number)
            await pong
            self._echo.handle_pong(sent)
        finally:
            self._pongs.pop(number, None)

    def _take(self, message: dict[str, Any], now_s: float) -> list[Event]:
        """Take a line of the child in; one message without a sense costs nothing but itself."""
        first: list[Event] = []
        if not self._up and message["what"] != "up":
            self._up, self._loss_reported = True, False
            first.append(ServerUp(at_s=now_s, server=self._server))
        try:
            return first + self._events_of(message, now_s)
        except (ArithmeticError, LookupError, TypeError, ValueError) as odd:
            log.warning("%s: %.200r makes no sense (%r)", self._server, message, odd)
            return first

    def _take_answer(self, name: str, asked: str, value: float) -> None:
        now_s = monotonic()
        self._kept.show(now_s, "answer", device=name, asked=asked, value=value)
        self._devices.take_answer(name, asked, value, now_s)

    def _emit_echo(self, event: Echo) -> None:
        self._kept.show_echo(event)
        self._emit(event)

    def _events_of(self, message: dict[str, Any], now_s: float) -> list[Event]:
        name = message.get("device", "")
        if is_own_name(name):
            return []
        match message["what"]:
            case "up":
                self._handle_connection(message["through"])
            case "device gone":
                known = self._devices.named(name).kinds
                if self._devices.forget(name):
                    if known:
                        log.warning("%s is gone: its driver has ended or took it back", name)
                    return [DeviceGone(at_s=now_s, ref=DeviceRef(self._server, name))]
            case "defined" | "set":
                return self._take_property(message, now_s)
            case "deleted":
                return self._devices.named(name).take_deletion(message["name"], now_s)
            case "message":
                events = self._devices.named(name).take_message(message["text"], now_s)
                if sentence := self._complaints.take_message(name, message["text"]):
                    self._tell(name, logging.WARNING, f"does not answer its driver: {sentence}")
                    events.append(self._silent(name, sentence, now_s))
                return events
            case "pong":
                pong = self._pongs.get(message["id"])
                if pong is not None and not pong.done():
                    pong.set_result(None)
            case _:
                pass
        return []

    def _handle_connection(self, through: str) -> None:
        log.debug("%s: connected through %s", self._server, through)
        if self._connected_through is not None:
            self._connected_through.set_result(through)
        with suppress(DeviceUnavailableError):  # a child that has just ended: its end is noticed
            self._send(do="ping", id=HELLO)

    def _take_property(self, message: dict[str, Any], now_s: float) -> list[Event]:
        name, said = message["device"], read_property(message)
        self._devices.name_senseless(name, said, message.get("too_long_bytes"))
        events: list[Event] = []
        if said.state != "Alert" and self._complaints.take_value(name):
            self._tell(name, logging.INFO, "answers its driver again")
            events.append(self._silent(name, None, now_s))
        if message["what"] == "set":
            was_connected = self._devices.named(name).connected
            events += self._devices.take_update(name, said, now_s)
            self._tell_connection(name, was_connected)
            return events
        if said.name == "ABS_FOCUS_POSITION":
            self._echo.follow(name)
        return events + self._devices.take_definition(name, said, now_s)

    def _silent(self, name: str, sentence: str | None, now_s: float) -> Event:
        ref = DeviceRef(self._server, name)
        return DeviceSilent(at_s=now_s, ref=ref, sentence=sentence)

    def _tell_connection(self, name: str, was_connected: bool | None) -> None:
        """Write that a device was connected to its hardware, or is so no more."""
        device = self._devices.named(name)
        if not device.kinds or was_connected in {None, device.connected}:
            return
        if device.connected:
            log.info("%s is connected", name)
        else:
            log.warning("%s is not connected any more", name)

    def _tell(self, name: str, level: int, what: str) -> None:
        """Write a line about a device that stands in the light path."""
        if self._devices.named(name).kinds & {DeviceKind.FOCUSER, DeviceKind.FILTERWHEEL}:
            log.log(level, "%s %s", name, what)

    def _report_loss(self, reason: str, now_s: float) -> None:
        if self._up or not self._loss_reported:
            self._kept.show(now_s, "lost", reason=reason)
        for ref in self._devices.clear():
            self._emit(DeviceGone(at_s=now_s, ref=ref))
        self._up = False
        if not self._loss_reported:
            self._loss_reported = True
            self._emit(ServerDown(at_s=now_s, server=self._server, reason=reason))

    def _emit_all(self, events: list[Event]) -> None:
        for event in events:
            self._emit(event)

    def _check_range(self, ref: DeviceRef, name: str, element: str, value: int, what: str) -> int:
        known = self._devices.find(ref, name).find_property(name)
        limits = known.range(element) if known else None
        if limits is None:
            msg = f"{ref.key}: its limits make no sense, so {what} {value} may lie outside them"
            raise InvalidValueError(msg)
        low, high = limits
        if not low <= value <= high:
            msg = f"{ref.key}: {what} {value} outside the limits {low:g} to {high:g}"
            raise InvalidValueError(msg)
        return value

    def _send(self, **command: object) -> None:
        self._commands.send(command)


_conforms: type[RecordedDriver] = IndiDriver
