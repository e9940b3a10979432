"""Where rigd does not apply, the place is the focus of the filter with which others moved it last.

When it begins to apply, that counts: a switch of the mode says nothing new about the focus.
"""

from dataclasses import replace

import pytest

from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import Refusal
from rigd.focus.state.ledger import Terms, adopt_position
from rigd.focus.state.requests import AdoptRequested, AutofocusReported, Remembered, SlotsComputed
from rigd.focus.state.settings import Mode
from rigd.view.explanation import explain
from rigd.view.trust import why_not_trusted
from tests.focus.night import POLLED_S, Night
from tests.focus.world import World

L, R, HA, X = 0, 1, 2, 3
OTHERS = pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.PUBLISH])


def on_red_and_away(mode: Mode = Mode.OBSERVE) -> Night:
    """`apply` has put R's offset in, base 30000; then rigd has stopped applying."""
    night = Night().begin(30000, filter_position=L)
    night.ask(R)
    night.wheel(None)
    night.wheel(R)
    night.arrive(30040)
    night.switch(mode)
    night.effects.clear()
    return night


def ask_and_arrive(night: Night, to: int) -> None:
    night.ask(to)
    night.wheel(to)
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)


@OTHERS
def test_a_filter_that_comes_into_the_light_makes_the_place_no_focus_of_its_own(mode: Mode) -> None:
    night = on_red_and_away(mode)
    night.wheel(L)

    night.switch(Mode.APPLY)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert explain(night.rig).filter_embodied == "r"
    assert night.moves == []
    said = "the filter in the light is L, the focus is that of R"
    assert why_not_trusted(night.rig) == said
    (focus,) = (o for o in find_obstacles(night.rig, night.now_s) if o.name == "focus")
    assert focus.sentence == said
    assert "rigd's wheel is asked for L" in focus.ends_when
    assert f"{said}: the next filter change puts it right" in night.said
    ask_and_arrive(night, L)
    assert night.moves == [30000]
    assert why_not_trusted(night.rig) is None


@OTHERS
def test_a_motion_of_no_step_makes_the_place_no_focus_of_the_filter_in_the_light(
    mode: Mode,
) -> None:
    night = on_red_and_away(mode)
    night.wheel(L)
    night.later(5).focuser(30040, moving=True)
    night.later(30).focuser(30040)

    night.later(31).switch(Mode.APPLY)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert why_not_trusted(night.rig) == "the filter in the light is L, the focus is that of R"


@OTHERS
def test_a_motion_that_is_only_claimed_any_more_takes_nothing_over_for_the_next_filter(
    mode: Mode,
) -> None:
    night = on_red_and_away(mode)
    night.wheel(L)
    night.later(5).focuser(30007, moving=True)
    night.later(40).ask(HA)
    night.wheel(HA)
    night.later(1).focuser(30007, moving=True)
    night.later(40).focuser(30007)

    night.later(31).switch(Mode.APPLY)

    assert night.rig.ledger.embodied == Terms(filter_steps=0)
    assert why_not_trusted(night.rig) == "the filter in the light is Ha, the focus is that of L"


@OTHERS
def test_a_move_of_which_two_reports_of_one_moment_tell_was_a_move(mode: Mode) -> None:
    night = on_red_and_away(mode)
    night.wheel(L)
    night.later(5).focuser(30040, moving=True)
    night.focuser(30007)

    night.later(31).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == 30007


@OTHERS
def test_with_which_filter_somebody_moved_it_that_is_whose_focus_it_is(mode: Mode) -> None:
    night = on_red_and_away(mode)
    night.wheel(L)
    night.later(5).focuser(30007, moving=True)
    night.focuser(30007)

    night.later(31).switch(Mode.APPLY)

    assert night.rig.ledger.embodied == Terms(filter_steps=0)
    assert why_not_trusted(night.rig) is None
    ask_and_arrive(night, HA)
    assert night.moves == [29982]


def test_a_client_of_rigds_focuser_counts_like_any_other() -> None:
    night = on_red_and_away()
    night.wheel(L)
    night.move(29967, "N.I.N.A.")
    night.arrive(30007)

    night.later(31).switch(Mode.APPLY)

    assert night.rig.ledger.base_steps == 30007
    assert night.rig.ledger.embodied_filter == "l"


def test_a_filter_that_comes_after_it_takes_nothing_over() -> None:
    night = on_red_and_away()
    night.wheel(L)
    night.later(5).focuser(30007)
    night.later(60).wheel(HA)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == 30007
    assert why_not_trusted(night.rig) == "the filter in the light is Ha, the focus is that of L"


def test_a_program_that_moves_before_it_turns_the_wheel_moves_for_the_filter_to_come() -> None:
    night = on_red_and_away(Mode.PUBLISH)
    night.later(60).focuser(30000)
    night.later(2).wheel(None)
    night.later(2).wheel(L)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == 30000


def test_a_nudge_before_the_wheel_turns_belongs_to_the_filter_in_the_light() -> None:
    night = on_red_and_away()
    night.later(60).focuser(30052)
    night.later(2).wheel(None)
    night.later(2).wheel(L)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30012


def test_moved_while_the_wheel_turns_it_is_moved_for_the_filter_to_come() -> None:
    night = on_red_and_away()
    night.later(60).wheel(None)
    night.focuser(30021)
    night.wheel(L)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == 30021


def test_an_autofocus_that_restores_its_start_leaves_whose_focus_it_was() -> None:
    night = on_red_and_away()
    night.wheel(L)
    for position in (29900, 30100, 29950, 30040):
        night.later(10).focuser(position, moving=True)
        night.focuser(position)
        night.camera(busy=True)
        night.camera()
    night.feed(AutofocusReported(at_s=night.later(5).now_s, found=False))

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30000


def test_not_where_rigd_has_begun_to_apply_during_the_autofocus() -> None:
    night = Night(Mode.OBSERVE).begin(30000, filter_position=R)
    night.move(30100)
    night.arrive(30100)
    night.wheel(HA)
    night.move(30140)
    night.arrive(30140)
    night.switch(Mode.APPLY)
    for logical in (30100, 30050, 29950, 30000):  # back where it began, as its client sees it
        night.later(10).camera(busy=True)
        night.camera()
        night.move(logical)
        night.arrive(night.moves[-1])
    night.feed(AutofocusReported(at_s=night.later(5).now_s, found=False))

    assert night.rig.ledger.raw_steps == 29975
    assert night.rig.ledger.embodied_filter == "ha"


def test_an_edit_meanwhile_counts_from_the_next_change_on() -> None:
    night = on_red_and_away()
    night.wheel(L)
    slots = night.with_offsets(0, 60).settings.slots
    night.feed(SlotsComputed(at_s=night.now_s, slots=slots))

    night.switch(Mode.APPLY)

    assert night.rig.ledger.base_steps == 30000


def test_a_focus_without_a_known_offset_is_no_beginning_and_says_what_is() -> None:
    night = on_red_and_away()
    night.wheel(X)
    night.focuser(30300)

    step = night.later(60).switch(Mode.APPLY)

    assert step.refusal is Refusal.GATE
    assert "the focus is that of X, which has no known offset" in step.sentence
    assert "rigd adopt" in step.sentence
    night.wheel(L)
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    assert night.switch(Mode.APPLY).refusal is None
    assert night.rig.ledger.base_steps == 30300


def test_what_is_unknown_stays_unknown() -> None:
    night = on_red_and_away()
    night.focuser_gone()
    night.focuser(35000)
    night.later(10).focuser(35000)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.settings.mode is Mode.APPLY
    assert night.rig.ledger.embodied is None
    assert "35000 steps" in (why_not_trusted(night.rig) or "")
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    assert why_not_trusted(night.rig) is None


def test_first_seen_before_its_wheel_it_is_the_focus_of_the_filter_that_is_seen_next() -> None:
    night = Night(Mode.OBSERVE)
    night.focuser(30000)
    night.camera()
    night.wheel(R, baseline=True)
    night.later(60).wheel(L)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 29960


def test_the_filter_that_is_seen_first_is_meant_however_soon_another_one_follows() -> None:
    world = World(filter_position=HA)
    world.switch(Mode.PUBLISH)
    world.wheel.rehomes = True
    world.lose_wheel()
    world.find_wheel()
    world.pass_time(60)

    world.switch(Mode.APPLY)
    world.pass_time(40)

    rig = world.rig
    assert rig is not None
    assert rig.ledger.embodied_filter == "ha"
    assert rig.filter_position == L
    assert rig.ledger.base_steps == world.truth.base == 30025


def moved_unseen_and_lost() -> Night:
    """Moved while nobody knew with which filter, then found elsewhere: the place is lost."""
    night = on_red_and_away()
    night.wheel_gone()
    night.later(5).focuser(30100)
    night.focuser_gone()
    night.stand(35000)
    night.later(60)
    return night


def test_back_at_a_place_that_was_lost_it_is_the_focus_of_the_filter_seen_first() -> None:
    night = moved_unseen_and_lost()
    night.wheel(R, baseline=True)
    night.later(60).wheel(L)
    night.focuser_gone()
    night.stand(30100)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30060


def test_so_it_is_where_rigd_has_begun_to_apply_meanwhile() -> None:
    night = moved_unseen_and_lost()
    assert night.switch(Mode.APPLY).refusal is None
    night.wheel(R, baseline=True)
    night.later(60).wheel(L)
    night.focuser_gone()

    night.stand(30100)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30060


def test_a_configuration_that_begins_to_apply_takes_over_whose_focus_it_is() -> None:
    before = on_red_and_away()
    before.wheel(L)
    before.later(5).focuser(30007)
    before.later(60).wheel(HA)
    night = Night()

    night.feed(
        Remembered(at_s=0, ledger=before.rig.ledger, move=None, moves_begun=3, begins_to_apply=True)
    )
    night.begin(30007, filter_position=HA)

    assert night.rig.ledger.embodied == Terms(filter_steps=0)
    assert night.rig.ledger.embodied_filter == "l"
    assert why_not_trusted(night.rig) == "the filter in the light is Ha, the focus is that of L"


def test_a_configuration_that_begins_to_apply_keeps_what_was_embodied() -> None:
    night = Night()
    night.feed(
        Remembered(
            at_s=0,
            ledger=adopt_position(30040, 40, "r"),
            move=None,
            moves_begun=3,
            begins_to_apply=True,
        )
    )

    night.begin(30040, filter_position=L)

    assert night.rig.ledger.base_steps == 30000
    assert why_not_trusted(night.rig) == "the filter in the light is L, the focus is that of R"


def test_a_configuration_cannot_begin_with_the_focus_of_a_filter_without_an_offset() -> None:
    before = on_red_and_away()
    before.wheel(X)
    before.later(5).focuser(30300)
    night = Night()
    night.feed(
        Remembered(at_s=0, ledger=before.rig.ledger, move=None, moves_begun=3, begins_to_apply=True)
    )

    night.begin(30300, filter_position=X)

    assert night.rig.ledger.embodied is None
    assert "the focus is that of X" in (why_not_trusted(night.rig) or "")


def test_found_elsewhere_after_a_gap_it_may_be_moved_on_so_rigd_waits_for_quiet() -> None:
    night = Night().begin(30000)
    night.later(60).focuser_gone()
    night.stand(30500)

    night.later(5).wheel(R)
    assert night.result == "waiting"
    night.later(26).tick()

    assert night.moves == [30540]


def test_where_it_trembles_over_a_gap_nobody_has_moved_it() -> None:
    night = Night(Mode.PUBLISH, tolerance_steps=3).begin(30000, filter_position=L)
    night.focuser_gone()
    night.wheel(R)
    night.stand(30002)

    assert night.rig.ledger.taken_for == "l"
    assert night.rig.foreign_at_s is None


def found_elsewhere(mode: Mode) -> Night:
    """The place was the focus of L; the focuser is found elsewhere after a gap, with R in light."""
    night = Night(mode).begin(30000, filter_position=L)
    night.focuser_gone()
    night.wheel(R)
    night.stand(30500)
    night.later(60)
    return night


@OTHERS
def test_found_elsewhere_after_a_gap_nobody_knows_whose_focus_it_is(mode: Mode) -> None:
    night = found_elsewhere(mode)

    step = night.switch(Mode.APPLY)

    assert step.refusal is Refusal.GATE
    assert "nobody knows whose focus it is" in step.sentence
    assert "rigd adopt" in step.sentence
    assert night.rig.ledger.base_steps == 30500
    (whose,) = (o for o in find_obstacles(night.rig, night.now_s) if o.name == "whose_focus")
    assert "rigd adopt" in whose.ends_when


@OTHERS
def test_by_a_humans_word_it_is_the_focus_of_the_filter_in_the_light(mode: Mode) -> None:
    night = found_elsewhere(mode)

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert night.switch(Mode.APPLY).refusal is None
    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30460


def test_moved_in_sight_after_that_it_is_known_again() -> None:
    night = found_elsewhere(Mode.OBSERVE)

    night.focuser(30510, moving=True)
    night.focuser(30510)

    assert night.later(60).switch(Mode.APPLY).refusal is None
    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == 30470


def restarted(mode: Mode, before: Night, **memory: object) -> Night:
    """rigd starts with what the store has of an earlier night."""
    night = Night(mode)
    known = Remembered(at_s=0, ledger=before.rig.ledger, move=before.rig.move, moves_begun=3)
    night.feed(replace(known, **memory))  # type: ignore[arg-type]
    return night


def test_found_elsewhere_by_a_configuration_that_begins_to_apply_it_is_unknown() -> None:
    night = restarted(
        Mode.APPLY, Night(Mode.OBSERVE).begin(30000, filter_position=L), begins_to_apply=True
    )
    night.camera()
    night.wheel(L, baseline=True)

    night.stand(30500)

    assert night.rig.ledger.embodied is None
    assert "nobody knows whose focus it is" in (why_not_trusted(night.rig) or "")


def test_a_clients_move_that_went_on_while_rigd_was_down_is_for_nobody_knows_which_filter() -> None:
    before = Night(Mode.OBSERVE).begin(30000, filter_position=L)
    before.move(30300, "N.I.N.A.")
    night = restarted(Mode.OBSERVE, before)
    night.camera()
    night.wheel(R, baseline=True)

    night.stand(30300)

    assert night.rig.ledger.base_steps == 30300
    assert night.later(60).switch(Mode.APPLY).refusal is Refusal.GATE


def test_where_it_was_left_it_is_still_the_focus_of_the_same_filter() -> None:
    night = restarted(Mode.OBSERVE, Night(Mode.OBSERVE).begin(30000, filter_position=L))
    night.camera()
    night.wheel(R, baseline=True)
    night.stand(30000)

    night.later(60).switch(Mode.APPLY)

    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == 30000


def test_a_focuser_that_was_not_read_yet_is_no_place_to_begin_from() -> None:
    night = restarted(Mode.OBSERVE, Night(Mode.OBSERVE).begin(30000, filter_position=L))
    night.camera()
    night.wheel(L, baseline=True)
    night.focuser(30500)

    refused = night.later(0.5).switch(Mode.APPLY)
    night.later(POLLED_S).focuser(30500)
    still = night.later(60).switch(Mode.APPLY)

    assert refused.sentence == "mode stays observe: the focuser has still to be read at rest"
    assert "nobody knows whose focus it is" in still.sentence
