"""The focuser follows its thermometer, judged on the wire."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_autofocus import expose
from tests.live.test_main_job import OFFSETS, change, explained, ready, said

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
            # Killed before the end of the move was stored, it finds that it had been completed.
            await said(daemon, "serving on", 2)
            await explained(daemon, "focus_checked", True)
            await explained(daemon, "embodied_steps", 25)
            await explained(daemon, "filter_in_light", "Red")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")

    assert there == FOCUSER_START_STEPS - 60 + OFFSETS[4] - OFFSETS[1]
