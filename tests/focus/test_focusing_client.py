"""A program that focuses after each filter change at the real wheel is left alone then."""

from tests.focus.night import Night

START = 30000
OFFSETS = (0, 40, -25)


def drive(night: Night, position: int) -> None:
    if night.rig.move is not None:  # rigd's own move ends first
        night.arrive(night.rig.move.target_steps)
    night.later(2).focuser(position, moving=True)
    night.focuser(position)


def expose(night: Night) -> None:
    night.later(0.05).camera(busy=True)
    night.later(1.5).camera(busy=False)


def change(night: Night, to: int) -> None:
    night.later(0.3).wheel(None)
    night.later(0.5).wheel(to)


def focus(night: Night, to: int) -> None:
    """Ekos on a filter change: a frame, out, some way back, inward past the focus, and to it."""
    best = START + OFFSETS[to]
    expose(night)
    for place in (best + 200, best + 100):
        drive(night, place)
    for place in (best + 60, best + 30, best, best - 30):
        expose(night)
        drive(night, place)
    expose(night)
    drive(night, best)
    expose(night)


def used_to_it() -> Night:
    night = Night().begin(START)
    for to in (1, 2):
        change(night, to)
        focus(night, to)
    return night


def test_after_two_changes_the_focuser_is_left_to_it() -> None:
    night = used_to_it()
    moved = len(night.moves)

    for to in (0, 1, 2):
        change(night, to)
        assert night.result == "waiting"
        focus(night, to)
        assert night.rig.ledger.raw_steps == START + OFFSETS[to]

    assert len(night.moves) == moved
    assert "another program focuses after each filter change that it makes" in night.said


def focus_from_another_filter(night: Night, to: int) -> None:
    """Ekos before its first frame: out and some way back, and then it turns to the filter."""
    best = START + OFFSETS[to]
    for place in (best + 400, best + 200):
        drive(night, place)
    change(night, to)
    for place in (best + 60, best + 30, best, best - 30, best):
        expose(night)
        drive(night, place)
    expose(night)


def test_a_filter_that_it_turned_to_in_the_middle_of_its_autofocus_counts_as_the_first() -> None:
    night = Night().begin(START)
    focus_from_another_filter(night, 1)
    change(night, 2)
    focus(night, 2)
    moved = len(night.moves)

    change(night, 0)

    assert night.result == "waiting"
    assert "another program has focused after each of the last 2 filter changes" in night.said
    assert len(night.moves) == moved


def test_behind_one_filter_and_back_again_it_has_no_such_habit() -> None:
    night = Night().begin(START, filter_position=2)
    for _ in range(3):
        focus_from_another_filter(night, 0)
        change(night, 2)
        expose(night)
        if night.rig.move is not None:
            night.arrive(night.rig.move.target_steps)
        night.later(300).tick()

    change(night, 1)

    assert night.moves[-1] == night.rig.ledger.base_steps + 40
    assert "has focused after each" not in night.said


def test_it_is_moved_for_once_it_does_not_begin() -> None:
    night = used_to_it()
    moved = len(night.moves)
    change(night, 0)

    night.later(31).tick()

    assert night.moves[moved:] == [START]


def test_one_change_without_an_autofocus_ends_the_habit() -> None:
    night = used_to_it()
    change(night, 0)
    night.later(31).tick()
    night.arrive(START)

    change(night, 1)

    assert night.moves[-1] == START + 40


def test_asked_of_rigds_wheel_nothing_waits() -> None:
    """There the focuser has settled before the program sees the filter."""
    night = used_to_it()
    moved = len(night.moves)

    night.later(125).tick()
    night.ask(0)

    assert night.moves[moved:] == [START]


def test_a_wheel_that_turns_in_the_instant_of_a_motion_begins_the_search_with_its_filter() -> None:
    night = Night().begin(START)
    for place in (START + 60, START + 30, START):
        expose(night)
        drive(night, place)
    expose(night)
    night.later(0.25).focuser(START, moving=True)
    night.wheel(None)
    night.later(0.25).focuser(START - 5, moving=True)
    night.later(0.25).focuser(START - 5)

    for place in (START - 10, START - 15):
        expose(night)
        drive(night, place)
    night.later(1).wheel(1)

    # It is the same program's still, now with the other filter: nothing moves under it.
    assert night.moves == []
    assert [s.filter_key for s in night.rig.autofocuses] == ["r"]
