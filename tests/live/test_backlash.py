"""Where backlash is rigd's, the focuser ends every change from below; judged on the wire."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_main_job import OFFSETS, change, commanded, ready, said

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def test_the_focuser_comes_back_from_beyond_its_target(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    owned = '\n[focuser.backlash]\nowner = "rigd"\nsteps = 40\nfinal_direction = "up"\n'
    daemon.profile.write_text(daemon.profile.read_text(encoding="utf-8") + owned, encoding="utf-8")
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")

            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            await change(wire, 1)
            await said(daemon, "Red: done")

            up = FOCUSER_START_STEPS + OFFSETS[4] - OFFSETS[1]
            start = FOCUSER_START_STEPS
            await wire.caught_up()
            assert commanded(wire) == [start, up, start - 40, start]
