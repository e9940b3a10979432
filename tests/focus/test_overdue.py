"""No move is open for ever: it is halted when it is overdue, and given up if it stays open."""

import pytest

from rigd.focus.state.effects import HaltFocuser, JournalOutcome, MoveFocuser, Refusal, TurnWheel
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AdoptRequested, HaltRequested, Remembered
from rigd.focus.state.settings import Mode
from rigd.focus.telling import OVER, why_not_tell
from tests.focus.night import Night


def pass_time(night: Night, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        night.later(0.5).tick()


def results(night: Night) -> list[str]:
    return [e.result for e in night.effects if isinstance(e, JournalOutcome)]


def test_a_clients_move_that_never_ends_is_given_up_and_filters_go_on_changing() -> None:
    night = Night().begin(30000)
    night.move(40000)
    night.focuser(30100, moving=True)

    pass_time(night, 601)
    halted = any(isinstance(e, HaltFocuser) for e in night.effects)
    pass_time(night, 12)

    assert halted
    assert results(night) == ["given up"]
    assert night.rig.move is None
    assert night.rig.shown_filter_position == 0

    night.focuser(30100, moving=True)
    turned = night.ask(1)

    assert turned.refusal is None
    assert night.turns == [1]
    assert night.moves == [40000]


def test_a_filter_asked_for_beside_a_clients_endless_move_ends_in_an_error() -> None:
    night = Night().begin(30000)
    night.move(40000)
    night.focuser(30100, moving=True)
    night.ask(1)
    night.wheel(1)

    pass_time(night, 45)

    assert night.result == "failed"
    assert night.rig.change is None
    assert night.rig.move is None


def test_what_a_client_asked_for_beside_a_change_that_failed_has_time_of_its_own() -> None:
    night = Night().begin(30000)
    night.move(40000)
    night.focuser(30100, moving=True)
    night.ask(1)
    night.wheel(1)
    night.move(29850)
    pass_time(night, 29)
    night.stand(33000)
    assert night.moves == [40000, 29850]

    night.focuser(32900, moving=True)
    pass_time(night, 10)
    night.arrive(29850)

    assert night.result == "failed"
    assert results(night) == ["failed", "done"]
    assert night.rig.ledger.base_steps == 29850
    assert "not yet at 29850" not in night.said


def test_a_halt_that_does_nothing_is_not_waited_for_without_end() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))

    pass_time(night, 11)

    assert night.result == "failed"
    assert results(night) == ["given up"]
    assert "never came to rest" in night.said


@pytest.mark.parametrize(
    ("found", "known"),
    [
        pytest.param(30000, Terms(), id="not-started"),
        pytest.param(30040, Terms(filter_steps=40), id="done"),
        pytest.param(30020, None, id="unknown"),
        pytest.param(100, None, id="lost-its-counts"),
    ],
)
def test_what_was_given_up_is_judged_as_at_a_start(found: int, known: Terms | None) -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.focuser_gone()
    pass_time(night, 30)
    assert results(night) == ["given up"]

    night.stand(found)

    assert night.rig.ledger.embodied == known
    assert night.moves == [30040]


def test_a_restart_does_not_remember_a_dead_focuser_for_ever() -> None:
    before = Night().begin(30000)
    before.ask(1)
    night = Night(Mode.OBSERVE)
    night.feed(
        Remembered(at_s=100.0, ledger=before.rig.ledger, move=before.rig.move, moves_begun=1)
    )
    night.wheel(0, baseline=True)
    night.focuser_gone()

    pass_time(night, 30)

    assert night.rig.move is None
    assert night.rig.shown_filter_position == 0


def test_beside_a_focuser_that_died_in_mid_move_the_mode_can_be_switched() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.focuser_gone()

    assert night.switch(Mode.OBSERVE).refusal is None
    night.ask(0)
    night.wheel(0)

    assert night.result == "declined"


def test_hands_off_is_possible_beside_a_focuser_that_moves_for_ever() -> None:
    night = Night().begin(30000)
    night.focuser(30100, moving=True)

    assert night.switch(Mode.OBSERVE).refusal is None


def test_of_a_driver_that_says_for_ever_that_it_moves_no_old_place_is_adopted() -> None:
    """Optec's TCF-S: pulled out of its socket in mid-move, it stays Busy where the move began."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    pass_time(night, 11)

    refused = night.feed(AdoptRequested(at_s=night.now_s, client="me"))
    night.focuser_gone()
    night.later(5).stand(30025)
    adopted = night.feed(AdoptRequested(at_s=night.now_s, client="me"))

    assert refused.refusal is Refusal.GATE
    assert refused.sentence == (
        "cannot adopt: the focuser still says that it moves, though its move was given up; it is "
        "read again once it says that it stands still, or it is connected anew"
    )
    assert adopted.refusal is None
    assert night.rig.ledger.base_steps == 30025 - 40


@pytest.mark.parametrize("own", [False, True], ids=["moved by others", "halted"])
def test_nor_is_one_that_the_focuser_only_passes(own: bool) -> None:
    night = Night().begin(30000)
    if own:
        night.move(30500)
    night.focuser(30010, moving=True)
    if own:
        night.feed(HaltRequested(at_s=night.now_s, client="hand"))

    refused = night.feed(AdoptRequested(at_s=night.now_s, client="me"))

    assert refused.refusal is Refusal.GATE
    assert "cannot adopt: the focuser moves" in refused.sentence


def test_a_focuser_that_was_given_up_is_not_moved_by_rigd_until_it_stands_still() -> None:
    night = Night().begin(30000)
    night.move(30500)
    night.focuser(30010, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    pass_time(night, 11)
    night.later(1).focuser(30020, moving=True)
    night.effects.clear()

    night.ask(1)
    night.wheel(1)

    assert night.moves == []
    assert night.result == "declined"
    assert "still says that it moves" in night.said
    night.later(1).stand(30500)
    night.ask(2)
    assert night.moves == [30475]


def test_adopting_during_a_move_says_when_it_is_possible() -> None:
    night = Night().begin(30000)
    night.ask(1)

    refused = night.feed(AdoptRequested(at_s=night.now_s, client="me"))

    assert refused.refusal is Refusal.GATE
    assert "it ends within 28 s" in refused.sentence


def test_a_clients_move_that_is_cut_off_changes_the_base_and_nothing_of_rigds() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    night.move(30500)
    night.focuser(30200, moving=True)
    night.focuser_gone()

    night.later(5).stand(30300)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.ledger.base_steps == 30260


def test_what_was_closed_before_it_was_told_is_not_told() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    move, turn = _commands(night)
    assert why_not_tell(night.rig, move, night.now_s) is None
    assert why_not_tell(night.rig, turn, night.now_s) is None

    pass_time(night, 40)

    assert night.result == "failed"
    assert why_not_tell(night.rig, move, night.now_s) == OVER
    assert why_not_tell(night.rig, turn, night.now_s) == OVER


def test_what_was_halted_before_it_was_told_is_not_told() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    move, _ = _commands(night)

    night.feed(HaltRequested(at_s=night.now_s, client="hand"))

    assert why_not_tell(night.rig, move, night.now_s) == OVER


def test_a_late_focuser_is_said_to_be_where_it_is() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30040, moving=True)

    pass_time(night, 40)

    assert "the focuser was at 30040 steps, but still said that it moved after 28 s" in night.said


def test_the_newest_fault_is_shown() -> None:
    night = Night()
    before = Night().begin(30000)
    before.ask(1)
    night.feed(
        Remembered(
            at_s=100.0,
            ledger=before.rig.ledger,
            move=before.rig.move,
            moves_begun=1,
            fault="an older one",
        )
    )
    night.wheel(1, baseline=True)

    night.later(3).stand(30017)

    assert "found at 30017 steps" in (night.rig.fault or "")


def test_a_counter_of_what_is_left_to_go_is_not_where_a_move_came_from() -> None:
    night = Night().begin(30000)
    night.focuser(35, moving=True)

    night.later(1).focuser(26000)

    assert "something else moved the focuser from 30000 to 26000 steps" in night.said
    assert night.rig.ledger.base_steps == 26000


def _commands(night: Night) -> tuple[MoveFocuser, TurnWheel]:
    move = next(e for e in night.effects if isinstance(e, MoveFocuser))
    turn = next(e for e in night.effects if isinstance(e, TurnWheel))
    return move, turn


def test_a_client_hears_of_a_focuser_that_never_rests_before_it_gives_up_itself() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    for _ in range(59):
        night.later(0.5).focuser(30010, moving=True)
        night.tick()

    assert night.now_s == 129.5
    assert night.rig.fault is not None
    assert night.result == "failed"
