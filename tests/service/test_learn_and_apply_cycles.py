"""Learning from runs made through rigd's own focuser, and applying what was learnt."""

import asyncio
import csv
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from rigd.api.rest.runs_body import runs_body
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import Coordinates
from rigd.learning import duplicate_runs
from tests.limits import TEST_LIMIT_S
from tests.service.live import NAMES, Live, living

TRUTH = {"L": 0, "R": 9, "G": -4, "B": 21, "Ha": 97}
"""Steps of each filter's focus from L's. Glass says about -1, 0, nothing, and 84."""
FOCUS_STEPS = 25000
ROUNDS = 3
NOISE_STEPS = 1.5


async def focus(live: Live, name: str, drift_steps: float, chance: random.Random) -> list[object]:
    """Change to a filter, then what an autofocus program does: its log holds what it was shown."""
    position = NAMES.index(name)
    await live.put("filterwheel", "position", Position=position)
    await live.until_filter(position)
    found = round(FOCUS_STEPS + TRUTH[name] + drift_steps + chance.gauss(0, NOISE_STEPS))
    shown = live.observatory.rigs()[0].focuser.position_steps
    assert shown is not None
    logical = shown + found - live.raw_steps
    await live.put("focuser", "move", Position=logical)
    await live.until_still(found)
    return [name, logical, 10.0 - drift_steps / 20, datetime.now(UTC).isoformat()]


async def cycle(live: Live, number: int, directory: Path) -> dict[str, int | None]:
    """A night's runs, imported as logical; the offsets that count then."""
    chance = random.Random(number)  # noqa: S311 - a seeded night
    rows = []
    for turn in range(ROUNDS):
        order = NAMES if turn % 2 == 0 else NAMES[::-1]
        for name in order:
            rows.append(await focus(live, name, 0.4 * len(rows), chance))
    path = directory / f"night{number}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["filter", "position", "temperature", "time"], *rows])
    runs = read_path(path, coordinates=Coordinates.LOGICAL)
    before = live.observatory._rigs["one"].fit
    answer = await live.ask("/rigs/one/runs", runs_body(runs))
    assert answer == {"accepted": len(rows), "refused": {}, "known": 0}
    while live.observatory._rigs["one"].fit is before:
        await live.observatory.changed()
    return {
        name: row["focus_offset_steps"]  # type: ignore[misc]
        for name, row in (await live.offsets()).items()
    }


@pytest.mark.slow
def test_five_cycles_converge_and_do_not_oscillate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nights() -> list[dict[str, int | None]]:
        async with asyncio.timeout(TEST_LIMIT_S), living(tmp_path, monkeypatch) as live:
            return [await cycle(live, number, tmp_path) for number in range(5)]

    # These runs take milliseconds: what is one run of a night would be all of them here.
    monkeypatch.setattr(duplicate_runs, "SAME_INSTANT", timedelta(0))
    learnt = asyncio.run(nights())

    for offsets in learnt:
        away = {name: abs((offsets[name] or 0) - TRUTH[name]) for name in NAMES}
        assert max(away.values()) <= 4, learnt
    last = learnt[-1]
    assert all(abs((last[name] or 0) - TRUTH[name]) <= 2 for name in NAMES), learnt
    for before, after in pairwise(learnt[1:]):
        assert all(abs((after[name] or 0) - (before[name] or 0)) <= 2 for name in NAMES), learnt
