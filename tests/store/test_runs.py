"""Runs are kept once; the journal of a run's moment turns it into raw steps."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.focus.state.effects import Remember
from rigd.focus.state.ledger import Ledger, adopt_position, forget_embodied
from rigd.focus.state.settings import Mode
from rigd.learning.estimator.prior import Prior
from rigd.learning.fit_input import FitInput, LearningRig, complete_input
from rigd.learning.fit_record import FitResult, StoredFit
from rigd.store.database import Store
from rigd.store.effects import write_effects
from rigd.store.fits import KEEP_FITS, keep_fit, move_to_light_path, read_newest_fit
from rigd.store.rig_identities import identify_rig
from rigd.store.run_import import keep_runs
from rigd.store.runs import list_runs, read_accepted_runs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "rigd.db")
    yield store
    store.close()


def embody(store: Store, at: datetime, ledger: Ledger) -> None:
    """Remember a ledger as if it had been so since then."""
    write_effects(store, "one", Mode.APPLY, "e", (Remember(ledger=ledger, move=None),))
    with store.transaction() as db:
        newest = "(select max(id) from embodied)"
        db.execute(
            f"update embodied set at = ? where id = {newest}",  # noqa: S608 - no value in it
            [at.isoformat(timespec="milliseconds")],
        )


def logical(time: datetime, position_steps: float = 5000.0) -> AutofocusRun:
    return AutofocusRun(
        filter="R",
        position_steps=position_steps,
        source="made up",
        ok=True,
        time=time,
        coordinates=Coordinates.LOGICAL,
    )


START = datetime(2024, 1, 1, 20, tzinfo=UTC)


def test_a_logical_run_gets_what_was_embodied_at_its_time(store: Store) -> None:
    embody(store, START, adopt_position(30000, 40, "r"))
    embody(store, START + timedelta(hours=1), adopt_position(30000, -7, "g"))
    embody(store, START + timedelta(hours=2), forget_embodied(Ledger(), 30000, "somebody moved it"))
    times = [START + timedelta(minutes=minutes) for minutes in (-1, 30, 61, 121)]

    done = keep_runs(store, "one", "e", [logical(time) for time in times], "test")

    assert done.accepted == 2
    assert sorted(done.refused.values()) == [1, 1]
    found = read_accepted_runs(store, "one", "e", 10)
    assert sorted(run.position_steps or 0 for run in found) == [4993, 5040]


def test_what_is_embodied_is_noted_only_when_it_changes(store: Store) -> None:
    for _ in range(3):
        remember = Remember(ledger=adopt_position(30000, 40, "r"), move=None)
        write_effects(store, "one", Mode.APPLY, "e", (remember,))

    with store.transaction() as db:
        assert db.execute("select count(*) from embodied").fetchone() == (1,)


def test_a_refused_run_can_be_imported_again_with_what_was_missing(store: Store) -> None:
    run = AutofocusRun(filter="R", position_steps=5000.0, source="log", ok=True, time=START)
    keep_runs(store, "one", "e", [run], "test")

    again = keep_runs(store, "one", "e", [run], "test")
    stated = keep_runs(store, "one", "e", [_raw(run)], "test")
    after = keep_runs(store, "one", "e", [run], "test")

    assert (again.known, again.accepted) == (1, 0)
    assert (stated.known, stated.accepted) == (0, 1)
    assert (after.known, after.accepted) == (1, 0)


def test_a_run_read_without_and_with_its_zone_is_one_run(store: Store) -> None:
    timed = AutofocusRun(
        filter="R",
        position_steps=5000.0,
        source="log",
        ok=True,
        time=START,
        coordinates=Coordinates.RAW,
        points=(CurvePoint(position_steps=4990.0, hfr_px=2.5),),
    )
    untimed = replace(timed, time=None)

    keep_runs(store, "one", "e", [untimed], "test")
    with_zone = keep_runs(store, "one", "e", [timed], "test")
    without_again = keep_runs(store, "one", "e", [untimed], "test")

    assert (with_zone.accepted, without_again.known) == (1, 1)
    assert [run.time is not None for run in list_runs(store, "one", 10)] == [True]


def test_the_newest_fit_of_a_light_path_comes_back_and_old_ones_go(store: Store) -> None:
    for number in range(KEEP_FITS + 3):
        keep_fit(store, "one", _fitted("a" if number == KEEP_FITS else "b", str(number)))

    found = read_newest_fit(store, "one", "b")

    assert found is not None
    assert found.cause == str(KEEP_FITS + 2)
    assert found.pictures == {"": "<svg/>"}
    old = read_newest_fit(store, "one", "a")
    assert old is not None
    assert old.pictures == {}
    with store.transaction() as db:
        assert db.execute("select count(*) from fits").fetchone() == (KEEP_FITS,)


def test_a_database_from_before_runs_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "rigd.db"
    store = Store(path)
    identify_rig(store, "one")
    store.close()
    with sqlite3.connect(path) as raw:
        for table in ("runs", "fits", "embodied", "audits"):
            raw.execute(f"drop table {table}")
        raw.execute(
            "delete from _sqlite_migrations"
            " where name like '0007%' or name in ('0003_runs', '0009j_run_focusers')"
        )
    raw.close()

    again = Store(path)

    assert keep_runs(again, "one", "e", [_raw(logical(START))], "test").accepted == 1
    again.close()


def test_a_run_keeps_the_name_of_its_focuser(store: Store) -> None:
    run = replace(logical(START), coordinates=Coordinates.RAW, focuser="ZWO EAF")

    keep_runs(store, "one", "e", [run], "test")

    assert [one.focuser for one in read_accepted_runs(store, "one", "e", 10)] == ["ZWO EAF"]


def _raw(run: AutofocusRun) -> AutofocusRun:
    return AutofocusRun(
        filter=run.filter,
        position_steps=run.position_steps,
        source=run.source,
        ok=True,
        time=run.time,
        coordinates=Coordinates.RAW,
    )


def _fitted(light_path_id: str, cause: str) -> FitResult:
    return FitResult(
        light_path_id=light_path_id,
        cause=cause,
        basis="x",
        result={"offsets": {}},
        pictures={"": "<svg/>"},
    )


def test_runs_follow_when_a_step_means_what_it_did(store: Store) -> None:
    keep_runs(store, "one", "old", [_raw(logical(START))], "test")
    keep_fit(store, "one", _fitted("old", "import"))

    move_to_light_path(store, "one", "old", "new")

    assert read_accepted_runs(store, "one", "old", 10) == ()
    assert len(read_accepted_runs(store, "one", "new", 10)) == 1
    assert read_newest_fit(store, "one", "new") is not None


def test_a_fit_by_day_knows_what_the_focuser_said_at_night() -> None:
    night_study = FitInput(
        reference="l",
        names={"l": "l"},
        priors={"r": Prior(mean_steps=3.0, sd_steps=2.0)},
        zones_steps={"r": 80.0},
    )
    stored = StoredFit(
        at="",
        light_path_id="e",
        cause="",
        basis="",
        result={
            "priors": {"r": {"mean_steps": 3.0, "sd_steps": 2.0}},
            "focus_zone_steps": {"r": 80.0},
            "glasses": {"r": "2 mm"},
        },
        pictures={},
    )
    day_study = FitInput(reference="l", names={"l": "l"})

    day = LearningRig(light_path_id="e", fit_input=day_study, filter_fingerprints={"r": "2 mm"})
    night = replace(day, fit_input=night_study)
    assert complete_input(day, stored) == night_study
    assert complete_input(day, None) == day_study
    assert complete_input(night, stored) is night_study
    assert complete_input(replace(day, filter_fingerprints={"r": "3 mm"}), stored) == day_study
