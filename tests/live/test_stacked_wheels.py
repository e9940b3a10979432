"""Two stacked wheels on a real indiserver, with a real client, judged on the wire."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import (
    FOCUSER,
    FOCUSER_START_STEPS,
    SIMULATORS,
    WHEEL,
    IndiServer,
    RawListener,
)

pytestmark = pytest.mark.live

SECOND = "Second Filter Simulator"
ONE = """[wheel]
address = { server = "simulators", device = "Filter Simulator", connect = true }
slots = ["red", "green", "blue", "h_alpha", "sii", "oiii", "lpr", "luminance"]
"""
TWO = """[[wheel.stack]]
address = { server = "simulators", device = "Filter Simulator", connect = true }
slots = ["red", "green", "blue", "h_alpha", "sii", "oiii", "lpr", "luminance"]

[[wheel.stack]]
address = { server = "simulators", device = "Second Filter Simulator", connect = true }
slots = ["clear", "uv", "dark"]

[filters.clear]
name = "Clear"
kind = "empty"

[filters.uv]
name = "UV"
thickness_mm = 2.0
glass = "N-BK7"
band_centre_nm = 550.0

[filters.dark]
name = "Dark"
kind = "opaque"
"""
RED, RED_UV, HA_UV, HA = 0, 1, 10, 9
RED_STEPS, HA_STEPS, UV_STEPS = 85, 150, 171
"""Against 1 mm of N-BK7 and nothing, 4 µm a step: 1 mm more, 3 mm of fused silica, 2 mm of N-BK7.

Worked by hand: N-BK7 1 - 1/n 0.3407 at the d line, 0.3414 at 550 nm (2 mm: 683 µm = 171 steps),
fused silica 0.3143 (943 - 341 = 602 µm = 150 steps); a step or two of dispersion.
"""


class TwoWheels(Daemon):
    """The example rig with a second wheel behind the first."""

    def __init__(self, directory: Path, server: IndiServer, sequential: bool = False) -> None:
        super().__init__(directory, server)
        self.change_profile(ONE, TWO)
        self.change_profile(
            'reference_filter = "luminance"', 'reference_filter = "luminance+clear"'
        )
        if sequential:
            self.change_profile("[mount]", "[gates]\nsequential = true\n[mount]")

    def get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(
            f"http://{self.url}/rigd/v1/rigs/demo{path}", timeout=LIMIT_S
        ) as got:
            return json.loads(got.read())  # type: ignore[no-any-return]

    def offset(self, position: int) -> int:
        row = self.get("/offsets")["offsets"][position]
        assert row["focus_offset_steps"] is not None, row
        return int(row["focus_offset_steps"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    named = (("indi_simulator_wheel", SECOND),)
    with IndiServer(tmp_path, SIMULATORS, named) as running:
        yield running


@asynccontextmanager
async def listening(server: IndiServer) -> AsyncIterator[RawListener]:
    async with RawListener(server.port) as wire:
        await wire.wait(
            lambda: wire.latest(SECOND, "CONNECTION") is not None, "the second wheel is there"
        )
        yield wire


async def until(true: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    """Ask rigd beside the loop until it is so."""
    try:
        async with asyncio.timeout(limit_s):
            while not await asyncio.to_thread(true):  # noqa: ASYNC110 - rigd is another process
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {limit_s} s: {what}") from None


async def ready(daemon: TwoWheels) -> tuple[FilterWheel, Focuser]:
    await until(lambda: "server simulators: connected" in daemon.said(), "rigd answers")
    wheel, focuser = FilterWheel(daemon.url, 0), Focuser(daemon.url, 0)
    for device in (wheel, focuser):
        await asyncio.to_thread(setattr, device, "Connected", True)
    await until(lambda: daemon.get("")["focus_known"] is True, "the focus is known")
    await until(lambda: wheel.Position != -1, "both wheels stand")
    return wheel, focuser


async def change(wheel: FilterWheel, position: int) -> None:
    await asyncio.to_thread(setattr, wheel, "Position", position)
    assert await asyncio.to_thread(lambda: wheel.Position) == -1
    await until(lambda: wheel.Position == position, f"slot {position + 1}")


async def test_a_client_turns_both_wheels_and_the_focuser_goes_by_the_sum_and_back(
    server: IndiServer, tmp_path: Path
) -> None:
    async with listening(server) as wire:
        with TwoWheels(tmp_path, server) as daemon:
            wheel, focuser = await ready(daemon)
            names = await asyncio.to_thread(lambda: wheel.Names)
            shown = await asyncio.to_thread(lambda: focuser.Position)
            seen = []
            for _ in range(3):
                for position in (HA_UV, RED):
                    await change(wheel, position)
                    slots = [await wire.number_now(one, "FILTER_SLOT") for one in (WHEEL, SECOND)]
                    seen.append((slots, await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")))
            sums = daemon.offset(HA_UV) - daemon.offset(RED)
            apart = daemon.offset(HA) + daemon.offset(RED_UV) - 2 * daemon.offset(RED)

            assert [names[n] for n in (RED, RED_UV, HA, HA_UV)] == [
                "Red",
                "Red + UV",
                "H_Alpha",
                "H_Alpha + UV",
            ]
            assert len(names) == 24
            assert seen == 3 * [
                ([4, 2], FOCUSER_START_STEPS + sums),
                ([1, 1], FOCUSER_START_STEPS),
            ]
            assert abs(sums - apart) <= 1
            assert abs(sums - (HA_STEPS + UV_STEPS - RED_STEPS)) <= 3
            assert await asyncio.to_thread(lambda: focuser.Position) == shown
            cautions = daemon.get("")["cautions"]
            assert f"filter wheel {SECOND} has 8 slots, the profile names 3" in cautions


async def test_a_change_at_either_real_wheel_is_followed_and_a_dark_one_moves_nothing(
    server: IndiServer, tmp_path: Path
) -> None:
    async with listening(server) as wire:
        with TwoWheels(tmp_path, server) as daemon:
            await ready(daemon)
            uv = daemon.offset(RED_UV) - daemon.offset(RED)
            both = daemon.offset(HA_UV) - daemon.offset(RED)

            wire.set_number(SECOND, "FILTER_SLOT", "FILTER_SLOT_VALUE", 2)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS + uv)
            wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", 4)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS + both)
            wire.set_number(SECOND, "FILTER_SLOT", "FILTER_SLOT_VALUE", 3)
            await until(lambda: "H_Alpha + UV to H_Alpha + Dark: declined" in daemon.said(), "dark")

            assert (
                await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == FOCUSER_START_STEPS + both
            )


async def test_an_unplugged_wheel_leaves_the_filter_unknown_and_moves_nothing_when_it_is_back(
    server: IndiServer, tmp_path: Path
) -> None:
    async with listening(server) as wire:
        with TwoWheels(tmp_path, server) as daemon:
            wheel, _ = await ready(daemon)
            await change(wheel, HA_UV)
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")

            wire.set_switch(SECOND, "CONNECTION", "DISCONNECT")
            await until(lambda: daemon.get("")["filter"] is None, "the filter is unknown")
            wire.set_switch(SECOND, "CONNECTION", "CONNECT")
            await until(lambda: daemon.get("")["filter"] is not None, "the wheel is back")

            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == there
            assert daemon.get("/explain")["raw_steps"] == there


async def test_a_killed_daemon_comes_back_with_its_ledger_and_goes_on(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = TwoWheels(tmp_path, server, sequential=True)
    async with listening(server) as wire:
        with daemon:
            wheel, _ = await ready(daemon)
            await change(wheel, HA_UV)
            before = daemon.get("/explain")
            await asyncio.to_thread(daemon.kill)
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
            daemon.start()
            await until(
                lambda: daemon.said().count("server simulators: connected") == 2, "it is back"
            )
            wheel, _ = await ready(daemon)
            after = daemon.get("/explain")
            rest = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
            await change(wheel, RED)

            kept = ("raw_steps", "base_steps", "filter_steps", "filter_embodied")
            assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
            assert after["filter_embodied"] == "h_alpha+uv"
            assert rest == there
            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == FOCUSER_START_STEPS
