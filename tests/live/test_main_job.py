"""The main job, judged on the wire: a filter changes, the focuser follows by the right steps."""

import asyncio
import json
import random
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import (
    CAMERA,
    FOCUSER,
    FOCUSER_START_STEPS,
    WHEEL,
    IndiServer,
    RawListener,
)

pytestmark = pytest.mark.live

OFFSETS = {1: 85, 2: 86, 3: 87, 4: 150, 5: 150, 6: 151, 7: 0, 8: 0}
"""Steps of each slot of the example profile: glass of 1, 2 and 3 mm, 4 µm a step.

Worked by hand from N-BK7 1 - 1/n_d = 0.3407 (1 mm more: 340.7 µm = 85 steps) and fused silica
0.3143 (3 mm against 1 mm N-BK7: 943 - 341 = 602 µm = 150 steps); a step or two of dispersion.
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def ready(wire: RawListener) -> None:
    """Wait until rigd has connected the devices of its profile."""
    await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS)
    await wire.wait(lambda: wire.latest(WHEEL, "FILTER_SLOT") is not None, "the wheel connects")
    await wire.wait(lambda: wire.latest(CAMERA, "CCD_EXPOSURE") is not None, "the camera connects")


async def said(daemon: Daemon, text: str, times: int = 1, limit_s: float = LIMIT_S) -> None:
    try:
        async with asyncio.timeout(limit_s):
            while daemon.said().count(text) < times:  # noqa: ASYNC110 - a file has no events
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"never said {text!r}:\n{daemon.said()}") from None


async def explained(daemon: Daemon, key: str, value: object) -> None:
    """Wait until rigd explains so."""

    def explain() -> object:
        with urllib.request.urlopen(f"http://{daemon.url}/rigd/v1/rigs/demo/explain") as reply:
            return json.loads(reply.read())[key]

    async with asyncio.timeout(LIMIT_S):
        while await asyncio.to_thread(explain) != value:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.05)


async def shown(daemon: Daemon, text: str) -> str:
    """What `rigd status` prints once a text is in it."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            status = await asyncio.to_thread(rigd, daemon, "status")
            if text in status.stdout:
                return status.stdout


def commanded(wire: RawListener) -> list[float]:
    """Every focuser position seen at rest, in order, without repeats."""
    seen: list[float] = []
    for heard in wire.history:
        if heard.device == FOCUSER and heard.name == "ABS_FOCUS_POSITION" and heard.state == "Ok":
            value = float(heard.values["FOCUS_ABSOLUTE_POSITION"])
            if not seen or seen[-1] != value:
                seen.append(value)
    return seen


async def change(wire: RawListener, slot: int) -> None:
    wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", slot)
    await wire.until(WHEEL, "FILTER_SLOT", slot)


async def test_the_focuser_ends_at_start_plus_the_difference_of_offsets_and_back(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")

            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
            await change(wire, 1)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS)

            assert there == pytest.approx(FOCUSER_START_STEPS + OFFSETS[4] - OFFSETS[1], abs=3)
            assert daemon.stop() == 0


@pytest.mark.slow
async def test_fifty_changes_in_a_row_leave_no_drift(server: IndiServer, tmp_path: Path) -> None:
    order = random.Random(20)  # noqa: S311 - a seeded walk
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            seen: dict[int, set[float]] = {1: {float(FOCUSER_START_STEPS)}}
            slot = 1

            for number in range(1, 51):
                slot = order.choice([s for s in (1, 4, 8) if s != slot])
                await change(wire, slot)
                await said(daemon, ": done:", times=number)
                seen.setdefault(slot, set()).add(
                    await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") or -1
                )

            assert {slot: len(positions) for slot, positions in seen.items()} == {1: 1, 4: 1, 8: 1}


async def test_nothing_moves_at_start_nor_after_the_server_was_killed(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            await change(wire, 8)
            await said(daemon, "Luminance: done")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done", times=2)

        server.kill()
        await said(daemon, "was lost")
        server.start()
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "is unknown, so rigd moves nothing")
            await change(wire, 8)
            await said(daemon, "declined: what is in the focuser's position is unknown")

            assert commanded(wire) in ([], [FOCUSER_START_STEPS])
            assert daemon.running
            assert daemon.said().count("was lost") == 1
            assert "rigd adopt" in daemon.said()


async def test_a_filter_without_thickness_changes_and_the_focuser_stays(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.change_profile('name = "H_Alpha"\nthickness_mm = 3.0\n', 'name = "H_Alpha"\n')
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")

            await change(wire, 4)
            await said(daemon, "declined: filter H_Alpha has no focus offset: thickness")

            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == FOCUSER_START_STEPS


async def test_an_offset_beyond_the_limit_is_refused_with_its_numbers(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.change_profile("tolerance_steps = 2", "tolerance_steps = 2\nmax_steps = 50050")
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")

            await change(wire, 4)
            await said(daemon, "outside the limits 0 to 50050 steps")

            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == FOCUSER_START_STEPS


async def test_a_change_while_exposing_waits_for_the_end(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 8)
            await wire.wait(
                lambda: (
                    (h := wire.latest(CAMERA, "CCD_EXPOSURE")) is not None and h.state == "Busy"
                ),
                "exposing",
            )

            await change(wire, 4)
            await said(daemon, "waiting: the camera is exposing")
            during = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
            await said(daemon, "H_Alpha: done")

            assert during == FOCUSER_START_STEPS
            moved = next(
                h
                for h in wire.history
                if h.device == FOCUSER
                and h.name == "ABS_FOCUS_POSITION"
                and h.values.get("FOCUS_ABSOLUTE_POSITION") != str(FOCUSER_START_STEPS)
            )
            done = [h for h in wire.history if h.device == CAMERA and h.name == "CCD_EXPOSURE"]
            assert moved.at_s > next(h.at_s for h in reversed(done) if h.state == "Busy")


async def test_a_daemon_killed_and_started_again_goes_on_from_its_journal(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")

            daemon.kill()
            daemon.start()
            await said(daemon, "are rigd's")
            await change(wire, 1)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS)


async def test_a_program_that_applies_offsets_of_its_own_is_named(
    server: IndiServer, tmp_path: Path
) -> None:
    own = {1: 0, 4: 70}
    with Daemon(tmp_path, server, mode="observe") as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "serving on")
            # A focuser that was not read yet is not seen to move.
            await explained(daemon, "raw_steps", FOCUSER_START_STEPS)
            position, slot = FOCUSER_START_STEPS, 1

            for number, new in enumerate((4, 1, 4, 1, 4), start=1):
                await change(wire, new)
                position += own[new] - own[slot]
                slot = new
                wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", position)
                await wire.until(FOCUSER, "ABS_FOCUS_POSITION", position)
                await said(daemon, "moved the focuser from", number)

            await said(daemon, "it applies filter offsets of its own")
            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == position


async def test_beside_another_applier_rigd_stands_down_until_a_human_says_otherwise(
    server: IndiServer, tmp_path: Path
) -> None:
    own = {1: 0, 4: 70}
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            slot = 1

            for new in (4, 1, 4, 1, 4):
                await change(wire, new)
                await asyncio.sleep(0.5)  # as Ekos does: its own move after the wheel's
                stands = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
                position = (stands or 0) + own[new] - own[slot]
                slot = new
                wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", position)
                await wire.until(FOCUSER, "ABS_FOCUS_POSITION", position)
                await asyncio.sleep(0.3)
            await change(wire, 1)
            await said(daemon, "rigd stands down to observe")
            daemon.stop()
            daemon.start()

            await said(daemon, "mode observe as chosen by rigd")
            await said(daemon, "serving on", times=2)
            # a change before rigd has read the wheel again would be no change to it
            status = await shown(daemon, "filter            Red")
            assert "mode observe, chosen by rigd at 20" in status
            assert "focus             not trusted: mode observe" in status
            before = daemon.said().count("rigd does not move the focuser of its own accord")
            for number, new in enumerate((4, 1, 4, 1, 4), start=1):
                await change(wire, new)
                line = "rigd does not move the focuser of its own accord"
                await said(daemon, line, before + number)
            await said(daemon, "nobody applies filter offsets")
