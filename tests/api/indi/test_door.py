"""The daemon's side of the door, over its real socket."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from rigd.api.indi import wheel_request
from rigd.api.indi.driver import AGAIN, GREETING
from rigd.api.indi.server import IndiSettings, serve_indi
from rigd.api.indi.wire import Child, Element, ElementReader
from rigd.errors import ConfigError
from rigd.view.rig import INDI_CLIENTS, opened_over_indi
from tests.api.observatory import FakeObservatory, make_rig
from tests.limits import LIMIT_S
from tests.ports import free_port

TOKEN = "correct horse"  # noqa: S105 - of this test alone


class Link:
    """What the driver of a test has been told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._elements = reader, writer, ElementReader()
        self.heard: list[Element] = []
        self.sentences: list[str] = []

    def send(self, kind: str, device: str, name: str, **values: object) -> None:
        children = tuple(
            Child(f"one{kind}", {"name": key}, str(value)) for key, value in values.items()
        )
        self.write(Element(f"new{kind}Vector", {"device": device, "name": name}, children))

    def write(self, element: Element) -> None:
        self._writer.write(element.to_bytes())

    async def until(self, tag: str, name: str = "", state: str = "") -> Element:
        """Read on until an element comes."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for n, one in enumerate(self.heard):
                    said = one.attributes.get("state", "")
                    if (one.tag, one.name) == (tag, name) and state in {"", said}:
                        del self.heard[: n + 1]
                        return one
                for found in self._elements.feed(await self._reader.read(1 << 16)):
                    self._note(found)

    async def until_said(self) -> str:
        """Read on until a device has said a sentence; return the newest."""
        async with asyncio.timeout(LIMIT_S):
            while not self.sentences:
                for found in self._elements.feed(await self._reader.read(1 << 16)):
                    self._note(found)
        return self.sentences[-1]

    def _note(self, found: Element) -> None:
        if found.tag == "message":
            self.sentences.append(found.attributes["message"])
        else:
            self.heard.append(found)

    async def leave(self) -> None:
        """Go like a driver that is killed; return once the daemon has seen it."""
        self._writer.write_eof()
        async with asyncio.timeout(LIMIT_S):
            while await self._reader.read(1 << 16):
                pass

    async def is_closed(self) -> bool:
        async with asyncio.timeout(LIMIT_S):
            return await self._reader.read(1 << 16) == b""


@asynccontextmanager
async def serving(observatory: FakeObservatory, settings: IndiSettings) -> AsyncIterator[None]:
    task = asyncio.create_task(serve_indi(observatory, settings))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def come_in(path: Path, greeting: str = GREETING) -> AsyncIterator[Link]:
    async with asyncio.timeout(LIMIT_S):
        while not path.is_socket():  # noqa: ASYNC110, ASYNC240 - a file is looked at
            await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(f"{greeting}\n".encode())
    try:
        yield Link(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def linked(tmp_path: Path, observatory: FakeObservatory) -> AsyncIterator[Link]:
    path = tmp_path / "s"
    async with serving(observatory, IndiSettings(socket=path)), come_in(path) as link:
        await link.until("rigdReady")
        for kind in ("wheel", "focuser"):
            link.send("Switch", f"rig0 {kind}", "CONNECTION", CONNECT="On")
        await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        yield link


def ask(link: Link, slot: int) -> None:
    link.send("Number", "rig0 wheel", "FILTER_SLOT", FILTER_SLOT_VALUE=slot)


async def test_a_gate_that_opens_by_itself_keeps_the_wheel_busy(tmp_path: Path) -> None:
    observatory = FakeObservatory(gate="the camera exposes", gate_opens_by_itself=True)
    async with linked(tmp_path, observatory) as link:
        ask(link, 3)
        await link.until("setNumberVector", "FILTER_SLOT", "Busy")
        said = await link.until_said()
        observatory.gate = None
        observatory.tell()
        there = await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        assert said == "[INFO] waits: the camera exposes"
        assert there.values == {"FILTER_SLOT_VALUE": "3"}
        assert not any(one.attributes.get("state") == "Alert" for one in link.heard)


async def test_a_gate_that_stays_closed_is_an_alert_with_its_sentence(tmp_path: Path) -> None:
    observatory = FakeObservatory(gate="held by you")
    async with linked(tmp_path, observatory) as link:
        ask(link, 3)
        said = await link.until_said()
        await link.until("setNumberVector", "FILTER_SLOT", "Alert")
        freed = await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        assert said == "[ERROR] held by you"
        assert freed.values == {"FILTER_SLOT_VALUE": "1"}


async def test_a_client_that_asks_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheel_request, "FIRST_DELAY_S", 0.001)
    observatory = FakeObservatory(fails="jammed")
    async with linked(tmp_path, observatory) as link:
        for _ in range(wheel_request.MOST_FAILURES - 1):
            ask(link, 3)
            await link.until("setNumberVector", "FILTER_SLOT", "Alert")
            await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        ask(link, 3)
        await link.until("setNumberVector", "FILTER_SLOT", "Alert")
        assert len([one for one in observatory.asked if one[0] == "filter"]) == 5
        assert len(observatory.warnings) == 1
        assert "failure 5 in a row" in observatory.warnings[0]


async def test_the_slot_in_the_light_whose_change_failed_is_asked_for_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheel_request, "FIRST_DELAY_S", 0.001)
    observatory = FakeObservatory(fails="jammed")
    view = observatory.views["rig0"]
    summary = replace(view.summary, not_trusted_because="jammed")
    observatory.views["rig0"] = replace(view, summary=summary)
    async with linked(tmp_path, observatory) as link:
        ask(link, 3)  # the wheel stays at slot 1
        await link.until("setNumberVector", "FILTER_SLOT", "Alert")
        await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        ask(link, 1)
        await link.until("setNumberVector", "FILTER_SLOT", "Alert")
        observatory.fails = None
        there = await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        asked = [one[2] for one in observatory.asked if one[0] == "filter"]
        assert there.values == {"FILTER_SLOT_VALUE": "1"}
        assert asked[:3] == [2, 0, 0]
        assert observatory.views["rig0"].wheel.fault is None


async def test_a_program_that_has_left_waits_for_no_gate(tmp_path: Path) -> None:
    observatory = FakeObservatory(gate="hands off", gate_opens_by_itself=True)
    async with linked(tmp_path, observatory) as link:
        ask(link, 3)
        await link.until_said()
        link.send("Switch", "rig0 wheel", "CONNECTION", DISCONNECT="On")
        await link.until("setSwitchVector", "CONNECTION", "Idle")
        observatory.gate = None
        asked = len(observatory.asked)
        observatory.tell()
        link.send("Switch", "rig0 wheel", "CONNECTION", CONNECT="On")
        there = await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        assert there.values == {"FILTER_SLOT_VALUE": "1"}
        assert not any(one[0] == "filter" for one in observatory.asked[asked:])


@pytest.mark.parametrize(
    ("device", "name", "sent"),
    [
        ("rig0 wheel", "CONNECTION", {}),
        ("rig0 focuser", "CONNECTION", {"CONNECT": "yes"}),
        ("rig0 focuser", "FOCUS_MOTION", {}),
        ("rigd rig0", "RIGD_HOLD", {}),
        ("rigd rig0", "RIGD_HOLD", {"HELD": "On"}),
    ],
)
async def test_a_command_that_says_nothing_changes_nothing(
    tmp_path: Path, device: str, name: str, sent: dict[str, str]
) -> None:
    observatory = FakeObservatory()
    async with linked(tmp_path, observatory) as link:
        kept, asked = dict(observatory.kept), len(observatory.asked)
        link.send("Switch", device, name, **sent)
        said = await link.until_said()
        await link.until("setSwitchVector", name)
        assert said.startswith(f"[ERROR] {name}: neither ")
        assert observatory.kept == kept
        assert not [one for one in observatory.asked[asked:] if one[0] != "connect"]


async def test_an_abort_that_is_off_stops_nothing(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        link.send("Switch", "rig0 focuser", "FOCUS_ABORT_MOTION", ABORT="Off")
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        assert not any(one[0] == "halt" for one in observatory.asked)


@pytest.mark.parametrize("is_there", [True, False])
async def test_no_driver_after_a_start_is_an_alarm_only_where_a_wheel_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.RECOVERY_S", 0.0)
    observatory = FakeObservatory({"rig0": make_rig(connected=is_there)})
    key = opened_over_indi(observatory.views["rig0"].wheel.unique_id)
    observatory.kept[key] = (INDI_CLIENTS.key,)
    async with serving(observatory, IndiSettings(socket=tmp_path / "s")):
        async with asyncio.timeout(LIMIT_S):
            while not observatory.lost and observatory.kept[key]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert bool(observatory.lost.get("rig0")) is is_there
        assert bool(observatory.kept[key]) is is_there


async def test_at_rigds_end_a_driver_that_is_there_is_no_fault(tmp_path: Path) -> None:
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    path = tmp_path / "s"
    async with serving(FakeObservatory(), IndiSettings(socket=path)), come_in(path) as link:
        await link.until("rigdReady")
    await asyncio.sleep(0)
    assert faults == []


async def test_the_same_target_while_under_way_asks_for_nothing_new(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        ask(link, 3)
        await link.until("setNumberVector", "FILTER_SLOT", "Busy")
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        ask(link, 3)
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        asked = [one[0] for one in observatory.asked if one[0] != "connect"]
        assert asked == ["filter", "move"]
        observatory.finish()
        await link.until("setNumberVector", "FILTER_SLOT", "Ok")


async def test_a_move_that_stops_elsewhere_is_an_alert(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        observatory.targets["rig0"]["steps"] = 30500
        observatory.finish()
        said = await link.until_said()
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Alert")
        assert said == ("[ERROR] the focuser stopped at 30500 instead of 31000 steps")


async def test_a_halted_move_is_no_failure(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        link.send("Switch", "rig0 focuser", "FOCUS_ABORT_MOTION", ABORT="On")
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Ok")


async def test_whoever_has_not_connected_a_device_moves_nothing(tmp_path: Path) -> None:
    observatory = FakeObservatory()
    path = tmp_path / "s"
    async with serving(observatory, IndiSettings(socket=path)), come_in(path) as link:
        await link.until("rigdReady")
        ask(link, 3)
        said = await link.until_said()
        assert said == "[ERROR] FILTER_SLOT of rig0 wheel: it is not connected"
        assert observatory.asked == []


async def test_the_socket_is_for_its_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with serving(FakeObservatory(), IndiSettings(socket=path)), come_in(path) as link:
        await link.until("rigdReady")
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert not path.exists()


@pytest.mark.parametrize("greeting", ["GET / HTTP/1.1", GREETING, f"{GREETING} wrong"])
async def test_over_tcp_nothing_is_said_without_the_token(
    greeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.WRONG_TOKEN_S", 0.0)
    port, observatory = free_port(), FakeObservatory()
    settings = IndiSettings(port=port, token=TOKEN)
    async with serving(observatory, settings):
        reader, writer = await reach(port)
        writer.write(f"{greeting}\n".encode())
        link = Link(reader, writer)
        ask(link, 3)
        assert await link.is_closed()
        writer.close()
        reader, writer = await reach(port)
        writer.write(f"{GREETING} {TOKEN}\n".encode())
        await Link(reader, writer).until("rigdReady")
        writer.close()
    assert observatory.asked == []


async def test_a_driver_that_comes_again_and_again_with_a_wrong_token_is_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.WRONG_TOKEN_S", 0.0)
    port = free_port()
    async with serving(FakeObservatory(), IndiSettings(port=port, token=TOKEN)):
        for _ in range(3):
            reader, writer = await reach(port)
            writer.write(f"{GREETING} wrong\n".encode())
            assert await Link(reader, writer).is_closed()
            writer.close()
    lines = [one.getMessage() for one in caplog.records if "token" in one.getMessage()]
    assert lines == ["indi_rigd from 127.0.0.1 is refused: a wrong token, or none"]


async def reach(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(LIMIT_S):
        while True:
            with suppress(ConnectionRefusedError):
                return await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(0.01)


async def test_a_port_without_a_token_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"listen\.indi_port 7625: needs listen\.token"):
        await serve_indi(FakeObservatory(), IndiSettings(port=7625))


async def test_a_file_in_the_sockets_place_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "s"
    path.write_text("mine")
    async with serving(FakeObservatory(), IndiSettings(socket=path)):
        await asyncio.sleep(0)
        async with asyncio.timeout(LIMIT_S):
            while "no socket for INDI drivers" not in caplog.text:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert path.read_text() == "mine"


async def test_a_clients_move_tells_each_position_on_its_way(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        link.send("Number", "rig0 focuser", "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=31000)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        told = []
        for steps in (30200, 30600):
            observatory.change("rig0", focuser={"position_steps": steps})
            one = await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
            told.append(one.values["FOCUS_ABSOLUTE_POSITION"])
        observatory.finish()
        there = await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Ok")
        assert told == ["30200", "30600"]
        assert there.values == {"FOCUS_ABSOLUTE_POSITION": "31000"}


async def test_no_ok_of_the_focuser_comes_in_the_middle_of_a_filter_change(tmp_path: Path) -> None:
    observatory = FakeObservatory(motion_s=None)
    async with linked(tmp_path, observatory) as link:
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Ok")
        ask(link, 3)
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Busy")
        # The focuser rests and the wheel turns on.
        observatory.change("rig0", focuser={"temperature_c": 7.0})
        await link.until("setNumberVector", "FOCUS_TEMPERATURE")
        early = [one for one in link.heard if one.attributes.get("state") == "Ok"]
        observatory.finish()
        await link.until("setNumberVector", "ABS_FOCUS_POSITION", "Ok")
        await link.until("setNumberVector", "FILTER_SLOT", "Ok")
        assert not [one for one in early if one.name == "ABS_FOCUS_POSITION"]


async def test_a_driver_that_comes_back_has_had_its_clients_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.RETURN_S", 3600.0)
    observatory = FakeObservatory()
    async with linked(tmp_path, observatory) as link:
        await link.leave()
        async with come_in(tmp_path / "s", f"{GREETING}\n<{AGAIN}/>") as back:
            await back.until("rigdReady")
            ask(back, 3)
            await back.until("setNumberVector", "FILTER_SLOT", "Ok")
            assert not any(observatory.lost.values())


async def test_a_driver_that_is_another_one_is_told_of_before_its_clients_are_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.RETURN_S", 3600.0)
    observatory = FakeObservatory()
    told: list[str | None] = []
    monkeypatch.setattr(observatory, "report_indi_clients", lambda _, lost: told.append(lost))
    async with linked(tmp_path, observatory) as link:
        told.clear()
        await link.leave()
        async with come_in(tmp_path / "s") as another:
            await another.until("rigdReady")
            ask(another, 3)
            await another.until("setNumberVector", "FILTER_SLOT", "Ok")
    assert len(told) == 2
    assert "has died" in (told[0] or "")
    assert told[1] is None
