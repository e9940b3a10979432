"""A driver that could not read its focuser says 0, or shows an alert, for as long as it likes."""

import pytest

from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AdoptRequested, Remembered
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from rigd.view.trust import why_not_trusted
from tests.focus.guide_night import begun, guide
from tests.focus.night import Night

R = 1
WORDS = "Unknown error while reading position"


def say(night: Night, position: int, *, alert: bool = False, seconds: int = 40) -> None:
    """The focuser says so at rest, once a second."""
    for _ in range(seconds):
        night.later(1).focuser(position, fault=WORDS if alert else None, alert=alert)
        night.tick()


def unread(*, alert: bool = False, slot: int = 0) -> Night:
    """The focuser rested at 30000 (with R at 30040), was away, and says 0 since."""
    night = Night().begin(30000)
    if slot:
        night.ask(slot)
        night.wheel(slot)
        night.arrive(30040)
    night.focuser_gone()
    say(night, 0, alert=alert)
    night.effects.clear()
    night.moves.clear()
    return night


def obstacle(night: Night, name: str = "unread") -> tuple[str, str]:
    [one] = [one for one in find_obstacles(night.rig, night.now_s) if one.name == name]
    return one.sentence, one.ends_when


def adopt(night: Night) -> object:
    return night.feed(AdoptRequested(at_s=night.now_s, client="human")).refusal


@pytest.mark.parametrize("slot", [0, R])
def test_a_0_after_a_gap_is_no_base_however_long_it_is_said(slot: int) -> None:
    night = unread(slot=slot)
    stood = 30040 if slot else 30000

    night.ask(0 if slot else R)
    night.wheel(0 if slot else R)
    say(night, 0, seconds=15)

    assert night.moves == []
    assert night.result == "declined"
    assert "says 0 steps since it is back" in (why_not_trusted(night.rig) or "")
    assert f"it says {stood} steps again" in obstacle(night)[1]
    assert adopt(night) is Refusal.GATE
    assert night.rig.ledger.read_steps == stood


def test_back_at_the_place_of_before_all_is_known_again() -> None:
    night = unread(slot=R)

    say(night, 30040, seconds=3)

    assert why_not_trusted(night.rig) is None
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


@pytest.mark.parametrize("end", [30000, 31000])
def test_moved_by_another_program_it_has_been_read(end: int) -> None:
    night = unread()

    night.later(1).focuser(30500, moving=True)
    say(night, end, seconds=8)
    night.ask(R)
    night.wheel(R)

    assert night.moves == [end + 40]


def test_moved_with_steps_of_rigds_in_it_it_is_unknown_and_can_be_adopted() -> None:
    night = unread(slot=R)

    night.later(1).focuser(30500, moving=True)
    say(night, 31000, seconds=8)
    unknown = night.rig.ledger.embodied is None
    refusal = adopt(night)

    assert unknown
    assert refusal is None
    assert night.rig.ledger.base_steps == 31000 - 40


def test_a_clients_move_of_which_it_was_never_told_has_not_read_it() -> None:
    night = unread()
    night.tells = False
    night.move(500)

    night.fail_command()
    say(night, 0)

    assert night.rig.ledger.raw_steps == 30000
    assert not night.rig.ledger_checked
    assert "says 0 steps since it is back" in (why_not_trusted(night.rig) or "")


@pytest.mark.parametrize("slot", [0, R])
def test_a_client_of_rigds_moves_it_and_it_has_been_read(slot: int) -> None:
    night = unread(slot=slot)
    hidden = logical_steps(night.rig)

    night.move(31000)
    target = night.moves[-1]
    night.arrive(target)
    adopted = adopt(night) if slot else None

    assert hidden is None
    assert target == 31000 + (40 if slot else 0)
    assert adopted is None
    assert night.rig.ledger.raw_steps == target
    assert night.rig.ledger.base_steps == 31000
    assert why_not_trusted(night.rig) is None


@pytest.mark.parametrize(("wanted", "target"), [(1, 1), (20000, 20000), (29000, 25000)])
def test_where_it_was_read_before_a_lowered_maximum_keeps_no_client_from_moving_it(
    wanted: int, target: int
) -> None:
    night = unread()
    night.max_steps = 25000
    say(night, 0, seconds=2)

    step = night.move(wanted)

    assert step.refusal is None
    assert night.moves == [target]


def test_on_its_way_beyond_a_lowered_maximum_a_clients_move_names_that() -> None:
    night = Night().begin(30000)
    night.move(40000)
    night.focuser(31000, moving=True)
    night.max_steps = 25000
    night.focuser(32000, moving=True)

    step = night.move(20000)

    assert step.refusal is Refusal.GATE
    assert "the focuser is on its way to 40000 steps, outside its limits" in step.sentence


def test_over_a_restart_of_rigd_it_is_no_base_either() -> None:
    night = unread()
    again = Night()
    again.feed(Remembered(at_s=night.now_s, ledger=night.rig.ledger, move=None, moves_begun=1))
    again.now_s = night.now_s + 60
    again.camera()
    again.wheel(0, baseline=True)

    say(again, 0)

    assert adopt(again) is Refusal.GATE
    assert again.rig.ledger.read_steps == 30000
    assert not again.rig.ledger_checked


def test_lost_in_a_move_and_then_at_0_it_is_no_place_where_it_was_cut_off() -> None:
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(R)
    night.focuser(30010, moving=True)
    night.focuser_gone()

    say(night, 0)

    assert night.rig.ledger.embodied is None
    assert adopt(night) is Refusal.GATE
    say(night, 30040, seconds=3)
    assert night.rig.ledger.base_steps == 30000


def test_a_clients_move_that_was_lost_makes_no_base_of_a_0() -> None:
    night = Night().begin(30000)
    night.move(33000)
    night.focuser(31000, moving=True)
    night.focuser_gone()

    say(night, 0, seconds=400)

    assert night.rig.ledger.base_steps != 0
    assert adopt(night) is Refusal.GATE


def test_a_focuser_that_rested_near_0_may_say_so() -> None:
    night = Night().begin(500)
    night.focuser_gone()

    say(night, 0)

    assert night.rig.ledger.base_steps == 0


def test_what_a_driver_shows_in_alert_is_no_base_and_its_words_are_in_status() -> None:
    night = Night().begin(30000)
    night.focuser_gone()

    say(night, 12000, alert=True)

    sentence, ends_when = obstacle(night)
    assert WORDS in sentence
    assert "its driver says a position without an alert" in ends_when
    assert adopt(night) is Refusal.GATE
    assert night.rig.ledger.read_steps == 30000


def test_at_first_sight_a_place_in_alert_is_not_adopted() -> None:
    night = Night()
    night.camera()
    night.wheel(0, baseline=True)
    night.focuser(12000, alert=True)

    assert night.rig.ledger.raw_steps is None


def test_an_old_alert_beside_the_place_where_it_was_last_read_takes_nothing_away() -> None:
    night = Night().begin(30000)
    night.focuser_gone()

    say(night, 30000, alert=True, seconds=5)

    assert why_not_trusted(night.rig) is None


def test_it_is_said_once() -> None:
    night = Night().begin(30000)
    night.focuser_gone()

    say(night, 0)

    assert night.said.count("it is not believed") == 1


def test_to_apply_begins_from_no_such_place() -> None:
    night = Night(mode=Mode.OBSERVE).begin(30000)
    night.focuser_gone()
    say(night, 0)

    assert night.switch(Mode.APPLY).refusal is Refusal.GATE


def test_a_guide_focusers_is_no_place_of_its_either() -> None:
    night = begun()
    guide(night, 10000, connected=False)

    for _ in range(40):
        guide(night.later(1), 0)

    assert "the guide focuser says 0 steps" in obstacle(night, "guide_unread")[0]
    assert night.rig.guide_focuser is not None
    assert night.rig.guide_focuser.ledger.read_steps == 10000
