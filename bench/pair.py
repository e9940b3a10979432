"""From a filter asked of rigd's INDI wheel to wheel and focuser commanded: the pair's added time.

One command: `./dev bench pair`. A real indiserver with its simulators and indi_rigd. A listener
with its own clock takes the time from seeing the request for rigd's wheel (indiserver shows every
client's commands to all others) to seeing the commands for both real devices; and, as the floor in
the same run, from sending a command for the real wheel to seeing it.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

import pytest

from tests.live.indi_door.rig import (
    GREEN,
    H_ALPHA,
    LUMINANCE,
    POSITION,
    RED,
    SLOT,
    WHEEL_DEVICE,
    DoorRig,
    door_rig,
)
from tests.live.indiserver import FOCUSER, WHEEL, Heard

CHANGES = 200
WARM_UP = 5
SLOTS = (H_ALPHA, GREEN, LUMINANCE, RED)


async def measure(changes: int) -> tuple[list[float], list[float]]:
    """Seconds from request to both commands, and from command to seeing it."""
    with (
        tempfile.TemporaryDirectory(prefix="rigd-pair-") as name,
        pytest.MonkeyPatch.context() as patch,
    ):
        async with door_rig(Path(name), patch) as rig:
            await rig.open()
            asked = [await through_pair(rig, SLOTS[n % 4]) for n in range(WARM_UP + changes)]
            floor = [await straight(rig, SLOTS[n % 4]) for n in range(changes // 4)]
    return asked[WARM_UP:], floor


async def through_pair(rig: DoorRig, slot: int) -> float:
    """One change asked of rigd's wheel."""
    began = len(rig.wire.history)
    asked_s = monotonic()
    rig.ask(slot)
    await rig.wire.until(WHEEL_DEVICE, SLOT, slot)
    commands = [
        one.at_s
        for one in rig.wire.history[began:]
        if one.what == "newNumberVector"
        and (one.device, one.name) in {(WHEEL, SLOT), (FOCUSER, POSITION)}
    ]
    return max(commands) - asked_s


async def straight(rig: DoorRig, slot: int) -> float:
    """One command for the real wheel, and its answer."""
    began, asked_s = len(rig.wire.history), monotonic()
    rig.wire.set_number(WHEEL, SLOT, "FILTER_SLOT_VALUE", slot)
    await rig.wire.wait(lambda: any(answers(rig.wire.history[began:])), "the wheel's answer")
    first_s = next(answers(rig.wire.history[began:]))
    await rig.wire.until(WHEEL, SLOT, slot)
    return first_s - asked_s


def answers(heard: list[Heard]) -> Iterator[float]:
    """When the real wheel's driver said something of its slot."""
    for one in heard:
        if (one.device, one.name, one.what) == (WHEEL, SLOT, "setNumberVector"):
            yield one.at_s


def describe(name: str, seconds: list[float]) -> str:
    """A line of the table."""
    p99 = quantiles(seconds, n=100)[98]
    return f"| {name} | {median(seconds) * 1e3:.1f} | {p99 * 1e3:.1f} | {max(seconds) * 1e3:.1f} |"


def main() -> None:
    """Measure and print."""
    asked, floor = asyncio.run(measure(CHANGES))
    lines = [
        "| ms | p50 | p99 | most |",
        "|---|---|---|---|",
        describe("asked of rigd's wheel until both devices are commanded", asked),
        describe("asked of the real wheel until its driver answers", floor),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
