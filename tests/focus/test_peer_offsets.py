"""Filters whose difference alone is known: it is applied once the focus of one of them is."""

from dataclasses import replace

from rigd.focus.cautions import cautions
from rigd.focus.late_moves import ledger_of_late_arrival
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.ledger import Terms, UnendedMove
from rigd.focus.state.requests import AdoptRequested, HaltRequested, Remembered, SlotsComputed
from rigd.focus.state.settings import Mode
from rigd.view.explanation import explain
from rigd.view.offsets import OffsetSources, offset_table, published_offsets
from rigd.view.trust import why_not_trusted
from tests.focus import guide_night as guide_focuser
from tests.focus.night import TWO_GROUPS, Night
from tests.focus.test_found_focus import BEST, START, rest, search, turn

L, R, HA, OIII = range(4)
X = 3
"""Of the plain wheel: a filter without an offset."""


def begin(filter_position: int = L, **settings: object) -> Night:
    return Night(slots=TWO_GROUPS, **settings).begin(START, filter_position)  # type: ignore[arg-type]


def focused_on_ha() -> Night:
    """L was in focus; then the wheel was turned to Ha, and an autofocus made there."""
    night = begin()
    turn(night, HA)
    search(night)
    rest(night, 130)
    night.effects.clear()
    return night


def adopt(night: Night) -> None:
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))


def test_from_a_focus_that_says_nothing_of_it_a_filter_is_declined() -> None:
    night = begin()

    night.ask(HA)
    night.wheel(HA)
    first = night.rig.outcome
    night.ask(OIII)
    night.wheel(OIII)
    second = night.rig.outcome

    assert night.moves == []
    assert first is not None
    assert second is not None
    assert (first.result, second.result) == ("declined", "declined")
    assert second.sentence.startswith(
        "the focus is that of L, and how far that of OIII lies from it is not known"
    )
    assert night.rig.ledger.embodied == Terms(), "the focus stays that of L"
    night.ask(R)
    night.wheel(R)
    assert night.moves == [START + 40]


def test_once_focused_with_one_of_them_the_others_follow() -> None:
    night = focused_on_ha()

    night.ask(OIII)
    night.arrive(BEST + 12)
    night.wheel(OIII)
    there = night.rig.ledger
    night.ask(HA)
    night.arrive(BEST)
    night.wheel(HA)

    assert night.moves == [BEST + 12, BEST]
    assert night.result == "done"
    assert (there.base_steps, there.embodied) == (BEST, Terms(filter_steps=12, against="ha"))
    assert why_not_trusted(night.rig) is None


def test_fifty_changes_among_them_leave_no_drift() -> None:
    night = focused_on_ha()

    for _ in range(50):
        for to, place in ((OIII, BEST + 12), (HA, BEST)):
            night.later(60).ask(to)
            night.arrive(place)
            night.wheel(to)

    assert night.rig.ledger.base_steps == BEST
    assert night.rig.focuser is not None
    assert night.rig.focuser.position_steps == BEST


def test_back_to_the_reference_filter_is_declined_until_it_is_focused() -> None:
    night = focused_on_ha()

    night.ask(L)
    night.wheel(L)
    declined, untrusted = night.result, why_not_trusted(night.rig)
    night.later(60)
    search(night, BEST - 20)
    rest(night, 130)
    night.ask(R)

    assert declined == "declined"
    assert untrusted is not None
    assert untrusted.startswith("the focus is that of Ha, and how far that of L lies")
    assert night.moves == [BEST - 20 + 40]


def test_clients_see_the_same_place_during_the_move() -> None:
    night = focused_on_ha()
    seen = night.rig.ledger.logical_steps

    night.ask(OIII)
    night.arrive(BEST + 12)
    night.wheel(OIII)

    assert night.rig.ledger.logical_steps == seen == BEST


def test_a_human_may_say_so_instead_of_an_autofocus() -> None:
    night = begin()
    turn(night, OIII)

    adopt(night)
    night.ask(HA)

    assert night.moves == [START - 12]


def test_a_first_sight_on_one_of_them_is_its_focus() -> None:
    night = begin(OIII)

    night.ask(HA)

    assert night.rig.ledger.base_steps == START - 12
    assert night.moves == [START - 12]


def test_a_halted_change_keeps_whose_focus_the_base_is() -> None:
    night = focused_on_ha()

    night.ask(OIII)
    night.focuser(BEST + 5, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="human"))
    night.stand_after_motion(BEST + 5)
    night.wheel(OIII)
    night.later(60).ask(HA)

    assert night.rig.ledger.embodied == Terms(filter_steps=5, against="ha")
    assert night.moves[-1] == BEST


def test_it_is_remembered_over_a_restart() -> None:
    before = focused_on_ha()
    night = Night(slots=TWO_GROUPS)
    night.feed(Remembered(at_s=0, ledger=before.rig.ledger, move=None, moves_begun=3))
    night.camera()
    night.wheel(HA, baseline=True)
    night.focuser(BEST)

    night.ask(OIII)

    assert night.moves == [BEST + 12]


def test_an_edit_counts_from_the_next_change_on() -> None:
    """Also one that tells how far the filters lie from the reference filter."""
    night = focused_on_ha()
    known = [
        replace(slot, focus_offset_steps=steps, peer_offset=None)
        for slot, steps in zip(TWO_GROUPS[:4], (0, 40, 300, 330), strict=True)
    ]

    night.feed(SlotsComputed(at_s=night.now_s, slots=(*known, TWO_GROUPS[4])))
    unmoved = night.moves
    night.ask(OIII)
    night.arrive(BEST + 30)
    night.wheel(OIII)
    night.ask(L)

    assert unmoved == []
    assert night.moves == [BEST + 30, BEST - 300]


def test_while_others_apply_the_focus_found_with_one_of_them_counts_from_the_switch_on() -> None:
    night = begin(mode=Mode.OBSERVE)
    turn(night, OIII)
    night.later(60).focuser(START + 50, moving=True)
    night.focuser(START + 50)

    night.later(120).switch(Mode.APPLY)
    night.ask(HA)

    assert night.moves == [START + 50 - 12]


def test_a_late_move_of_another_base_is_not_taken_for_done() -> None:
    """The number alone may be that of both."""
    night = focused_on_ha()
    ledger = night.rig.ledger
    late = UnendedMove(
        number=1,
        start_steps=BEST,
        target_steps=BEST + 40,
        terms=Terms(filter_steps=40),
        filter_key="r",
        by_client=False,
    )

    assert ledger_of_late_arrival(replace(ledger, unended=(late,)), BEST + 40, 5) is None


def test_the_published_offsets_are_zeros_where_one_is_known_against_its_peers_alone() -> None:
    night = begin(mode=Mode.PUBLISH)

    steps, because = published_offsets(night.rig)

    assert steps == (0, 0, 0, 0, 0)
    assert because is not None
    assert because.startswith("the offset of Ha is unknown")


def test_what_is_known_is_shown() -> None:
    night = focused_on_ha()
    turn(night, OIII)

    row = offset_table(night.rig, OffsetSources()).offsets[OIII]
    explained = explain(night.rig)

    assert (row.focus_offset_steps, row.peer, row.peer_steps) == (None, "Ha", 12)
    assert row.would_move_to_steps == BEST + 12
    assert explained.filter_against == "Ha"
    assert explained.offset_not_applied_because is None
    assert [line for line in cautions(night.rig) if "among each other" in line] == [
        "the focus offsets of Ha, OIII are known only among each other: once the focus is found "
        "with one of them, changes among them are applied"
    ]


def stands_in_the_way(night: Night) -> list[str]:
    found = find_obstacles(night.rig, night.now_s)
    return [one.ends_when for one in found if one.name == "focus"]


def test_what_ends_a_focus_of_another_group_is_named_and_ends_it() -> None:
    focused, adopted, changed = begin(), begin(), begin()
    for night in (focused, adopted, changed):
        turn(night, HA)

    (said,) = stands_in_the_way(changed)
    search(focused)
    rest(focused, 130)
    adopt(adopted)
    changed.ask(R)
    changed.arrive(START + 40)
    changed.wheel(R)

    assert said == (
        "the focus with Ha is found, you say `rigd adopt` with Ha in focus, or the filter is "
        "changed to one that is known against L"
    )
    assert [stands_in_the_way(night) for night in (focused, adopted, changed)] == [[], [], []]


def test_a_guide_focuser_stays_until_it_is_focused_for_the_other_group_too() -> None:
    night = guide_focuser.begun(slots=TWO_GROUPS)
    turn(night, HA)
    search(night)
    rest(night, 130)

    guide_focuser.change(night, OIII, BEST + 12, 0)
    stayed, because = guide_focuser.moves(night), night.rig.guide_fault
    adopt(night)
    guide_focuser.change(night, HA, BEST, guide_focuser.START + 15)

    assert stayed == []
    assert because is not None
    assert because.startswith(
        "its focus counts from that of the reference filter, the main focuser's from that of Ha"
    )
    assert guide_focuser.moves(night) == [guide_focuser.START + 15]


def test_a_focus_found_with_a_filter_without_an_offset_is_its_alone() -> None:
    """How far that of any other lies from it nobody knows: none is moved to from there."""
    night = Night().begin(START)
    turn(night, X)
    search(night)
    rest(night, 130)
    with_x = why_not_trusted(night.rig)

    night.ask(R)
    night.wheel(R)
    declined, with_r = night.rig.outcome, why_not_trusted(night.rig)
    night.later(60).ask(X)
    night.wheel(X)
    back, again_with_x = night.result, why_not_trusted(night.rig)
    night.later(60).ask(L)
    night.wheel(L)
    search(night, BEST - 20)
    rest(night, 130)
    night.ask(R)

    assert (with_x, again_with_x, back) == (None, None, "done")
    assert declined is not None
    assert declined.result == "declined"
    assert with_r is not None
    assert with_r.startswith("the focus is that of X, and how far that of R lies from it")
    assert night.moves == [BEST - 20 + 40]


def test_once_its_offset_is_known_the_others_count_from_it() -> None:
    night = Night().begin(START)
    turn(night, X)
    search(night)
    rest(night, 130)

    slots = night.with_offsets(0, 40, -25, 15).settings.slots
    night.feed(SlotsComputed(at_s=night.now_s, slots=slots))
    night.ask(R)

    assert night.moves == [BEST + 40 - 15]
