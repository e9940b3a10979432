"""A run that is read again is the same run, whatever was said of its zone or its frame then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.autofocus_logs.run import ASK_FRAME, AutofocusRun, Coordinates, CurvePoint
from rigd.learning.fit_record import FitResult
from rigd.store.database import Store
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.run_corrections import take_back
from rigd.store.run_import import ImportResult, keep_runs
from rigd.store.runs import list_runs, read_accepted_runs

START = datetime(2024, 10, 3, 20, tzinfo=UTC)
CURVE = tuple(CurvePoint(position_steps=9900.0 + 50 * at, hfr_px=2.0 + at) for at in range(5))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "rigd.db")
    yield store
    store.close()


def a_log(
    *,
    hours: float | None = 0.0,
    frame: Coordinates | None = Coordinates.RAW,
    points: tuple[CurvePoint, ...] = (),
) -> list[AutofocusRun]:
    """Four runs, the first two of which look alike, read with a zone so far from UTC."""
    return [
        AutofocusRun(
            filter=name,
            position_steps=position,
            temperature_c=7.5,
            source=f"KStars log night.txt line {3 * number}, Primary",
            ok=True,
            time=None if hours is None else START + timedelta(hours=number - hours),
            coordinates=frame,
            points=points,
        )
        for number, (name, position) in enumerate(
            [("L", 9998.0), ("L", 9998.0), ("R", 10040.0), ("Ha", 9880.0)]
        )
    ]


def keep(store: Store, runs: list[AutofocusRun]) -> ImportResult:
    return keep_runs(store, "one", "e", runs, "test")


def times(store: Store) -> list[datetime | None]:
    return sorted(run.time for run in read_accepted_runs(store, "one", "e", 10) if run.time)


@pytest.mark.parametrize("points", [(), CURVE], ids=["results-only", "with-curves"])
@pytest.mark.parametrize("hours", [2.0, -5.5, 5.75])
def test_another_zone_corrects_the_runs_of_a_log(
    hours: float, points: tuple[CurvePoint, ...], store: Store
) -> None:
    keep(store, a_log(points=points))
    keep_fit(
        store, "one", FitResult(light_path_id="e", cause="", basis="b", result={}, pictures={})
    )

    done = keep(store, a_log(hours=hours, points=points))
    again = keep(store, a_log(hours=hours, points=points))

    assert (done.accepted, done.known, done.corrected) == (4, 0, 4)
    assert (again.accepted, again.known, again.corrected) == (0, 4, 0)
    assert times(store) == [run.time for run in a_log(hours=hours)]
    fit = read_newest_fit(store, "one", "e")
    assert fit is not None
    assert fit.void


def test_what_is_taken_back_stays_so_in_another_zone(store: Store) -> None:
    keep(store, a_log())
    key = next(run.key for run in list_runs(store, "one", 9) if run.filter == "Ha")
    take_back(store, "one", key, "somebody")

    done = keep(store, a_log(hours=2))

    assert (done.accepted, done.known) == (3, 1)
    assert len(times(store)) == 3
    (wrong,) = [run for run in list_runs(store, "one", 9) if run.filter == "Ha"]
    assert (wrong.accepted, wrong.taken_back_by) == (False, "somebody")
    assert wrong.time == "2024-10-03T21:00:00.000+00:00"


def test_a_run_that_another_log_told_of_at_the_wrong_time_alone_counts_again(store: Store) -> None:
    wrong = a_log()[2]
    report = replace(wrong, source="N.I.N.A. report.json", temperature_c=None)
    keep(store, [wrong])
    first = keep(store, [report])

    keep(store, [replace(wrong, time=START - timedelta(hours=8))])

    assert first.accepted == 0
    assert len(times(store)) == 2


def test_the_same_hour_of_another_night_or_another_line_is_another_run(store: Store) -> None:
    keep(store, a_log())
    days = [replace(run, time=run.time and run.time + timedelta(days=2)) for run in a_log()]
    lines = [replace(run, source=f"{run.source[:-10]}77") for run in a_log(hours=1)]

    assert keep(store, days).accepted == 4
    assert keep(store, lines).corrected == 0


def test_runs_without_a_known_time_that_look_alike_are_two(store: Store) -> None:
    first = keep(store, a_log(hours=None))
    again = keep(store, a_log(hours=None))
    timed = keep(store, a_log())

    assert (sum(first.refused.values()), first.known) == (4, 0)
    assert (sum(again.refused.values()), again.known) == (0, 4)
    assert timed.accepted == 4
    assert len(list_runs(store, "one", 9)) == 4


def test_a_frame_that_is_said_before_the_zone_is_kept(store: Store) -> None:
    both = keep(store, a_log(hours=None, frame=None))
    framed = keep(store, a_log(hours=None))
    shown = {run.frame for run in list_runs(store, "one", 9)}
    zoned = keep(store, a_log(frame=None))

    assert (sum(framed.refused.values()), framed.known) == (4, 0)
    assert shown == {"raw"}
    assert both.refused == {f"its time is unknown; {ASK_FRAME}": 4}
    assert (zoned.accepted, zoned.refused) == (4, {})


def test_a_zone_that_is_said_before_the_frame_is_kept(store: Store) -> None:
    waiting = keep(store, a_log(frame=None))
    framed = keep(store, a_log(hours=None))

    assert waiting.refused == {ASK_FRAME: 4}
    assert framed.accepted == 4
    assert times(store) == [run.time for run in a_log()]


def reports(count: int = 4) -> list[AutofocusRun]:
    """The same runs as another program reports them, with the offset of their times from UTC."""
    return [
        replace(
            run,
            source=f"N.I.N.A. {number}.json",
            time=START + timedelta(hours=number, seconds=7),
            position_steps=(run.position_steps or 0.0) + 1.0,
        )
        for number, run in enumerate(a_log()[:count])
    ]


@pytest.mark.parametrize("zone_off_h", [3.0, -2.0, 5.5])
@pytest.mark.parametrize("is_report_first", [True, False])
def test_a_log_that_agrees_with_another_in_another_zone_alone_waits_for_its_own(
    store: Store, zone_off_h: float, *, is_report_first: bool
) -> None:
    wrong, right = a_log(hours=zone_off_h), reports()
    first, then = (right, wrong) if is_report_first else (wrong, right)
    keep(store, first)
    done = keep(store, then)

    assert done.waiting == (0 if is_report_first else 4)
    assert done.accepted == 0 or not is_report_first
    assert times(store) == [run.time for run in right]
    (reason,) = {run.reason for run in list_runs(store, "one", 10) if not run.accepted}
    hours = "5 h 30 min" if zone_off_h == 5.5 else f"{abs(zone_off_h):.0f} h"
    assert (reason or "").startswith(
        f"with times {hours} {'later' if zone_off_h > 0 else 'earlier'} its log has the runs of "
    )
    assert (reason or "").endswith("was it read in another zone than its own?")

    keep(store, wrong)
    assert times(store) == [run.time for run in right], "read again it waits as before"
    keep(store, a_log())
    assert times(store) == [run.time for run in right]
    assert not [r for r in list_runs(store, "one", 10) if "zone" in (r.reason or "")]


def test_a_log_that_grows_run_by_run_waits_as_soon_as_enough_agree(store: Store) -> None:
    for run, report in zip(a_log(hours=2.0), reports(), strict=True):
        keep(store, [run])
        keep(store, [report])

    assert times(store) == [run.time for run in reports()]


def test_what_waits_counts_once_it_was_the_other_log_that_was_wrong(store: Store) -> None:
    def log(hours: float) -> list[AutofocusRun]:
        return [
            replace(
                run, source=f"SGP old.txt line {number}", time=run.time - timedelta(hours=hours)
            )
            for number, run in enumerate(reports())
            if run.time
        ]

    keep(store, log(3.0))
    keep(store, a_log())
    assert times(store) == [run.time for run in log(3.0)], "the later one waits"

    keep(store, log(0.0))

    counted = [run for run in list_runs(store, "one", 20) if run.accepted]
    assert len(counted) == 4
    assert len(times(store)) == 4
    assert times(store)[0] >= START


def test_runs_of_other_nights_and_places_are_no_other_zone(store: Store) -> None:
    keep(store, a_log())
    moved = [
        replace(r, time=r.time + timedelta(hours=2), position_steps=(r.position_steps or 0) + 40)
        for r in reports()
        if r.time
    ]
    assert keep(store, moved).accepted == 4
    two = [replace(r, source=f"N.I.N.A. x{n}.json") for n, r in enumerate(reports(2))]
    later = [replace(r, time=r.time + timedelta(hours=5)) for r in two if r.time]
    assert keep(store, later).accepted == 2, "two agree by chance"
    assert len(times(store)) == 10
