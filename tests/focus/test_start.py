"""A start of rigd: nothing moves, what is remembered counts, a first sight is adopted."""

from dataclasses import replace

from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import (
    Remember,
)
from rigd.focus.state.ledger import Terms, adopt_position
from rigd.focus.state.requests import (
    Remembered,
    Tick,
)
from rigd.view.trust import why_not_trusted
from tests.focus.night import SLOTS, Night


def test_nothing_moves_at_start() -> None:
    night = Night()

    night.camera()
    night.wheel(1, baseline=True)
    night.focuser(30000)

    assert night.moves == []
    assert night.rig.ledger.base_steps == 30000 - 40


def test_a_remembered_ledger_counts_whatever_slot_the_wheel_shows() -> None:
    night = Night()
    night.feed(Remembered(at_s=0, ledger=adopt_position(30040, 40, "r"), move=None, moves_begun=7))
    night.camera()
    night.wheel(0, baseline=True)
    night.focuser(30040)

    night.wheel(2)

    assert night.moves == [29975]
    assert night.rig.main_focuser.moves_begun == 8


def test_a_first_sight_on_a_filter_without_offset_adopts_nothing() -> None:
    night = Night()
    night.camera()
    night.wheel(3, baseline=True)
    night.focuser(30000)

    night.wheel(1)

    assert night.moves == []
    assert night.rig.ledger.embodied is None


def test_a_move_that_a_crash_cut_off_is_judged_before_anything_is_remembered() -> None:
    first = Night().begin(30000)
    first.ask(1)
    move, ledger = first.rig.move, first.rig.ledger
    night = Night()
    night.feed(Remembered(at_s=100, ledger=ledger, move=move, moves_begun=1))

    night.focuser(30040)
    night.wheel(1, baseline=True)
    early = [e for e in night.effects if isinstance(e, Remember)]
    night.focuser(30040)

    assert early == []
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_after_a_crash_position_is_shown_only_when_the_move_that_was_cut_off_is_judged() -> None:
    first = Night().begin(30000)
    first.ask(1)
    night = Night()
    night.feed(Remembered(at_s=100, ledger=first.rig.ledger, move=first.rig.move, moves_begun=1))

    night.wheel(1, baseline=True)
    night.focuser(30020, moving=True)
    early = night.rig.shown_filter_position
    night.stand(30040)

    assert early is None
    assert night.rig.shown_filter_position == 1


def test_a_move_that_a_crash_cut_off_and_that_failed_stands_as_a_fault() -> None:
    first = Night().begin(30000)
    first.ask(1)
    night = Night()
    night.feed(Remembered(at_s=100, ledger=first.rig.ledger, move=first.rig.move, moves_begun=1))

    night.wheel(1, baseline=True)
    night.focuser(30020, moving=True)
    night.arrive(30020)

    assert night.rig.ledger.embodied is None
    assert "cut off" in str(night.rig.fault)


def test_a_first_sight_never_adopts_a_filter_that_came_later() -> None:
    night = Night()
    night.camera()
    night.wheel(3, baseline=True)
    night.focuser(30000)

    night.wheel(1)
    night.focuser(30000)

    assert night.rig.ledger.embodied is None
    assert "changed before" in str(night.rig.ledger.unknown_because)


def test_nor_where_the_wheel_only_claimed_the_filter_that_was_turned_away() -> None:
    night = Night()
    night.camera()
    night.wheel(3, baseline=True)
    night.focuser(30000)
    night.wheel(None, fault="it is stuck")
    night.wheel(4, baseline=True)  # claimed: nobody saw it turn there

    night.ask(1)
    night.wheel(1)
    night.focuser(30000)

    assert night.rig.ledger.embodied is None
    assert "changed before" in str(night.rig.ledger.unknown_because)


def test_a_move_that_waited_when_rigd_ended_is_not_made_at_start_but_said() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    night.wheel(1)
    assert night.result == "waiting"

    later = Night()
    later.feed(Remembered(at_s=0.0, ledger=night.rig.ledger, move=None, moves_begun=0))
    later.camera()
    later.wheel(1, baseline=True)
    later.focuser(30000)
    later.later(60).feed(Tick(at_s=later.now_s))

    assert later.moves == []
    assert "the filter in the light is R, the focus is that of L" in later.said
    later.ask(1)
    assert later.moves == [30040]


def test_a_wheel_that_arrives_late_still_has_its_filters_focus() -> None:
    night = Night().begin(30000)
    night.move(30100, "autofocus")
    night.ask(1)
    night.wheel(None)
    night.wheel(2)
    night.move(30050, "autofocus")
    night.arrive(30100)
    night.wheel(1)
    night.arrive(30050)
    night.arrive(30090)

    assert night.moves == [30100, 30050, 30090]
    assert night.result == "done"
    assert night.rig.ledger.embodied_filter == "r"


def test_a_filter_that_the_wheel_only_claims_after_a_start_is_turned_to_all_the_same() -> None:
    # INDI's driver of the Quantum wheel starts with slot 1 and never asks the wheel.
    night = Night()
    night.feed(
        Remembered(at_s=0, ledger=adopt_position(29975, -25, "ha"), move=None, moves_begun=7)
    )
    night.begin(29975, filter_position=0)
    night.stand(29975)

    night.ask(0)
    night.wheel(0)
    night.arrive(30000)
    night.later(14).tick()
    early = night.result
    night.later(2).tick()

    assert night.turns == [0]
    assert (early, night.result) == ("under_way", "done")
    night.ask(0)
    assert night.turns == [0]


def test_where_the_wheel_is_found_at_the_filter_in_focus_nothing_turns_in_vain() -> None:
    night = Night()
    night.feed(
        Remembered(at_s=0, ledger=adopt_position(29975, -25, "ha"), move=None, moves_begun=7)
    )
    night.begin(29975, filter_position=2)
    night.stand(29975)

    night.ask(2)

    assert night.turns == []


def test_a_filter_that_is_only_claimed_is_not_trusted_either_where_it_has_the_same_focus() -> None:
    parfocal = (SLOTS[0], replace(SLOTS[2], focus_offset_steps=0))
    night = Night(slots=parfocal)
    night.feed(Remembered(at_s=0, ledger=adopt_position(30000, 0, "ha"), move=None, moves_begun=7))
    night.begin(30000, filter_position=0)
    night.stand(30000)
    because = why_not_trusted(night.rig)
    [claim] = [one for one in find_obstacles(night.rig, night.now_s) if one.name == "filter"]

    night.ask(0)
    night.wheel(None)
    night.wheel(0)
    night.later(5).tick()

    assert because is not None
    assert because.startswith("the filter wheel says L since it is there again")
    assert "rigd's wheel is asked for a filter, L too" in claim.ends_when
    assert night.turns == [0]
    assert why_not_trusted(night.rig) is None
