"""A run that is told twice counts once, whoever tells it first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.focus.state.effects import AutofocusEnded
from rigd.focus.state.ledger import Terms
from rigd.learning.fit_record import FitResult
from rigd.learning.observed_run import observed_run
from rigd.store.database import Store
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.run_import import SAME, keep_runs
from rigd.store.runs import list_runs, read_accepted_runs

END = datetime(2024, 1, 1, 20, 0, 0, tzinfo=UTC)
SEEN = AutofocusRun(
    filter="ha",
    position_steps=5003.0,
    source="live: autofocus of N.I.N.A.",
    ok=True,
    time=END,
    began=END - timedelta(minutes=4),
    coordinates=Coordinates.RAW,
)
LOGGED = AutofocusRun(
    filter="Ha 7nm",
    position_steps=5001.5,
    se_steps=1.5,
    source="N.I.N.A. report.json",
    ok=True,
    time=END + timedelta(seconds=40),
    coordinates=Coordinates.RAW,
    points=(CurvePoint(position_steps=5000, hfr_px=2.0),),
)
NAMES = {"ha": "ha", "ha7nm": "ha", "l": "l"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "rigd.db")
    yield store
    store.close()


def keep(store: Store, *runs: AutofocusRun) -> tuple[int, dict[str, int], int, int]:
    done = keep_runs(store, "one", "e", runs, "test", NAMES)
    return done.accepted, dict(done.refused), done.known, done.undone


def counting(store: Store) -> list[str]:
    return [run.source for run in read_accepted_runs(store, "one", "e", 10)]


@pytest.mark.parametrize("first", [SEEN, LOGGED], ids=["seen-first", "log-first"])
def test_what_rigd_saw_and_what_the_log_says_is_one_run_with_its_curve(
    store: Store, first: AutofocusRun
) -> None:
    second = LOGGED if first is SEEN else SEEN

    keep(store, first)
    keep(store, second)

    assert counting(store) == [LOGGED.source]
    assert keep(store, SEEN, LOGGED) == (0, {}, 2, 0)
    assert counting(store) == [LOGGED.source]


def test_a_log_without_a_curve_adds_nothing_to_what_rigd_saw(store: Store) -> None:
    keep(store, SEEN)

    done = keep(store, replace(LOGGED, se_steps=None, points=()))

    assert done == (0, {SAME: 1}, 0, 0)
    assert counting(store) == [SEEN.source]


def test_a_log_that_contradicts_what_rigd_saw_is_not_believed(store: Store) -> None:
    keep(store, SEEN)

    _, refused, _, _ = keep(store, replace(LOGGED, position_steps=4901.5))

    (reason,) = refused
    assert reason == (
        "live: autofocus of N.I.N.A. has this run at 5003 steps: another frame, or filter?"
    )
    assert counting(store) == [SEEN.source]


def test_a_log_that_says_it_failed_undoes_what_rigd_saw_and_its_fit(store: Store) -> None:
    keep(store, SEEN)
    keep_fit(
        store, "one", FitResult(light_path_id="e", cause="", basis="b", result={}, pictures={})
    )
    failed = replace(LOGGED, ok=False, reason="cancelled", position_steps=None)

    *_, undone = keep(store, failed)

    assert undone == 1
    assert counting(store) == []
    fit = read_newest_fit(store, "one", "e")
    assert fit is not None
    assert fit.void
    rows = {row.source: row.reason for row in list_runs(store, "one", 5)}
    assert rows[SEEN.source] == "its log says: cancelled"


def test_two_logs_of_one_program_tell_of_the_same_run_once(store: Store) -> None:
    program = replace(LOGGED, source="N.I.N.A. log 20240101.log", time=END + timedelta(seconds=41))

    keep(store, LOGGED)
    keep(store, program)

    assert counting(store) == [LOGGED.source]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(LOGGED, filter="L"), id="another-filter"),
        pytest.param(replace(LOGGED, time=END + timedelta(minutes=4)), id="later"),
        pytest.param(replace(LOGGED, time=END - timedelta(minutes=6)), id="earlier"),
        pytest.param(
            replace(SEEN, time=END + timedelta(minutes=9), began=END + timedelta(minutes=5)),
            id="seen-again",
        ),
    ],
)
def test_other_runs_are_other_runs(store: Store, other: AutofocusRun) -> None:
    keep(store, SEEN, other)

    assert len(counting(store)) == 2


def test_two_files_of_one_format_tell_of_two_runs(store: Store) -> None:
    again = replace(
        LOGGED, source="N.I.N.A. other.json", time=END + timedelta(seconds=70), position_steps=5002
    )

    keep(store, LOGGED, again)

    assert len(counting(store)) == 2


ENDED = AutofocusEnded(
    client="N.I.N.A.",
    filter_key="ha",
    moves=9,
    start_steps=5050,
    raw_steps=5003,
    embodied=Terms(filter_steps=90),
    temperature_c=4.5,
    altitude_deg=61.0,
    began_s=1000.0,
    moved_s=1240.0,
    low_steps=4600,
    high_steps=5400,
)


def test_a_search_that_rigd_saw_is_a_run_of_its_last_motion() -> None:
    run = observed_run(ENDED, END, 1360.0)

    assert run is not None
    assert (run.filter, run.position_steps, run.se_steps) == ("ha", 5003, None)
    assert (run.coordinates, run.temperature_c, run.altitude_deg) == (Coordinates.RAW, 4.5, 61.0)
    assert run.time == END - timedelta(seconds=120)
    assert run.began == END - timedelta(seconds=360)
    assert run.ok


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"start_steps": 5003}, "went back to its start", id="restored"),
        pytest.param({"moves": 3}, "3 moves with exposures", id="too-few"),
        pytest.param({"high_steps": 5003}, "did not end between", id="creeping-outward"),
        pytest.param({"low_steps": None}, "did not end between", id="nothing-measured"),
    ],
)
def test_what_is_no_search_that_found_something(changes: dict[str, object], reason: str) -> None:
    run = observed_run(replace(ENDED, **changes), END, 1360.0)  # type: ignore[arg-type]

    assert run is not None
    assert not run.ok
    assert reason in str(run.reason)


@pytest.mark.parametrize("changes", [{"filter_key": None}, {"raw_steps": None}])
def test_without_a_filter_or_an_end_there_is_nothing_to_learn(changes: dict[str, object]) -> None:
    assert observed_run(replace(ENDED, **changes), END, 1360.0) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "steps", "count"),
    [
        pytest.param(0, 0.4, 1, id="saved-again"),
        pytest.param(0, 400.0, 1, id="of-another-focuser"),
        pytest.param(20, 0.4, 2, id="one-after-the-other"),
        pytest.param(2, 0.0, 1, id="the-same-curve"),
    ],
)
def test_two_reports_of_one_format_are_one_run_if_they_end_in_one_second_or_have_one_curve(
    store: Store, seconds: int, steps: float, count: int
) -> None:
    again = replace(
        LOGGED,
        position_steps=(LOGGED.position_steps or 0.0) + steps,
        source="N.I.N.A. report (1).json",
        time=END + timedelta(seconds=40 + seconds),
    )

    keep(store, LOGGED)
    keep(store, again)

    assert len(counting(store)) == count
