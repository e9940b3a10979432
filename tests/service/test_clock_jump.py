"""A small computer without a clock wakes in the past, and is set right when the net comes up."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.service import background_jobs
from rigd.service.clock_jump import ClockWatch, Jump, flag_runs, steady_s
from rigd.store.database import Store
from rigd.units import local_time
from tests.limits import LIMIT_S
from tests.service.test_answers import begin, pier
from tests.service.test_answers import profile as profile_of_the_demo

profile = profile_of_the_demo
WAKES = datetime(2025, 12, 31, 18, 0, tzinfo=UTC)
NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
WATCH = ClockWatch(began=WAKES, last=WAKES, last_s=100.0)
SET = Jump(began=WAKES, before=WAKES + timedelta(minutes=5), now=NOON)


def at(minutes: float) -> datetime:
    return WAKES + timedelta(minutes=minutes)


def test_a_clock_that_runs_evenly_or_is_kept_in_step_does_not_jump() -> None:
    watch, first = WATCH.look(at(1), 160.0)
    watch, second = watch.look(at(2) + timedelta(seconds=9), 220.0)

    assert (first, second) == (None, None)
    assert watch.began == WAKES


@pytest.mark.parametrize("now", [NOON, WAKES - timedelta(hours=2)], ids=["forward", "back"])
def test_a_clock_that_is_set_is_noticed_once_with_the_wrong_times(now: datetime) -> None:
    watch, _ = WATCH.look(at(4), 340.0)
    watch, jump = watch.look(now, 400.0)
    watch, again = watch.look(now + timedelta(seconds=60), 460.0)

    assert jump == Jump(began=WAKES, before=at(5), now=now)
    assert again is None
    assert watch.began == now


def test_the_sentence_names_both_times() -> None:
    assert SET.sentence == (
        "the computer's clock was set forward by 9 days 17 h 55 min at "
        f"{local_time(SET.now)}: times from {local_time(SET.began)} to {local_time(SET.before)} "
        "are wrong"
    )


def test_runs_made_before_the_clock_was_set_are_flagged(tmp_path: Path) -> None:
    store = Store(tmp_path / "rigd.db")
    times = {"wrong": at(3), "right": NOON, "old": WAKES - timedelta(days=3)}
    with store.transaction() as db:
        for key, time in times.items():
            text = time.isoformat(timespec="milliseconds")
            run = {"rig": "demo", "key": key, "epoch": "e", "source": "s", "accepted": 1}
            db.table("runs").insert({**run, "time": text, "imported_at": text, "imported_by": "i"})
        early = at(2).isoformat(timespec="milliseconds")
        db.table("embodied").insert({"rig": "demo", "at": early, "steps": 40, "filter_key": "r"})

    flagged = flag_runs(store, "demo", SET)

    with store.transaction() as db:
        accepted = {row["key"]: row["accepted"] for row in db.query("select * from runs")}
        (embodied,) = db.query("select at from embodied")
        (wrong,) = db.query("select reason from runs where key = 'wrong'")
    store.close()
    assert flagged == 1
    assert accepted == {"wrong": 0, "right": 1, "old": 1}
    assert "made before the computer's clock was set" in wrong["reason"]
    assert embodied["at"] == "2026-01-10T12:00:00.000+00:00"


async def test_a_clock_that_jumps_is_said_by_the_running_daemon(
    tmp_path: Path, profile: EquipmentProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_s = 0.0
    monkeypatch.setattr(background_jobs, "steady_s", lambda: steady_s() - late_s)
    async with pier(tmp_path, profile, load_catalog()) as rigs:
        begin(rigs)
        await asyncio.sleep(0)
        late_s = 3600.0

        async with asyncio.timeout(LIMIT_S):
            while "clock was set forward by 1 h at" not in await rigs.lines.get():
                pass
