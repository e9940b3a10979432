"""A client's move of rigd's focuser: the base, the limits, and what happens during a change."""

import pytest

from rigd.focus.state.effects import DiaryLine, Refusal, Severity
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import StoreJudged
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.night import Night


def test_a_client_moves_the_base_through_the_virtual_focuser() -> None:
    night = Night().begin(30000, filter_position=1)

    night.move(29960 + 100)
    night.arrive(30100)

    assert night.moves == [30100]
    assert night.rig.ledger.base_steps == 30060
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_a_clients_move_during_a_change_is_done_after_it_as_one_target() -> None:
    night = Night().begin()
    night.ask(1)

    night.move(31000)
    night.wheel(1)
    night.arrive(30040)
    assert night.moves == [30040, 31040]
    assert night.rig.change is not None
    night.arrive(31040)

    assert night.rig.change is None
    assert night.rig.ledger.base_steps == 31000


def test_a_filter_asked_during_a_clients_move_gets_its_offset_after_it() -> None:
    night = Night().begin()
    night.move(31000)

    night.ask(1)
    night.wheel(1)
    night.arrive(31000)
    night.arrive(31040)

    assert night.moves == [31000, 31040]
    assert night.result == "done"
    assert night.rig.ledger.base_steps == 31000


def test_a_client_is_clamped_to_what_is_reachable_and_the_diary_has_both_numbers() -> None:
    night = Night().begin(30000, filter_position=1)

    night.move(60000)

    assert night.moves == [60000]
    assert "59960" in night.said
    assert "60000" in night.said


def test_refused_requests_name_the_limit() -> None:
    night = Night().begin()

    step = night.ask(9)

    assert step.refusal is Refusal.INVALID
    assert "9" in step.sentence
    assert "4" in step.sentence


def test_inside_the_tolerance_clients_see_the_position_they_asked_for() -> None:
    night = Night(tolerance_steps=5).begin(30000)

    night.move(30500, "N.I.N.A.")
    night.arrive(30497)

    assert logical_steps(night.rig) == 30500


@pytest.mark.parametrize("mode", list(Mode))
def test_a_clients_move_passes_in_every_mode(mode: Mode) -> None:
    night = Night(mode).begin(30000)

    night.move(30500)

    assert night.moves == [30500]


@pytest.mark.parametrize("during", ["a client's move", "a change"])
def test_of_the_moves_that_clients_ask_for_meanwhile_the_newest_counts(during: str) -> None:
    night = Night().begin(30000)
    if during == "a change":
        night.ask(1)
        night.wheel(1)
    else:
        night.move(30000 + 1000)
    under_way = night.moves[-1]
    wanted = logical_steps(night.rig) if during == "a change" else 31000
    assert wanted is not None

    night.move(32000)
    night.move(wanted)
    night.arrive(under_way)

    assert night.moves == [under_way]
    assert night.rig.queued is None
    assert logical_steps(night.rig) == wanted


def test_a_step_outward_never_drives_a_focuser_beyond_a_lowered_maximum_far_inward() -> None:
    night = Night().begin(50000)
    night.max_steps = 40000
    night.focuser(50000)

    step = night.move(50001)
    inward = night.move(39000)

    assert night.moves == []
    for refused in (step, inward):
        assert refused.refusal is Refusal.GATE
        assert "stands at 50000 steps" in refused.sentence
        assert "0 to 40000 steps" in refused.sentence
        assert "lowered from 60000 to 40000" in refused.sentence


def test_a_move_that_waited_is_dropped_where_a_limit_was_lowered_meanwhile() -> None:
    night = Night().begin(50000)
    night.ask(1)
    night.move(52000)
    night.max_steps = 40000
    night.focuser(50040)
    night.focuser(50040)
    night.wheel(1)

    assert night.moves == [50040]
    assert "is dropped: the focuser stands at 50040 steps" in night.said


def test_a_filter_out_of_reach_names_the_limit_that_was_lowered() -> None:
    night = Night().begin(30000)
    night.max_steps = 30010
    night.focuser(30000)

    assert "lowered from 60000 to 30010" in night.ask(1).sentence


@pytest.mark.parametrize("filter_position", [0, 1, 2])
def test_the_virtual_focuser_ends_at_0_and_at_its_maximum(filter_position: int) -> None:
    night = Night().begin(30000, filter_position=filter_position)
    shift = night.rig.ledger.shift_steps

    night.move(-10)
    low = night.moves[-1] - shift
    night.arrive(night.moves[-1])
    night.move(60010)
    high = night.moves[-1] - shift

    assert 0 <= low <= max(0, -shift)
    assert high <= 60000


def test_a_wish_beyond_an_end_of_the_virtual_focuser_never_turns_back() -> None:
    night = Night().begin(60000, filter_position=2)
    shift = night.rig.ledger.shift_steps

    night.move(60000 - shift + 5)

    assert shift < 0
    assert night.moves == []


def test_a_clients_move_is_one_line_of_the_diary_and_one_cut_short_is_one_too() -> None:
    ordinary, cut_short = (Night().begin(30000) for _ in range(2))
    said: list[list[DiaryLine]] = []

    for night, target in ((ordinary, 31000), (cut_short, 999_999)):
        begun = len(night.effects)
        night.move(target)
        said.append([one for one in night.effects[begun:] if isinstance(one, DiaryLine)])

    assert [(line.sentence, line.severity) for line in said[0]] == [
        ("alpyca moves the focuser to 31000 steps", Severity.INFO)
    ]
    assert [line.severity for line in said[1]] == [Severity.WARNING]
    assert "asked the focuser for 999999 steps" in said[1][0].sentence


def test_a_client_that_asks_again_until_the_focuser_is_there_is_one_line() -> None:
    night = Night().begin(30000)

    for _ in range(3):
        night.move(31000)
    night.arrive(31000)
    night.move(31000)

    assert night.said.count("moves the focuser to 31000 steps") == 1


def test_without_room_for_its_journal_a_clients_move_is_refused_at_once() -> None:
    night = Night().begin(30000)
    night.feed(StoreJudged(at_s=night.now_s, reason="database or disk is full"))

    refused = night.move(31000)

    assert refused.refusal is Refusal.GATE
    assert "database or disk is full" in (refused.sentence or "")
    assert night.moves == []
    night.feed(StoreJudged(at_s=night.now_s, reason=None))
    night.move(31000)
    assert night.moves == [31000]
