"""Where backlash is rigd's, every move ends in one direction; both its parts are journalled."""

from dataclasses import replace

import pytest

from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import AutofocusEnded, JournalIntent, JournalOutcome, Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import HaltRequested, Remembered, TrimRequested
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus.night import Night

UP = Backlash(steps=30, final_direction=FinalDirection.UP)
DOWN = Backlash(steps=30, final_direction=FinalDirection.DOWN)


def test_a_move_in_the_final_direction_goes_straight() -> None:
    night = Night(backlash=UP).begin(30000)

    night.ask(1)

    assert night.moves == [30040]


@pytest.mark.parametrize(
    ("backlash", "slot", "moves"),
    [
        pytest.param(UP, 2, [29945, 29975], id="up"),
        pytest.param(DOWN, 1, [30070, 30040], id="down"),
    ],
)
def test_a_move_against_it_goes_beyond_its_target_and_comes_back(
    backlash: Backlash, slot: int, moves: list[int]
) -> None:
    night = Night(backlash=backlash).begin(30000)

    night.ask(slot)
    night.wheel(slot)
    night.arrive(moves[0])
    shown = night.rig.shown_filter_position
    night.arrive(moves[1])

    assert night.moves == moves
    assert shown is None
    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied == Terms(filter_steps=moves[1] - 30000)


def test_both_parts_are_journalled_before_the_focuser_is_told() -> None:
    night = Night(backlash=UP).begin(30000)

    night.ask(2)
    night.arrive(29945)

    intents = [e.move for e in night.effects if isinstance(e, JournalIntent)]
    outcomes = [(e.number, e.result) for e in night.effects if isinstance(e, JournalOutcome)]
    assert [(f.number, f.start_steps, f.target_steps) for f in intents] == [
        (1, 30000, 29945),
        (2, 29945, 29975),
    ]
    assert outcomes == [(1, "turned")]


def test_a_clients_move_ends_in_the_final_direction_too() -> None:
    night = Night(Mode.OBSERVE, backlash=UP).begin(30000)

    night.move(29900)
    night.arrive(29870)
    on_the_way = night.rig.ledger.raw_steps
    night.arrive(29900)

    assert night.moves == [29870, 29900]
    assert on_the_way == 29870
    assert night.rig.ledger.logical_steps == 29900


def test_a_change_without_room_to_turn_is_refused() -> None:
    night = Night(backlash=DOWN)
    night.max_steps = 30060
    night.begin(30000)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert "would turn at 30070 steps, outside the limits 0 to 30060 steps" in step.sentence
    assert night.moves == []


def test_a_change_at_the_real_wheel_without_room_waits_for_room() -> None:
    night = Night(backlash=DOWN)
    night.max_steps = 30060
    night.begin(30000)

    night.wheel(1)

    assert night.result == "waiting"
    assert "would turn at 30070 steps" in night.said
    assert night.moves == []
    night.max_steps = 60000
    night.focuser(30000)
    assert night.moves == [30070]


def test_a_clients_move_without_room_goes_straight_and_says_so() -> None:
    night = Night(backlash=UP).begin(30000)

    night.move(10)

    assert night.moves == [10]
    assert "goes straight" in night.said


def test_halted_before_it_turns_it_does_not_turn() -> None:
    night = Night(backlash=UP).begin(30000)
    night.ask(2)
    night.wheel(2)

    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.arrive(29945)

    assert night.moves == [29945]
    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter is None


def test_halted_on_the_way_back_the_read_back_counts() -> None:
    night = Night(backlash=UP).begin(30000)
    night.ask(2)
    night.wheel(2)
    night.arrive(29945)

    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.stand(29960)

    assert night.result == "failed"
    assert night.rig.ledger.embodied == Terms(filter_steps=-40)
    assert night.rig.ledger.base_steps == 30000


@pytest.mark.parametrize(
    ("found", "embodied"),
    [
        pytest.param(30000, Terms(), id="never-began"),
        pytest.param(29945, Terms(filter_steps=-55), id="where-it-turns"),
        pytest.param(29961, None, id="somewhere"),
    ],
)
def test_a_crash_before_it_turns_moves_nothing_and_is_judged(
    found: int, embodied: Terms | None
) -> None:
    night = Night(backlash=UP).begin(30000)
    night.ask(2)
    move = night.rig.move

    later = Night(backlash=UP)
    later.feed(Remembered(at_s=200.0, ledger=night.rig.ledger, move=move, moves_begun=1))
    later.now_s = 300.0
    later.camera()
    later.wheel(2, baseline=True)
    later.stand(found)

    assert later.moves == []
    assert later.rig.ledger.embodied == embodied
    assert later.rig.ledger.embodied_filter == ("l" if found == 30000 else None)
    assert later.rig.fault is not None


def test_after_such_a_crash_the_next_change_puts_it_right() -> None:
    night = Night(backlash=UP).begin(30000)
    night.ask(2)
    later = Night(backlash=UP)
    later.feed(Remembered(at_s=200.0, ledger=night.rig.ledger, move=night.rig.move, moves_begun=1))
    later.now_s = 300.0
    later.camera()
    later.wheel(2, baseline=True)
    later.stand(29945)

    later.ask(2)
    later.wheel(None)
    later.wheel(2)
    later.arrive(29975)

    assert later.moves == [29975]
    assert later.rig.ledger.base_steps == 30000
    assert later.result == "done"


def to_the_turn(night: Night, slot: int = 2) -> None:
    """The real wheel was turned, and the focuser is on its way to where it turns back."""
    night.wheel(slot)
    night.focuser(29960, moving=True)


def test_between_its_legs_a_change_at_the_real_wheel_waits_for_an_exposure() -> None:
    night = Night(backlash=UP).begin(30000)
    to_the_turn(night)
    night.camera(busy=True)
    night.stand(29945)
    during = list(night.moves), night.result, night.rig.ledger.embodied

    night.later(60).camera()
    night.arrive(29975)

    assert during == ([29945], "waiting", Terms(filter_steps=-55))
    assert night.moves == [29945, 29975]
    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30000


def test_between_its_legs_it_waits_for_a_gate_that_a_human_must_open() -> None:
    night = Night(backlash=UP).begin(30000)
    to_the_turn(night)
    night.compensates = True

    night.stand(29945)

    assert night.moves == [29945]
    assert night.result == "waiting"
    assert night.rig.ledger.embodied == Terms(filter_steps=-55)
    night.compensates = False
    night.focuser(29945)
    night.arrive(29975)
    assert night.result == "done"


def test_a_wheel_turned_on_between_the_legs_takes_the_focuser_along() -> None:
    night = Night(backlash=UP).begin(30000)
    to_the_turn(night)
    night.wheel(1)

    night.stand(29945)
    night.arrive(30040)

    assert night.moves == [29945, 30040]
    assert night.result == "done"
    assert night.rig.ledger.embodied_filter == "r"


def test_a_wheel_that_turns_between_the_legs_is_waited_for() -> None:
    night = Night(backlash=UP).begin(30000)
    to_the_turn(night)
    night.wheel(None)
    night.stand(29945)
    turning = list(night.moves)

    night.wheel(2)
    night.later(1).tick()
    night.arrive(29975)

    assert turning == [29945]
    assert night.moves == [29945, 29975]
    assert night.result == "done"


def test_a_change_that_a_client_asked_for_goes_on_between_its_legs() -> None:
    night = Night(backlash=UP).begin(30000)
    night.ask(2)
    night.wheel(2)
    night.camera(busy=True)

    night.arrive(29945)
    night.arrive(29975)

    assert night.moves == [29945, 29975]
    assert night.result == "done"


def lower_maximum(night: Night) -> None:
    night.max_steps = 29960
    night.focuser(29950, moving=True)


def fails_at_the_turn(night: Night) -> None:
    lower_maximum(night)
    night.stand(29945)
    assert night.moves == [29945]
    assert "29975 steps lie outside its limits 0 to 29960 steps" in night.said
    assert "lowered from 60000 to 29960 steps" in night.said
    assert night.rig.ledger.raw_steps == 29945


@pytest.mark.parametrize("asked", [True, False], ids=["asked-for", "at-the-wheel"])
def test_before_the_second_leg_of_a_change_the_limits_count_as_they_are(*, asked: bool) -> None:
    night = Night(backlash=UP).begin(30000)
    if asked:
        night.ask(2)
    night.wheel(2)

    fails_at_the_turn(night)

    assert night.result == "failed"
    assert night.rig.ledger.embodied == Terms(filter_steps=-55)
    assert night.rig.ledger.base_steps == 30000


def test_before_the_second_leg_of_a_clients_move_the_limits_count_as_they_are() -> None:
    night = Night(backlash=UP).begin(30000)
    night.move(29975)

    fails_at_the_turn(night)

    assert night.rig.ledger.logical_steps == 29945
    assert night.rig.move is None


def test_before_the_second_leg_of_a_trim_the_limits_count_as_they_are() -> None:
    night = Night(backlash=UP).begin(30000)
    night.feed(TrimRequested(at_s=night.now_s, client="me", trim_steps=-25))

    fails_at_the_turn(night)

    assert night.rig.ledger.embodied == Terms(trim_steps=-55)
    assert night.rig.ledger.base_steps == 30000


def test_before_the_second_leg_of_the_temperature_the_limits_count_as_they_are() -> None:
    night = Night(
        backlash=UP,
        temperature=TemperatureSettings(
            steps_per_c=-25.0, dead_band_steps=2, max_age_s=600.0, lasts_s=0.0
        ),
    )
    night.celsius = 10.0
    night.begin(30000)
    night.later(1).focuser(30000)
    night.camera(busy=True)
    night.camera(busy=False)
    night.celsius = 11.0
    night.later(1).focuser(30000)

    fails_at_the_turn(night)

    assert night.rig.ledger.embodied == Terms(temperature_steps=-55)


def test_a_move_that_follows_the_temperature_ends_in_the_final_direction() -> None:
    night = Night(
        backlash=UP,
        temperature=TemperatureSettings(
            steps_per_c=-20.0, dead_band_steps=2, max_age_s=600.0, lasts_s=0.0
        ),
    )
    night.celsius = 10.0
    night.begin(30000)
    night.later(1).focuser(30000)
    night.camera(busy=True)
    night.camera(busy=False)

    night.celsius = 11.0
    night.later(1).focuser(30000)
    night.arrive(29950)
    night.arrive(29980)

    assert night.moves == [29950, 29980]
    assert night.rig.ledger.embodied == Terms(temperature_steps=-20)
    assert night.rig.ledger.embodied_filter == "l"


def test_beside_a_driver_that_does_it_rigd_does_not_and_warns() -> None:
    night = Night(backlash=UP).begin(30000)
    assert night.rig.focuser is not None
    report = replace(night.rig.focuser, driver_backlash=True)
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, report=report))

    night.ask(2)

    assert night.moves == [29975]
    assert any("takes up backlash itself" in said for said in cautions(night.rig))


def test_a_backlash_that_waits_in_a_driver_is_a_caution() -> None:
    night = Night(backlash=UP).begin(30000)
    assert night.rig.focuser is not None
    without = cautions(night.rig)
    report = replace(night.rig.focuser, driver_backlash=False, idle_backlash_steps=216)
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, report=report))

    assert not any("216" in said for said in without)
    assert any("a backlash of 216 steps is set" in said for said in cautions(night.rig))


def test_a_clients_search_that_begins_with_two_moves_goes_on_where_each_takes_up_backlash() -> None:
    night = Night(backlash=DOWN).begin(30000)
    for position in (30400, 30200):
        night.later(1).move(position, "Ekos")
        while night.rig.move is not None:
            night.arrive(night.moves[-1])

    night.ask(1, "Ekos")

    (search,) = night.rig.searches
    assert night.moves[:3] == [30430, 30400, 30200]
    assert (search.fresh_moves, search.turning) == (2, True)


def test_the_way_back_after_backlash_is_no_turn_of_the_clients_search() -> None:
    night = Night(backlash=DOWN).begin(30000)
    for position in (30020, 30040, 30060):
        night.later(4).move(position, "Ekos")
        while night.rig.move is not None:
            night.arrive(night.moves[-1])
        night.later(1).camera(busy=True)
        night.later(2).camera(busy=False)

    night.ask(1, "Ekos")

    (ended,) = [e for e in night.effects if isinstance(e, AutofocusEnded)]
    assert (ended.moves, ended.turned_back, ended.ends_up) == (3, False, False)
