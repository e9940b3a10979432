"""A device of an INDI server that loses its hardware is a line of the log, and one that returns."""

import asyncio
import logging
from pathlib import Path

import pytest
from rigd.drivers.indi.driver import IndiDriver
from rigd.drivers.indi.options import IndiOptions

from rigd.devices.driver import ServerAddress
from rigd.devices.events import DeviceGone, Event, ServerDown
from tests.limits import LIMIT_S


def said(what: str, name: str, *elements: tuple[str, object]) -> dict[str, object]:
    return {
        "what": what,
        "device": "Focuser Simulator",
        "name": name,
        "state": "Ok",
        "elements": [list(one) for one in elements],
    }


def connection(what: str, *, on: bool) -> dict[str, object]:
    return said(what, "CONNECTION", ("CONNECT", on), ("DISCONNECT", not on))


async def test_a_connection_lost_and_made_again_is_a_line_of_the_log_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    events: list[Event] = []
    driver = IndiDriver(ServerAddress(name="local", options=IndiOptions()), events.append)
    interface = said("defined", "DRIVER_INFO", ("DRIVER_INTERFACE", "8"))

    for message in (
        interface,
        connection("defined", on=False),
        connection("set", on=True),
        connection("set", on=True),
        connection("set", on=False),
        connection("set", on=True),
        {"what": "device gone", "device": "Focuser Simulator"},
    ):
        events += driver._take(message, 1.0)

    assert [record.getMessage() for record in caplog.records] == [
        "Focuser Simulator is connected",
        "Focuser Simulator is not connected any more",
        "Focuser Simulator is connected",
        "Focuser Simulator is gone: its driver has ended or took it back",
    ]
    assert isinstance(events[-1], DeviceGone)


async def test_a_checkout_in_the_working_directory_is_not_what_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rigd").mkdir()
    (tmp_path / "rigd" / "__init__.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    down: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def take(event: Event) -> None:
        if isinstance(event, ServerDown) and not down.done():
            down.set_result(event.reason)

    nobody = IndiOptions(host="127.0.0.1", port=9, unix_socket="")
    running = asyncio.create_task(
        IndiDriver(ServerAddress(name="local", options=nobody), take).run()
    )
    async with asyncio.timeout(LIMIT_S):
        reason = await down
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert "no INDI server answers at 127.0.0.1:9" in reason
