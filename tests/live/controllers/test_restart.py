"""An INDI server that starts again: a wheel's driver that never asks its wheel says slot 1."""

import asyncio
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.controllers.rig import driver_rig
from tests.live.indiserver import RawListener

pytestmark = pytest.mark.live


async def test_the_filter_that_the_driver_claims_is_turned_to_all_the_same(tmp_path: Path) -> None:
    async with driver_rig(tmp_path, "moonlite", "quantum") as rig:
        await rig.change_in_path("R")
        await asyncio.to_thread(rig.server.kill)
        await asyncio.to_thread(rig.server.start)
        async with RawListener(rig.server.port) as rig.wire:
            await rig.known()
            async with asyncio.timeout(LIMIT_S):
                while (change := await rig.change_in_path("L")).blocked:  # noqa: ASYNC110 - rigd looks
                    await asyncio.sleep(0.5)

            assert not change.early
            assert rig.is_right("L")
