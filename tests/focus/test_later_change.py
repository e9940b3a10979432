"""A filter change after one whose focuser was lost: it answers for itself alone."""

from rigd.devices.events import FocuserReport
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import DiaryLine
from rigd.focus.state.ledger import Terms
from rigd.focus.state.rig import Result
from tests.focus.night import FOCUSER, Night

L, R, HA = 0, 1, 2


def lost_on_its_way() -> Night:
    """The INDI server is started anew in mid-move, and the focuser does not come back at once."""
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(None)
    night.wheel(R)
    night.focuser(30020, moving=True)
    night.later(1).focuser_gone()
    night.later(1).tick()
    assert night.result == "failed"
    return night


def wait(night: Night, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        night.later(0.5).tick()


def test_one_that_is_declined_meanwhile_is_ready_at_once_and_stays_so() -> None:
    night = lost_on_its_way()
    wait(night, 6)

    night.ask(HA)
    night.wheel(None)
    night.wheel(HA)
    at_once = (night.result, night.rig.shown_filter_position, night.rig.fault)
    wait(night, 40)

    assert at_once == (Result.DECLINED, HA, None)
    assert night.rig.shown_filter_position == HA
    assert night.rig.fault is None
    assert night.rig.ledger.embodied is None
    said = [e.sentence for e in night.effects if isinstance(e, DiaryLine)]
    assert "the focuser did not come back within 28 s of a move to 30040 steps" in said


def test_the_one_that_failed_is_an_error_until_somebody_asks_again() -> None:
    night = lost_on_its_way()

    wait(night, 40)

    assert night.rig.fault is not None


def test_one_asked_for_before_the_focuser_is_read_waits_where_all_may_be_known_again() -> None:
    night = lost_on_its_way()
    wait(night, 40)
    night.feed(FocuserReport(at_s=night.now_s, ref=FOCUSER, connected=True))
    night.effects.clear()

    night.later(0.2).ask(HA)
    night.wheel(None)
    night.wheel(HA)
    before = (night.result, night.turns, night.moves)
    night.later(0.5).stand(30040)
    night.tick()

    assert before == (Result.UNDER_WAY, [HA], [])
    assert night.moves == [29975]
    night.arrive(29975)
    assert night.result == "done"
    assert night.rig.ledger.embodied == Terms(filter_steps=-25)


def test_it_is_declined_where_the_focuser_is_found_anywhere_else() -> None:
    night = lost_on_its_way()
    wait(night, 40)
    night.feed(FocuserReport(at_s=night.now_s, ref=FOCUSER, connected=True))

    night.later(0.2).ask(HA)
    night.wheel(None)
    night.wheel(HA)
    night.later(0.5).stand(30027)
    wait(night, 11)

    (unknown,) = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "ledger"]
    assert unknown.ends_when.startswith(
        "the focuser says 30000 steps again without being moved there or stands at 30040 steps, "
        "where a move of rigd's was to end, "
    )
    assert night.result == "declined"
    assert night.rig.shown_filter_position == HA
