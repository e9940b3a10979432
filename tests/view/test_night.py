"""A night is from noon to noon in its owner's zone, and its report says what it came to."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rigd.alert_settings import AlertKind
from rigd.errors import InvalidValueError
from rigd.view.focuser_course import thin_course
from rigd.view.night import (
    EarlyFrames,
    NightAlert,
    NightFacts,
    NightLine,
    OffsetThen,
    newest_night,
    night_at,
    night_before,
    night_on,
)
from rigd.view.night_report import NightReport, make_night_report
from rigd.view.offsets import OffsetTable
from rigd.view.rig import RigView
from tests.api.observatory import make_rig
from tests.view.nights import NIGHT, at, run, sample

BERLIN = ZoneInfo("Europe/Berlin")


def report(facts: NightFacts, rig: RigView | None = None, **more: object) -> NightReport:
    settings: dict[str, object] = {"newest": True, **more}
    return make_night_report(NIGHT, facts, rig or make_rig(), NIGHT.ended, **settings)  # type: ignore[arg-type]


def with_offsets(**offsets: int) -> RigView:
    rig = make_rig()
    row = rig.offsets.offsets[0]
    table = OffsetTable(
        rig=rig.name,
        mode=rig.mode,
        offsets=tuple(
            replace(row, name=name, focus_offset_steps=steps) for name, steps in offsets.items()
        ),
        published_steps=(),
        published_zeros_because=None,
    )
    return replace(rig, offsets=table)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 11, 30), 24, id="winter"),
        pytest.param(date(2026, 3, 28), 23, id="clocks put forward"),
        pytest.param(date(2026, 10, 24), 25, id="clocks put back"),
    ],
)
def test_a_night_runs_from_noon_to_noon_whatever_the_clocks_do(day: date, hours: int) -> None:
    night = night_on(day, BERLIN)

    assert (night.began.hour, night.ended.hour) == (12, 12)
    lasted = night.ended.astimezone(UTC) - night.began.astimezone(UTC)
    assert lasted.total_seconds() == hours * 3600


def test_a_moment_belongs_to_the_night_of_its_owners_zone() -> None:
    moment = datetime(2026, 11, 30, 11, 30, tzinfo=UTC)  # 12:30 in Berlin

    assert night_at(moment, BERLIN).day == date(2026, 11, 30)
    assert night_at(moment, UTC).day == date(2026, 11, 29)


def test_until_the_evening_one_asks_for_the_night_before() -> None:
    assert newest_night(datetime(2026, 12, 1, 17, 59, tzinfo=UTC), UTC).day == date(2026, 11, 30)
    assert newest_night(datetime(2026, 12, 1, 18, 0, tzinfo=UTC), UTC).day == date(2026, 12, 1)
    assert newest_night(datetime(2026, 12, 2, 3, 0, tzinfo=UTC), UTC).day == date(2026, 12, 1)


def test_a_day_beyond_all_nights_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="9999-12-31"):
        night_on(date(9999, 12, 31), None)


def test_a_report_counts_filter_changes_by_their_end() -> None:
    results = ("under_way", "done", "waiting", "done", "failed", "declined")
    lines = tuple(
        NightLine(at=at(n), weight="info", result=result, sentence=f"{n}")
        for n, result in enumerate(results)
    )

    made = report(NightFacts(changes=lines))

    assert (made.changes.done, made.changes.failed, made.changes.declined) == (2, 1, 1)
    assert made.summary == ("4 filter changes: 1 failed, 1 without a move of the focuser",)


def test_the_drift_is_what_offsets_do_not_explain() -> None:
    rig = with_offsets(L=0, Ha=40)
    runs = (
        run(0, "L", 10_000.0, 5.0),
        run(60, "Ha", 10_100.0, 4.0, counts=False, reason="it failed"),
        run(120, "Ha", 10_020.0, 2.0),
        run(130, "none of this wheel", 500.0),
    )

    drift = report(NightFacts(runs=runs), rig).drift

    assert drift is not None
    assert (drift.steps, drift.hours, drift.warmer_c, drift.runs) == (-20.0, 2.0, -3.0, 2)


def test_one_run_is_no_drift() -> None:
    assert report(NightFacts(runs=(run(0, "L", 1.0),)), with_offsets(L=0)).drift is None


def test_an_offset_that_is_the_same_whole_number_has_not_changed() -> None:
    before = {
        "R": OffsetThen(focus_offset_steps=10.0, se_steps=1.0, state="trusted", runs=5),
        "Ha": OffsetThen(focus_offset_steps=40.0, se_steps=3.0, state="provisional", runs=3),
    }
    after = {
        "R": replace(before["R"], focus_offset_steps=10.2, runs=6),
        "Ha": replace(before["Ha"], focus_offset_steps=44.0, runs=4),
        "OIII": replace(before["Ha"], runs=3),
    }

    made = report(NightFacts(offsets_before=before, offsets_after=after))

    assert [(one.filter, one.before_steps, one.after_steps) for one in made.offsets_changed] == [
        ("Ha", 40.0, 44.0),
        ("OIII", None, 40.0),
    ]


def test_what_to_do_before_dusk_is_said_of_the_newest_night_alone() -> None:
    rig = make_rig()
    summary = replace(
        rig.summary, hold_by="Anna", focus_known=False, unknown_because="the power went"
    )
    facts = NightFacts(early_frames=(EarlyFrames(at=at(5), filter="Ha", frames=3, off_steps=40),))

    made = report(facts, replace(rig, summary=summary), due_runs=("OIII",))

    assert made.before_dusk is not None
    assert made.before_dusk[0] == "end the hold of Anna: `rigd hold off`"
    assert made.before_dusk[1].startswith("have the focus found: the power went; it is known when")
    assert "look at the frames with Ha that began out of focus" in made.before_dusk
    assert "focus once with OIII: no run for several nights" in made.before_dusk
    assert "3 frames began out of focus" in made.summary
    assert report(facts, rig, newest=False).before_dusk is None


def test_an_alert_of_the_computer_that_lasts_is_something_to_do() -> None:
    alert = NightAlert(
        kind=AlertKind.CLOCK_WRONG,
        about="computer",
        sentence="the clock says 1970",
        ends_when="it is set",
        began_at=at(0),
        ended_at=None,
    )

    todo = report(NightFacts(alerts=(alert,))).before_dusk
    over = report(NightFacts(alerts=(replace(alert, ended_at=at(9)),))).before_dusk

    assert todo is not None
    assert over is not None
    said = "see that computer is right: the clock says 1970; it ends when it is set"
    assert said in todo
    assert said not in over


def test_a_night_without_anything_says_so() -> None:
    made = report(NightFacts())

    assert made.summary == ("nothing happened",)
    assert made.is_empty
    assert not report(NightFacts(samples=(sample(0, 5),))).is_empty


def test_a_thinned_course_keeps_moves_filters_and_gaps() -> None:
    course = [sample(n, 1000, 5.0 - n / 100, "L") for n in range(300)]
    course += [sample(n, 1040, 2.0, "Ha") for n in range(300, 400)]
    course += [sample(n, 1040, 2.0, "Ha") for n in range(460, 500)]

    thin = thin_course(course, 60)

    assert len(thin) <= 62
    assert {(one.raw_steps, one.filter) for one in thin} == {
        (1000, "L"),
        (1040, "Ha"),
        (None, None),
    }
    blank = [number for number, one in enumerate(thin) if one.raw_steps is None]
    assert [thin[n].at for number in blank for n in (number - 1, number + 1)] == [at(399), at(460)]
    turned = next(n for n, one in enumerate(thin) if one.filter == "Ha")
    assert [thin[turned - 1].at, thin[turned].at] == [at(299), at(300)]


@pytest.mark.parametrize(
    ("now", "began"),
    [
        pytest.param((11, 20, 18), (11, 19, 11), id="evening"),
        pytest.param((11, 21, 3), (11, 19, 11), id="in the night"),
        pytest.param((11, 21, 10), (11, 19, 11), id="morning"),
        pytest.param((11, 21, 11), (11, 20, 11), id="noon"),
        # In summer the noon of Berlin is an hour earlier by UTC, whatever the offset is now.
        pytest.param((10, 25, 20), (10, 24, 10), id="the clocks went back in between"),
    ],
)
def test_the_night_before_begins_at_the_noon_of_its_day(
    now: tuple[int, int, int], began: tuple[int, int, int]
) -> None:
    at = datetime(2026, *now, tzinfo=UTC)

    found = night_before(at, BERLIN)

    assert found.began == datetime(2026, *began, tzinfo=UTC)
