"""A wheel that is back and claims another slot than before: nobody knows which filter is in light.

Some wheels turn home when they are connected; some drivers begin with a slot of their own and never
ask the wheel. Only a turn tells the two apart.
"""

import pytest

from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, Refusal, Severity
from rigd.focus.state.ledger import NOBODY_KNOWS
from rigd.focus.state.requests import AdoptRequested, AutofocusReported
from rigd.focus.state.settings import Mode
from rigd.focus.whose_focus import WHOSE_IS_UNKNOWN
from rigd.view.trust import why_not_trusted
from tests.focus.night import Night

L, R, HA = 0, 1, 2
START = 30000
BEST = 30103
V_CURVE = (30160, 30140, 30120, 30100, 30080, 30060)
CLAIM = "the filter wheel says L since it is back, stood at R before, and nobody has seen it turn"


def in_focus_of_r(mode: Mode = Mode.APPLY) -> Night:
    night = Night(mode)
    night.begin(START)
    night.ask(R)
    night.wheel(None)
    night.wheel(R)
    if night.rig.move is not None:
        night.arrive(START + 40)
    night.later(60).tick()
    return night


def come_back(night: Night, position: int = L) -> None:
    """The server of the wheel is started again, whose driver then says where it is."""
    night.later(2).wheel_gone()
    night.later(3).wheel(position, baseline=True)


def drive(night: Night, position: int) -> None:
    """A program moves the real focuser."""
    night.later(2).focuser(position - 1, moving=True)
    night.focuser(position)


def search(night: Night, best: int = BEST, *, begins: int = 0) -> None:
    """Its frames, from the one of this number on."""
    for place in (*V_CURVE, best)[begins:]:
        drive(night, place)
        expose(night)


def expose(night: Night) -> None:
    night.later(1).camera(busy=True)
    night.later(3).camera()


def rest(night: Night) -> None:
    for _ in range(300):
        night.later(0.5).tick()


def turn_to(night: Night, position: int) -> None:
    """rigd's wheel is asked for a filter, and turns."""
    night.later(5).ask(position)
    night.wheel(None)
    night.later(1).wheel(position)
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)


def adopt(night: Night) -> Refusal | None:
    return night.feed(AdoptRequested(at_s=night.now_s, client="human")).refusal


def obstacle(night: Night, name: str) -> Obstacle | None:
    found = find_obstacles(night.rig, night.now_s)
    return next((one for one in found if one.name == name), None)


def test_what_an_autofocus_finds_with_a_filter_that_is_only_claimed_is_nobody_knows_whose() -> None:
    night = in_focus_of_r()
    come_back(night)

    search(night)
    rest(night)

    ledger = night.rig.ledger
    assert ledger.embodied is None
    assert ledger.unknown_because is not None
    assert "nobody knows" in ledger.unknown_because
    assert ledger.last_known is None
    assert why_not_trusted(night.rig) == ledger.unknown_because
    assert [one.filter_key for one in night.effects if isinstance(one, AutofocusEnded)] == [None]
    assert night.moves == [START + 40]


def test_the_next_commanded_turn_makes_the_filter_known_and_an_autofocus_then_counts() -> None:
    night = in_focus_of_r()
    come_back(night)
    search(night)
    rest(night)

    turn_to(night, L)
    declined = (night.result, night.moves)
    search(night, BEST - 20)
    rest(night)

    assert declined == ("declined", [START + 40])
    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (BEST - 20, "l")


def test_or_a_human_says_so_then_but_not_before() -> None:
    night = in_focus_of_r()
    come_back(night)
    search(night)
    rest(night)

    early = adopt(night)
    turn_to(night, L)
    late = adopt(night)

    assert (early, late) == (Refusal.GATE, None)
    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (BEST, "l")


def test_with_the_filter_that_was_in_the_light_before_it_counts() -> None:
    night = in_focus_of_r()
    come_back(night, R)

    search(night)
    rest(night)

    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (BEST - 40, "r")


@pytest.mark.parametrize("how", ["asked", "turned by hand", "seen to turn home"])
def test_after_a_turn_that_was_seen_it_counts(how: str) -> None:
    night = in_focus_of_r()
    if how == "seen to turn home":
        night.later(2).wheel_gone()
        night.later(3).wheel(None, baseline=True)
        night.later(3).wheel(L, baseline=True)
    else:
        come_back(night, HA)
    if how == "asked":
        turn_to(night, L)
    elif how == "turned by hand":
        night.later(60).wheel(L)
        night.arrive(START)
    night.later(60).tick()

    search(night)
    rest(night)

    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (BEST, "l")


def test_it_is_nobody_knows_whose_also_where_the_claim_is_put_right_before_the_last_frames() -> (
    None
):
    """Another client asks for the filter meanwhile, and the wheel is not seen to turn."""
    night = in_focus_of_r()
    come_back(night)
    for place in V_CURVE[:2]:
        drive(night, place)
        expose(night)
    step = night.ask(L)
    night.later(16).tick()
    doubtful = night.rig.filter_doubtful

    search(night, begins=2)
    rest(night)

    assert (step.refusal, doubtful) == (None, False)
    assert night.rig.ledger.embodied_filter is None


def test_a_program_that_names_a_filter_does_not_know_better() -> None:
    night = in_focus_of_r()
    come_back(night)

    search(night)
    night.feed(AutofocusReported(at_s=night.now_s, found=True, filter="R"))

    assert night.rig.ledger.embodied is None


def test_one_that_has_found_nothing_leaves_all_as_it_was() -> None:
    night = in_focus_of_r()
    come_back(night)

    search(night, START + 40)
    rest(night)

    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (START, "r")


def test_where_rigd_does_not_apply_nobody_knows_whose_focus_it_is() -> None:
    night = in_focus_of_r(Mode.OBSERVE)
    come_back(night)

    search(night)
    rest(night)
    whose = night.rig.ledger.taken_for
    shown = obstacle(night, "whose_focus")
    refused = night.switch(Mode.APPLY)

    assert whose == NOBODY_KNOWS
    assert shown is not None
    assert shown.ends_when.endswith("once it is known which one that is")
    assert WHOSE_IS_UNKNOWN in refused.sentence


def test_the_claim_is_said_with_what_ends_it_and_not_trusted() -> None:
    night = in_focus_of_r()
    night.effects.clear()

    come_back(night)
    said = [e for e in night.effects if isinstance(e, DiaryLine) and "says L" in e.sentence]
    shown, focus = obstacle(night, "filter"), obstacle(night, "focus")

    assert [one.severity for one in said] == [Severity.WARNING]
    assert "known again" not in night.said
    assert "in the light is L" not in night.said
    assert why_not_trusted(night.rig) == CLAIM
    assert shown is not None
    assert shown.sentence == f"the filter in the light is not known: {CLAIM}"
    assert shown.ends_when == (
        "rigd's wheel is asked for a filter, L too, or the wheel is seen to turn"
    )
    assert focus is not None
    assert "rigd adopt" not in focus.ends_when


def test_a_wheel_that_does_not_turn_when_it_is_told_stays_doubtful() -> None:
    night = in_focus_of_r()
    come_back(night)

    night.later(5).ask(HA)
    night.wheel(L)
    night.later(60).tick()
    night.wheel(L)
    night.tick()

    assert night.result == "failed"
    assert night.rig.filter_doubtful


def test_a_slot_that_rigd_asked_for_is_a_claim_too_where_the_wheel_was_lost_on_its_way() -> None:
    """INDI's wheel for a hand begins with slot 1, and has asked nobody to put it in."""
    night = in_focus_of_r()
    night.ask(L)
    night.wheel(None)
    night.arrive(START)

    night.later(2).wheel_gone()
    night.later(3).wheel(L, baseline=True)
    night.later(60).tick()

    assert night.rig.ledger.embodied_filter == "l"
    assert why_not_trusted(night.rig) == CLAIM
    night.ask(L)
    night.wheel(None)
    night.wheel(L)
    assert night.turns[-1:] == [L]
    assert why_not_trusted(night.rig) is None
