"""A guide camera's focuser behind a real indiserver: it follows the filter, through crashes too."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crash import ask, explain, open_wheel, settled
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, SIMULATORS, IndiServer, RawListener
from tests.live.test_clients import get, known, opened, wait

pytestmark = pytest.mark.live

GUIDE = "Guide Focuser"
RATIO = -1.25
AT_START, H_ALPHA, H_ALPHA_SLOT = 85, 150, 3
"""Filter terms of the main focuser: of the filter in the light at the start, and of H_Alpha."""
START_TERM = -106
"""-1.25 * 85 = -106.25."""
US_PER_STEP = 4000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    """INDI's focuser simulator a second time, under another name."""
    second = tmp_path / "guide_focuser"
    second.write_text(f'#!/bin/sh\nINDIDEV="{GUIDE}" exec indi_simulator_focus\n')
    second.chmod(0o755)
    with IndiServer(tmp_path, (*SIMULATORS, str(second))) as running:
        yield running


def with_guide(directory: Path, server: IndiServer) -> Daemon:
    daemon = Daemon(directory, server)
    table = f"""[guide_focuser]
address = {{ server = "simulators", device = "{GUIDE}", connect = true }}
steps_per_step = {RATIO}
tolerance_steps = 2

[train]
"""
    daemon.change_profile("[train]\n", table)
    return daemon


def guide(told: dict[str, object]) -> dict[str, object]:
    own = told["guide_focuser"]
    assert isinstance(own, dict)
    return own


def both_known(daemon: Daemon) -> bool:
    return known(daemon) and guide(get(daemon, "/rigs/demo"))["base_steps"] is not None


async def test_both_have_settled_when_the_wheel_says_so(server: IndiServer, tmp_path: Path) -> None:
    async with RawListener(server.port) as wire:
        with with_guide(tmp_path, server) as daemon:
            wheel, _ = await asyncio.to_thread(opened, daemon)
            await asyncio.to_thread(wait, lambda: both_known(daemon), "first sight")
            wire.set_number(GUIDE, "DELAY", "DELAY_VALUE", US_PER_STEP)
            at_start = guide(get(daemon, "/rigs/demo/explain"))

            wheel.Position = H_ALPHA_SLOT
            await asyncio.to_thread(wait, lambda: wheel.Position == H_ALPHA_SLOT, "the change")
            stood = await wire.number_now(GUIDE, "ABS_FOCUS_POSITION")
            heard = wire.latest(GUIDE, "ABS_FOCUS_POSITION")
            told = get(daemon, "/rigs/demo/explain")
            status = await asyncio.to_thread(rigd, daemon, "status")

    own = guide(told)
    assert at_start["filter_steps"] == START_TERM
    assert told["filter_steps"] == H_ALPHA
    assert own["filter_steps"] == round(RATIO * H_ALPHA - 0.5)
    assert own["base_steps"] == at_start["base_steps"] == FOCUSER_START_STEPS - START_TERM
    assert heard is not None
    assert heard.state in {"Ok", "Idle"}
    assert stood == own["raw_steps"]
    assert f"guide focuser     {own['raw_steps']} steps, {own['filter_steps']:+d}" in status.stdout


@pytest.mark.slow
async def test_killed_during_changes_it_comes_back_right_and_moves_nothing(
    server: IndiServer, tmp_path: Path
) -> None:
    async with RawListener(server.port) as wire:
        with with_guide(tmp_path, server) as daemon:
            await settled(daemon)
            await asyncio.to_thread(wait, lambda: both_known(daemon), "first sight")
            for device in (FOCUSER, GUIDE):
                wire.set_number(device, "DELAY", "DELAY_VALUE", US_PER_STEP)
            await asyncio.to_thread(open_wheel, daemon)
            for slot, killed_after_s in ((H_ALPHA_SLOT, 0.0), (0, 0.05), (7, 0.3), (3, 0.6)):
                await asyncio.to_thread(ask, daemon, slot)
                await asyncio.sleep(killed_after_s)
                daemon.kill()
                daemon.start()
                told = await guide_settled(daemon)
                begin = len(wire.history)
                await asyncio.sleep(0.5)

                own = guide(told)
                assert own["raw_steps"] == await wire.number_now(GUIDE, "ABS_FOCUS_POSITION")
                assert own["base_steps"] == FOCUSER_START_STEPS - START_TERM, told
                moved = [h for h in wire.history[begin:] if h.name == "ABS_FOCUS_POSITION"]
                assert {h.state for h in moved} <= {"Ok", "Idle"}, moved
                assert await wire.number_now(GUIDE, "ABS_FOCUS_POSITION") == own["raw_steps"], moved


async def guide_settled(daemon: Daemon) -> dict[str, object]:
    """What rigd tells once it has looked at both focusers and moves neither."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            await settled(daemon)
            told = await asyncio.to_thread(explain, daemon)
            own = guide(told)
            if own["focus_checked"] and own["moving_to_steps"] is None:
                return told
            await asyncio.sleep(0.05)


async def test_one_that_stands_beyond_its_limits_spoils_no_change(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = with_guide(tmp_path, server)
    daemon.change_profile("tolerance_steps = 2\n\n[train]", "max_steps = 50000\n\n[train]")
    with daemon:
        wheel, _ = await asyncio.to_thread(opened, daemon)
        await asyncio.to_thread(wait, lambda: both_known(daemon), "first sight")

        wheel.Position = 7
        await asyncio.to_thread(wait, lambda: wheel.Position == 7, "the change")
        told = get(daemon, "/rigs/demo/explain")

    assert guide(told)["raw_steps"] == FOCUSER_START_STEPS
    assert "outside its limits 0 to 50000 steps" in daemon.said()
    assert told["last_change"]["result"] == "done"  # type: ignore[index]
