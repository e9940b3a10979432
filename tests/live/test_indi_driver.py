"""The INDI driver against the real server and its simulators."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rigd.drivers.indi import device as indi_device
from rigd.drivers.indi.driver import IndiDriver
from rigd.drivers.indi.options import IndiOptions

from rigd.devices.driver import ServerAddress
from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    FocuserReport,
    MountReport,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceKind, DeviceRef
from rigd.errors import DeviceUnavailableError, InvalidValueError
from tests.limits import LIMIT_S
from tests.live.indiserver import CAMERA, FOCUSER, MOUNT, WHEEL, IndiServer, RawListener

pytestmark = pytest.mark.live


class Watched:
    """A running driver and every event that it emitted."""

    def __init__(self, server: IndiServer, **options: object) -> None:
        self.events: list[object] = []
        self._news = asyncio.Event()
        values = {"port": server.port, "unix_socket": server.path} | options
        self.driver = IndiDriver(
            ServerAddress(name="local", options=IndiOptions.model_validate(values)), self._note
        )

    def _note(self, event: object) -> None:
        self.events.append(event)
        self._news.set()

    def of(self, kind: type, device: str | None = None) -> list:  # type: ignore[type-arg]
        return [
            e
            for e in self.events
            if isinstance(e, kind) and (device is None or e.ref.key == device)  # type: ignore[attr-defined]
        ]

    async def until(self, true: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        try:
            async with asyncio.timeout(limit_s):
                while not true():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not within {limit_s} s: {self.events[-6:]}") from None

    def seen(self, ref: DeviceRef) -> bool:
        return any(e.identity.ref == ref for e in self.of(DeviceSeen))

    async def connect(self, *devices: str) -> None:
        for device in devices:
            ref = DeviceRef("local", device)
            await self.until(
                lambda ref=ref: any(e.identity.ref == ref for e in self.of(DeviceSeen))
            )
            await self.driver.connect(ref)

    async def wheel_at(self, position: int) -> None:
        await self.until(
            lambda: bool(r := self.of(WheelReport, WHEEL)) and r[-1].filter_position == position
        )

    async def focuser_at_rest(self) -> FocuserReport:
        def at_rest() -> bool:
            reports = self.of(FocuserReport, FOCUSER)
            last = reports[-1] if reports else None
            return last is not None and not last.moving and last.position_steps is not None

        await self.until(at_rest)
        last: FocuserReport = self.of(FocuserReport, FOCUSER)[-1]
        return last


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


@asynccontextmanager
async def watched(server: IndiServer, **options: object) -> AsyncIterator[Watched]:
    watch = Watched(server, **options)
    task = asyncio.create_task(watch.driver.run())
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_temperature_that_does_not_change_is_asked_for_and_stays_fresh(
    server: IndiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indi_device, "TEMPERATURE_AGAIN_S", 0.2)
    async with watched(server, ping_s=0.2) as watch, RawListener(server.port) as wire:
        await wire.wait(lambda: wire.latest(FOCUSER, "CONNECTION") is not None, "the focuser")
        wire.set_switch(FOCUSER, "CONNECTION", "CONNECT")
        await watch.focuser_at_rest()
        wire.set_number(FOCUSER, "FOCUS_TEMPERATURE", "TEMPERATURE", 9.0)

        def times() -> set[float]:
            reports = watch.of(FocuserReport, FOCUSER)
            return {r.temperature_at_s for r in reports if r.temperature_c == 9.0}

        await watch.until(lambda: len(times()) > 3)

    said = [h for h in wire.history if (h.what, h.name) == ("setNumberVector", "FOCUS_TEMPERATURE")]
    assert len(said) == 1


async def test_devices_say_what_they_are(server: IndiServer) -> None:
    async with watched(server) as watch:
        await watch.connect(WHEEL, FOCUSER, CAMERA, MOUNT)
        await watch.wheel_at(0)
        await watch.focuser_at_rest()
        await watch.until(
            lambda: any(e.identity.sensor for e in watch.of(DeviceSeen)),
        )

        latest = {e.identity.name: e.identity for e in watch.of(DeviceSeen)}
        assert latest[WHEEL].kinds == {DeviceKind.FILTERWHEEL}
        assert latest[WHEEL].slots == 8
        assert latest[WHEEL].driver == "indi_simulator_wheel"
        assert latest[FOCUSER].max_steps == 100000
        assert {DeviceKind.CAMERA, DeviceKind.FILTERWHEEL} <= latest[CAMERA].kinds
        assert latest[CAMERA].sensor is not None
        assert latest[CAMERA].active.focuser == FOCUSER
        mount = watch.of(MountReport, MOUNT)[-1]
        assert mount.focal_length_mm == 900
        assert mount.aperture_mm == 120


@pytest.mark.parametrize("unix", [True, False], ids=["unix-socket", "tcp"])
async def test_a_filter_change_and_a_move_are_seen_to_their_end(
    server: IndiServer, unix: bool
) -> None:
    options = {} if unix else {"unix_socket": ""}
    async with watched(server, **options) as watch:
        await watch.connect(WHEEL, FOCUSER)
        await watch.wheel_at(0)
        start = await watch.focuser_at_rest()
        assert watch.of(WheelReport, WHEEL)[-1].baseline

        await watch.driver.set_filter(DeviceRef("local", WHEEL), 2)
        await watch.wheel_at(2)
        await watch.driver.move_focuser(DeviceRef("local", FOCUSER), 50123)
        assert watch.of(FocuserReport, FOCUSER)[-1].moving
        arrived = await watch.focuser_at_rest()

        assert start.position_steps == 50000
        assert arrived.position_steps == 50123
        assert arrived.can_halt is not None
        changed = watch.of(WheelReport, WHEEL)[-1]
        assert not changed.baseline
        assert changed.names[2] == "Blue"
        assert any(r.moving and r.filter_position is None for r in watch.of(WheelReport, WHEEL))


async def test_a_value_outside_the_limits_is_named_and_nothing_is_sent(server: IndiServer) -> None:
    async with watched(server) as watch, RawListener(server.port) as wire:
        await watch.connect(WHEEL, FOCUSER)
        await watch.wheel_at(0)
        await watch.focuser_at_rest()

        with pytest.raises(InvalidValueError, match=r"100001 outside the limits 0 to 100000"):
            await watch.driver.move_focuser(DeviceRef("local", FOCUSER), 100001)
        with pytest.raises(InvalidValueError, match=r"slot 9 outside the limits 1 to 8"):
            await watch.driver.set_filter(DeviceRef("local", WHEEL), 8)

        assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") in {None, 50000}


async def test_commands_to_what_is_not_there_send_nothing(server: IndiServer) -> None:
    async with watched(server) as watch:
        await watch.until(lambda: bool(watch.of(ServerUp)))

        with pytest.raises(DeviceUnavailableError, match="Nothing Here"):
            await watch.driver.move_focuser(DeviceRef("local", "Nothing Here"), 1)
        await watch.until(lambda: any(e.identity.name == FOCUSER for e in watch.of(DeviceSeen)))
        with pytest.raises(DeviceUnavailableError, match="ABS_FOCUS_POSITION"):
            await watch.driver.move_focuser(DeviceRef("local", FOCUSER), 1)


async def test_an_exposure_is_seen(server: IndiServer) -> None:
    async with watched(server) as watch, RawListener(server.port) as wire:
        await watch.connect(CAMERA)
        await watch.until(lambda: bool(r := watch.of(CameraReport, CAMERA)) and r[-1].busy is False)

        wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 0.5)
        await watch.until(lambda: watch.of(CameraReport, CAMERA)[-1].busy is True)
        await watch.until(lambda: watch.of(CameraReport, CAMERA)[-1].busy is False)


async def test_a_read_back_reports_once_more(server: IndiServer) -> None:
    async with watched(server) as watch:
        await watch.connect(FOCUSER)
        await watch.focuser_at_rest()
        before = len(watch.of(FocuserReport, FOCUSER))

        await watch.driver.read_focuser(DeviceRef("local", FOCUSER))

        assert len(watch.of(FocuserReport, FOCUSER)) > before


async def test_what_is_sent_is_what_was_commanded_whatever_the_device_says_meanwhile(
    server: IndiServer,
) -> None:
    async with watched(server, ping_s=10) as watch, RawListener(server.port) as wire:
        await watch.connect(FOCUSER)
        await watch.focuser_at_rest()
        commanded: list[float] = []
        heard: list[float] = []

        def all_heard() -> bool:
            heard[:] = [
                float(next(iter(h.values.values())))
                for h in wire.history
                if (h.what, h.name) == ("newNumberVector", "ABS_FOCUS_POSITION")
            ]
            return len(heard) >= len(commanded)

        for number in range(1, 401):
            for steps in (41000, 41001) * 6:
                await watch.driver.move_focuser(DeviceRef("local", FOCUSER), steps)
                commanded.append(steps)
            await asyncio.sleep(0.001)
            if number % 10 == 0:  # no more than the child's pipe holds, however busy it all is
                await wire.wait(all_heard, "every command on the wire")

        assert heard == commanded


async def test_a_killed_server_is_one_loss_and_comes_back(server: IndiServer) -> None:
    async with watched(server) as watch:
        await watch.connect(WHEEL)
        await watch.wheel_at(0)

        server.kill()
        await watch.until(lambda: bool(watch.of(ServerDown)))
        gone = {e.ref.key for e in watch.of(DeviceGone)}
        watch.events.clear()
        server.start()
        await watch.until(lambda: bool(watch.of(ServerUp)))
        await watch.connect(WHEEL)
        await watch.wheel_at(0)

        assert WHEEL in gone
        assert watch.of(ServerDown) == []


async def test_a_server_that_hangs_is_noticed_by_its_silence(server: IndiServer) -> None:
    async with watched(server, ping_s=0.5) as watch:
        await watch.until(lambda: bool(watch.of(ServerUp)))

        server.signal(signal.SIGSTOP)
        try:
            await watch.until(lambda: bool(watch.of(ServerDown)))
            await asyncio.sleep(2)
        finally:
            server.signal(signal.SIGCONT)
        await watch.until(lambda: len(watch.of(ServerUp)) == 2)

        assert len(watch.of(ServerDown)) == 1


async def test_no_server_is_said_once_and_retried(tmp_path: Path) -> None:
    server = IndiServer(tmp_path)
    async with watched(server, retry_max_s=0.2) as watch:
        await watch.until(lambda: bool(watch.of(ServerDown)))

        server.start()
        try:
            await watch.until(lambda: bool(watch.of(ServerUp)))
        finally:
            server.stop()

        assert "no INDI server answers" in watch.of(ServerDown)[0].reason


def test_the_child_dies_with_its_parent(server: IndiServer) -> None:
    program = (
        "import asyncio, sys\n"
        "from rigd.devices.driver import ServerAddress\n"
        "from rigd.drivers.indi.driver import IndiDriver\n"
        "from rigd.drivers.indi.options import IndiOptions\n"
        f"options = IndiOptions(port={server.port}, unix_socket={server.path!r})\n"
        "address = ServerAddress(name='x', options=options)\n"
        "driver = IndiDriver(address, lambda e: print(e, flush=True))\n"
        "asyncio.run(driver.run())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert "ServerUp" in parent.stdout.readline()
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    assert len(children) == 1

    parent.kill()
    parent.wait(timeout=LIMIT_S)
    parent.stdout.close()

    deadline = time.monotonic() + LIMIT_S
    while Path(f"/proc/{children[0]}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{children[0]}/cmdline").exists()


def test_without_pyindi_the_driver_still_imports_and_the_child_says_what_is_missing() -> None:
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['PyIndi'] = None\n"
            "import rigd.drivers.indi.driver\n"
            "from rigd.drivers.indi import child_process\n"
            "sys.argv = ['child', 'localhost', '1', '']\n"
            "child_process.main()\n",
        ],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert "pyindi-client is not installed" in child.stdout
