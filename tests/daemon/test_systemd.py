"""systemd hears that rigd lives only while the loop runs and no driver hangs."""

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from rigd.drivers.alpaca.driver import AlpacaDriver
from rigd.drivers.alpaca.options import AlpacaOptions
from rigd.drivers.indi.driver import IndiDriver
from rigd.drivers.indi.options import IndiOptions
from rigd.drivers.simulated.driver import SimulatedDriver
from rigd.drivers.simulated.options import SimulatedOptions

from rigd.daemon.systemd import find_hanging, keep_watchdog
from rigd.devices.driver import Driver, ServerAddress
from tests.limits import LIMIT_S


def driver_of(kind: str) -> Driver:
    match kind:
        case "indi":
            return IndiDriver(ServerAddress(name="i", options=IndiOptions()), lambda _: None)
        case "alpaca":
            options = AlpacaOptions(host="127.0.0.1", port=9)
            return AlpacaDriver(ServerAddress(name="a", options=options), lambda _: None)
        case _:
            options = SimulatedOptions()
            return SimulatedDriver(ServerAddress(name="s", options=options), lambda _: None)


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def heard(listener: socket.socket) -> int:
    count = 0
    try:
        while listener.recv(100):
            count += 1
    except BlockingIOError:
        return count
    return count


async def until(done: Callable[[], bool]) -> None:
    while not done():  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("kind", ["indi", "alpaca"])
def test_a_driver_that_takes_no_turn_hangs_after_a_while(kind: str) -> None:
    driver = driver_of(kind)

    assert find_hanging({kind: driver}, monotonic() + 30.0) == frozenset()
    assert find_hanging({kind: driver}, monotonic() + 600.0) == {kind}


def test_a_driver_without_a_pace_is_not_judged() -> None:
    assert find_hanging({"s": driver_of("simulated")}, monotonic() + 1e6) == frozenset()


async def test_a_running_driver_takes_its_turns_though_nobody_answers() -> None:
    driver = IndiDriver(
        ServerAddress(name="i", options=IndiOptions(port=9, retry_max_s=0.1)), lambda _: None
    )
    began_s = driver._turned_at_s
    running = asyncio.create_task(driver.run())
    async with asyncio.timeout(LIMIT_S):
        await until(lambda: driver._turned_at_s != began_s)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_watchdog_is_fed_until_a_driver_hangs(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    driver = driver_of("indi")
    feeding = asyncio.create_task(keep_watchdog({"pier": driver}, 0.001))
    async with asyncio.timeout(LIMIT_S):
        await until(lambda: heard(systemd) > 0)
        monkeypatch.setattr(driver, "_turned_at_s", -1e6)
        with caplog.at_level(logging.ERROR):
            await until(lambda: bool(caplog.records))
        heard(systemd)
        for _ in range(20):
            await asyncio.sleep(0.001)
        while_hanging = heard(systemd)
        monkeypatch.setattr(driver, "_turned_at_s", monotonic())
        await until(lambda: heard(systemd) > 0)
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)

    assert while_hanging == 0
    assert "the driver of pier hangs" in caplog.text
    assert len(caplog.records) == 1


def test_what_hangs_in_a_thread_holds_up_no_end() -> None:
    program = (
        "import logging, threading, time\n"
        "from rigd.daemon.stop_limit import end_within\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "end_within(0.2)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 0
    assert "something hangs, and rigd ends without it after 0.2 s" in done.stderr
