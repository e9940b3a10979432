"""The focuser follows its thermometer, judged on the wire."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_autofocus import expose
from tests.live.test_main_job import OFFSETS, change, ready, said

pytestmark = pytest.mark.live

TERM = """
[focuser.temperature]
steps_per_c = -40.0
dead_band_steps = 10
lasts_s = 0.0
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def warm(wire: RawListener, celsius: float) -> None:
    wire.set_number(FOCUSER, "FOCUS_TEMPERATURE", "TEMPERATURE", celsius)


async def explained(daemon: Daemon, key: str, value: float) -> None:
    """Wait until rigd explains so."""

    def explain() -> object:
        with urllib.request.urlopen(f"http://{daemon.url}/rigd/v1/rigs/demo/explain") as reply:
            return json.loads(reply.read())[key]

    async with asyncio.timeout(LIMIT_S):
        while await asyncio.to_thread(explain) != value:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.05)


async def test_the_focuser_follows_between_exposures_and_the_term_survives_a_restart(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.profile.write_text(daemon.profile.read_text(encoding="utf-8") + TERM, encoding="utf-8")
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            warm(wire, 11.1)
            warm(wire, 11.0)
            await explained(daemon, "temperature_base_c", 11.0)

            warm(wire, 12.5)
            await expose(wire)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS - 60)
            await said(daemon, "12.5 °C, was 11.0 °C when the focus was set")
            await explained(daemon, "temperature_steps", -60)
            daemon.kill()
            daemon.start()
            await said(daemon, "of which +25 are rigd's")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")

    assert there == FOCUSER_START_STEPS - 60 + OFFSETS[4] - OFFSETS[1]
