"""An autofocus is the truth: its place is the focus of its filter, whatever was embodied before."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserCommanded, WheelReport
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AutofocusReported, HaltRequested, SlotsComputed
from rigd.focus.state.settings import Mode
from tests.focus.night import FOCUSER, POLLED_S, WHEEL, Night

START = 30000
V_CURVE = (30160, 30140, 30120, 30100, 30080, 30060)
"""Inward past the focus, which is at 30103, as Ekos does it."""
BEST = 30103


def drive(night: Night, position: int) -> None:
    """A program moves the real focuser."""
    night.later(2).focuser(position - 1, moving=True)
    night.focuser(position)


def go(night: Night, position: int, client: str | None) -> None:
    """A client moves the virtual focuser; None: a program moves the real one."""
    if client is None:
        drive(night, position)
        return
    shift = night.rig.ledger.shift_steps
    night.later(2).move(position - shift, client)
    night.arrive(position)


def expose(night: Night, seconds: float = 3) -> None:
    night.later(1).camera(busy=True)
    night.later(seconds).camera(busy=False)


def turn(night: Night, position: int, seconds: float = 1) -> None:
    night.later(0.1).wheel(None)
    night.later(seconds).wheel(position)


def begin_on(night: Night, position: int) -> None:
    """Ekos begins to focus with another filter: the focuser out and half back, then the wheel."""
    drive(night, START + 400)
    drive(night, START + 200)
    turn(night, position)


def search(night: Night, best: int = BEST) -> None:
    for place in V_CURVE:
        drive(night, place)
        expose(night)
    drive(night, best)
    expose(night)


def rest(night: Night, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        night.later(0.5).tick()


def ended(night: Night) -> list[AutofocusEnded]:
    return [effect for effect in night.effects if isinstance(effect, AutofocusEnded)]


def test_no_offset_is_moved_on_top_of_what_an_autofocus_found_with_that_filter() -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)

    search(night)
    rest(night, 300)

    assert night.moves == []
    assert night.rig.pending is None
    ledger = night.rig.ledger
    assert (ledger.base_steps, ledger.embodied) == (BEST - 40, Terms(filter_steps=40))
    assert ledger.embodied_filter == "r"
    assert night.result == "done"
    (one,) = ended(night)
    assert (one.filter_key, one.start_steps, one.raw_steps) == ("r", START, BEST)


def test_while_a_search_has_only_begun_nothing_is_moved_however_long_its_frames() -> None:
    night = Night().begin(START)
    begin_on(night, 1)

    for place in V_CURVE:
        expose(night, 40)
        rest(night, 8)
        drive(night, place)

    assert night.moves == []


def lose_wheel(night: Night, position: int) -> None:
    """The wheel goes out of sight, and is found at another filter."""
    night.later(1).wheel_gone()
    night.later(1).wheel(position, baseline=True)


def test_its_filter_is_that_of_its_frames_wherever_the_wheel_was_before() -> None:
    night = Night().begin(START)
    drive(night, START + 160)
    lose_wheel(night, 2)
    turn(night, 1)

    search(night)
    rest(night, 300)

    ledger = night.rig.ledger
    assert (ledger.base_steps, ledger.embodied_filter) == (BEST - 40, "r")
    assert [one.filter_key for one in ended(night)] == ["r"]


def test_frames_with_two_filters_find_the_focus_of_neither() -> None:
    night = Night().begin(START)
    drive(night, START + 180)
    expose(night)
    lose_wheel(night, 1)
    drive(night, START + 170)
    expose(night)
    lose_wheel(night, 0)

    search(night)
    rest(night, 300)

    ledger = night.rig.ledger
    assert (ledger.base_steps, ledger.embodied_filter) == (BEST, "l")
    assert [one.raw_steps for one in ended(night)] == [None]


def test_after_it_the_next_change_starts_from_the_focus_that_was_found_and_does_not_wait() -> None:
    """The wheel turns back before any gate has opened."""
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)
    search(night)

    turn(night, 0)

    assert night.moves == [BEST - 40]


def test_a_filter_that_was_declined_is_the_one_that_was_focused() -> None:
    night = Night(dead_band_steps=50).begin(START)
    turn(night, 1)
    assert night.result == "declined"

    search(night)
    rest(night, 130)
    turn(night, 2)

    assert night.rig.ledger.base_steps == BEST - 40
    assert night.moves == [BEST - 40 - 25]


def test_an_edit_counts_from_the_autofocus_on() -> None:
    night = Night().begin(START, filter_position=1)
    slots = night.with_offsets(0, 60).settings.slots
    night.feed(SlotsComputed(at_s=night.now_s, slots=slots))

    search(night)
    turn(night, 0)

    assert night.moves == [BEST - 60]


def test_the_trim_stays_a_part_of_the_focus() -> None:
    night = Night().begin(START)
    terms = Terms(filter_steps=0, trim_steps=7)
    ledger = replace(night.rig.ledger, embodied=terms)
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, ledger=ledger))
    begin_on(night, 1)
    expose(night)

    search(night)
    rest(night, 130)

    assert night.rig.ledger.embodied == Terms(filter_steps=40, trim_steps=7)
    assert night.rig.ledger.base_steps == BEST - 47


def test_one_that_failed_leaves_the_move_to_be_made() -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)

    search(night, START)
    rest(night, 130)

    assert night.moves == [START + 40]


def test_restored_within_the_tolerance_is_no_result() -> None:
    night = Night(tolerance_steps=5).begin(START)

    search(night, START + 1)
    turn(night, 1)

    (one,) = ended(night)
    assert not one.is_result
    assert night.moves == [START + 41]


@pytest.mark.parametrize(("found", "base"), [(True, START - 40), (None, START), (False, START)])
def test_a_report_says_whether_an_autofocus_that_ends_at_its_start_has_found_it(
    found: bool | None, base: int
) -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)
    search(night, START)

    night.feed(AutofocusReported(at_s=night.now_s, found=found))

    assert night.rig.ledger.base_steps == base


def test_a_report_of_a_failure_is_believed() -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)
    search(night)

    night.feed(AutofocusReported(at_s=night.now_s, found=False))

    assert not ended(night)[0].is_result
    assert night.rig.ledger.embodied is None


def test_a_report_of_another_filter_says_nothing_of_this_one() -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)
    search(night)

    night.feed(AutofocusReported(at_s=night.now_s, found=True, filter="Ha"))

    assert night.rig.ledger.embodied_filter == "l"


def test_a_report_ends_the_quiet_too() -> None:
    night = Night().begin(START)
    search(night)
    night.feed(AutofocusReported(at_s=night.now_s, found=True, filter="L"))

    turn(night, 1)

    assert night.moves == [BEST + 40]


def test_a_filter_asked_for_before_the_first_frame_belongs_to_the_search_in_path_too() -> None:
    """The client sees its focuser where it was, and finds the focus of the new filter."""
    night = Night().begin(START)
    night.move(START + 200, "N.I.N.A.")
    night.arrive(START + 200)
    night.later(1).ask(1, "N.I.N.A.")
    night.wheel(None)
    night.wheel(1)
    night.arrive(START + 240)
    for place in V_CURVE:
        night.later(2).move(place, "N.I.N.A.")
        night.arrive(place + 40)
        expose(night)
    night.later(2).move(BEST - 40, "N.I.N.A.")
    night.arrive(BEST)

    before = night.rig.ledger.logical_steps
    night.ask(0, "N.I.N.A.")

    (one,) = ended(night)
    assert (one.filter_key, one.start_steps, one.raw_steps) == ("r", START + 40, BEST)
    assert before == BEST - 40
    assert night.moves[-1] == BEST - 40


@pytest.mark.parametrize("client", [None, "N.I.N.A."])
def test_a_filter_asked_for_by_another_before_its_first_frame_ends_no_search(
    client: str | None,
) -> None:
    """Ekos moves the focuser past rigd, and may ask rigd for the filter that it focuses with."""
    night = Night().begin(START)
    go(night, START + 200, client)
    night.later(1).ask(1, "another")
    night.wheel(None)
    night.wheel(1)
    night.arrive(START + 240)
    for place in (START + 140, START + 80):
        expose(night)
        go(night, place, client)

    refused = night.later(4).ask(0, "another")

    assert refused.refusal is Refusal.GATE
    assert "3 moves with exposures between them" in refused.sentence
    (search,) = night.rig.searches
    assert (search.filter_key, search.disturbed) == ("r", False)


def test_a_filter_asked_for_by_another_between_its_frames_ends_no_clients_search() -> None:
    night = Night().begin(START)
    go(night, START + 200, "N.I.N.A.")
    expose(night)
    night.later(1).ask(1, "another")
    night.wheel(None)
    night.wheel(1)
    night.arrive(START + 240)
    for place in (START + 140, START + 80):
        go(night, place, "N.I.N.A.")
        expose(night)

    refused = night.later(4).ask(0, "another")

    assert refused.refusal is Refusal.GATE
    assert "3 moves with exposures between them" in refused.sentence
    (search,) = night.rig.searches
    assert search.disturbed


def test_two_runs_with_a_rest_between_them_are_two() -> None:
    night = Night().begin(START)
    search(night)
    rest(night, 40)
    refused = night.ask(1, "another").refusal
    search(night, BEST + 6)
    rest(night, 130)

    first, second = ended(night)
    assert (first.start_steps, first.raw_steps) == (START, BEST)
    assert (second.start_steps, second.raw_steps) == (BEST, BEST + 6)
    assert refused is Refusal.GATE, "it may go on"


def test_one_that_may_go_on_after_a_rest_is_over_no_sooner_because_it_takes_no_frame() -> None:
    night = Night().begin(START)
    search(night)
    rest(night, 40)
    assert len(ended(night)) == 1

    drive(night, BEST - 57)
    turn(night, 1, seconds=3)
    rest(night, 100)
    assert night.moves == []

    rest(night, 30)
    assert night.moves == [BEST - 57 + 40]


def test_a_slow_program_in_the_middle_of_a_run_is_not_done() -> None:
    night = Night().begin(START)
    for place in V_CURVE[:4]:
        drive(night, place)
        expose(night)
        rest(night, 40)
    assert ended(night) == []

    for place in (*V_CURVE[4:], BEST):
        drive(night, place)
        expose(night)
    rest(night, 130)

    (one,) = ended(night)
    assert one.raw_steps == BEST


def lost() -> Night:
    """The focuser came back elsewhere with an offset in it."""
    night = Night().begin(START, filter_position=1)
    night.focuser_gone()
    night.stand(START + 90)
    assert night.rig.ledger.embodied is None
    return night


def test_unknown_ends_with_moves_and_a_report_where_the_camera_is_not_seen() -> None:
    night = lost()
    night.rig = replace(night.rig, camera=None)
    for place in (*V_CURVE, BEST):
        drive(night, place)

    night.feed(AutofocusReported(at_s=night.now_s, found=True, filter="R"))

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.ledger.base_steps == BEST - 40


def test_moves_without_a_report_prove_nothing_where_the_camera_is_not_seen() -> None:
    night = lost()
    night.rig = replace(night.rig, camera=None)
    for place in (*V_CURVE, BEST):
        drive(night, place)

    rest(night, 130)

    assert night.rig.ledger.embodied is None


def test_who_focuses_may_turn_to_its_filter_though_the_focus_is_unknown_and_that_refuses() -> None:
    night = lost()
    night.rig = replace(night.rig, settings=replace(night.rig.settings, unknown_refuses=True))
    other = night.ask(0, "another").refusal
    night.move(START + 200, "N.I.N.A.")
    night.arrive(START + 240)

    step = night.ask(0, "N.I.N.A.")

    assert other is Refusal.GATE
    assert step.refusal is None
    assert night.turns == [0]


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_in_other_modes_what_clients_see_stays(mode: Mode) -> None:
    night = Night(mode).begin(START)
    begin_on(night, 1)
    expose(night)

    search(night)
    rest(night, 130)

    assert night.rig.ledger.logical_steps == BEST
    assert night.rig.ledger.shift_steps == 0


def led_away() -> Night:
    """A program begins to focus while rigd's own move is under way, and leads the focuser away."""
    night = Night().begin(START)
    turn(night, 1)
    assert night.moves == [START + 40]
    night.focuser(START + 5, moving=True)
    night.feed(
        FocuserCommanded(
            at_s=night.now_s, ref=FOCUSER, target_steps=START + 200, stood_steps=START + 5
        )
    )
    night.later(1).focuser(START + 150, moving=True)
    night.stand(START + 200)
    assert night.rig.ledger.embodied is None
    return night


def test_an_autofocus_that_led_rigds_own_move_away_ends_the_unknown_that_it_made() -> None:
    night = led_away()
    warnings = night.said.count("is unknown")

    search(night)
    turn(night, 0)

    assert night.rig.ledger.base_steps == BEST - 40
    assert night.moves[-1] == BEST - 40
    assert night.said.count("is unknown") == warnings


def test_it_is_seen_to_focus_also_after_a_move_that_may_still_begin() -> None:
    night = Night().begin(START)
    turn(night, 1)
    night.later(2.5).stand(START)
    night.later(1).focuser(START + 300, moving=True)
    night.stand(START + 300)
    night.later(1).focuser(START + 40, moving=True)
    night.stand(START + 40)
    assert night.rig.ledger.embodied is None

    search(night)

    assert len(night.rig.autofocuses) == 1


def test_nothing_of_an_autofocus_behind_another_filter_is_a_warning() -> None:
    night = Night().begin(START)
    begin_on(night, 1)
    expose(night)

    search(night)
    turn(night, 0)

    assert [e for e in night.effects if isinstance(e, DiaryLine) and e.severity == "warning"] == []


def test_one_that_ended_when_the_server_died_is_not_lost() -> None:
    night = Night().begin(START, filter_position=1)
    begin_on(night, 0)
    expose(night)
    search(night)

    night.later(1).focuser_gone()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False))
    night.later(5).wheel(0, baseline=True)
    night.stand(BEST)
    turn(night, 2)

    assert night.rig.ledger.base_steps == BEST
    assert night.moves == [BEST - 25]


def test_frames_at_one_place_alone_are_no_search() -> None:
    night = Night().begin(START)
    drive(night, START + 300)
    drive(night, START - 600)
    expose(night)
    for _ in range(2):
        drive(night, START - 600)  # sent on, at an end of its travel
        expose(night)
    drive(night, START - 410)
    expose(night)
    rest(night, 300)

    (one,) = ended(night)

    assert one.is_result
    assert not one.proves_focus
    assert night.rig.ledger.embodied == Terms()


def test_a_frame_that_begins_in_motion_is_at_no_place_and_so_not_at_the_same_one() -> None:
    night = Night().begin(START)
    drive(night, START + 300)
    for place in (START + 200, START + 100):
        night.later(4).focuser(place, moving=True)
        expose(night)
    drive(night, START + 100)
    expose(night)
    drive(night, START + 140)
    rest(night, 300)

    (one,) = ended(night)

    assert one.low_steps == one.high_steps == START + 100
    assert one.proves_focus


def test_what_came_before_its_first_frame_spoils_no_autofocus() -> None:
    night = Night().begin(START)
    night.ask(1)
    night.wheel(1)
    night.arrive(START + 40)
    night.move(START + 5000, "N.I.N.A.")
    night.focuser(START + 100, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="N.I.N.A."))
    night.later(1).arrive(START + 700)
    for place in (START + 800, START + 600, START + 400, START + 530):
        night.later(4).move(place, "N.I.N.A.")
        night.arrive(night.moves[-1])
        expose(night)
    night.feed(AutofocusReported(at_s=night.now_s))

    (one,) = ended(night)

    assert one.raw_steps == START + 570
    assert one.proves_focus


def test_a_focuser_found_elsewhere_after_a_gap_was_not_led_there_by_an_autofocus() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)
    for position in (30100, 30150, 30050, 30080):
        night.later(3).stand_after_motion(position)
        night.camera(busy=True)
        night.later(2).camera()

    night.focuser_gone()  # its server is started anew, and counts from another number
    for _ in range(3):
        night.later(POLLED_S).focuser(30000)
    night.later(5).wheel(None)
    night.wheel(0)

    assert night.rig.ledger.embodied is None
    assert not [one for one in ended(night) if one.is_result]
    assert night.said.count("is cut off: the focuser went out of sight, and was found at") == 1
    assert "taken as the focus" not in night.said


def test_after_such_a_gap_another_autofocus_counts() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)
    for gap in (False, True):
        if gap:
            night.focuser_gone()
            for _ in range(3):
                night.later(POLLED_S).focuser(20000)
        offset = -10000 if gap else 0
        for position in (30100, 30150, 30050, 30080):
            night.later(3).stand_after_motion(position + offset)
            night.camera(busy=True)
            night.later(2).camera()
    night.later(3).stand_after_motion(20060)

    night.later(5).wheel(None)
    night.wheel(0)

    assert night.rig.ledger.base_steps == 20020
    assert "to 20060 steps, taken as the focus for R (" in night.said
