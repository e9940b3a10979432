"""Frames exposed before the focuser has followed the real wheel are named."""

from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from tests.focus.night import Night


def waiting() -> Night:
    """A filter was changed at the real wheel during an exposure."""
    night = Night().begin(30000)
    night.camera(busy=True)
    night.wheel(1)
    return night


def test_a_frame_begun_while_a_move_waits_is_named_with_its_defocus() -> None:
    night = Night().begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(29990)
    night.later(5).wheel(1)

    night.camera(busy=True)

    assert "a frame with R began 40 steps from its focus, which waits: something else" in night.said


def test_a_frame_begun_while_the_focuser_follows_is_named_with_its_defocus() -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.camera(busy=True)

    assert "a frame with R began while the focuser was 10 steps from its focus" in night.said


def test_after_two_missed_gaps_in_a_row_the_client_is_told_to_come_through_rigd() -> None:
    night = waiting()
    for slot in (1, 2):
        night.camera(busy=False)
        night.camera(busy=True)
        assert ("leaves no gap" in night.said) == (slot == 2)
        if slot == 1:
            night.arrive(30040)
            night.wheel(2)

    assert night.said.count("this client leaves no gap") == 1
    assert any("leaves no gap" in sentence for sentence in cautions(night.rig))


def test_frames_in_pairs_are_counted_by_their_filter_changes() -> None:
    night = waiting()
    for slot in (1, 2):
        night.camera(busy=False)
        night.camera(busy=True)
        night.arrive(30040 if slot == 1 else 29975)
        night.camera(busy=False)
        night.camera(busy=True)
        assert ("leaves no gap" in night.said) == (slot == 2)
        night.wheel(slot + 1)

    assert "at 2 filter changes in a row the first frame began before" in night.said


def test_many_frames_of_one_filter_are_one_missed_gap() -> None:
    night = Night().begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(29990)
    night.later(5).wheel(1)

    for _ in range(4):
        night.camera(busy=True)
        night.later(2).camera(busy=False)

    assert night.rig.missed_gaps == 1
    assert "leaves no gap" not in night.said


def test_a_wheel_that_only_says_again_where_it_is_begins_no_filter_change() -> None:
    night = waiting()
    night.camera(busy=False)
    night.camera(busy=True)
    night.arrive(30040)
    night.wheel(None, fault="an error for a moment")
    night.wheel(1)
    night.camera(busy=False)
    night.camera(busy=True)

    assert night.rig.missed_gaps == 1


def test_a_filter_change_whose_first_frame_is_in_focus_ends_the_row() -> None:
    night = waiting()
    night.camera(busy=False)
    night.camera(busy=True)
    night.arrive(30040)
    night.camera(busy=False)
    night.wheel(0)
    night.arrive(30000)
    night.camera(busy=True)
    night.wheel(2)
    night.camera(busy=False)
    night.camera(busy=True)

    assert "leaves no gap" not in night.said


def test_a_frame_in_focus_is_not_named() -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.arrive(30040)

    night.camera(busy=True)

    assert "a frame" not in night.said


def test_an_in_path_change_names_no_frame() -> None:
    night = Night().begin(30000)
    night.ask(1)

    night.camera(busy=True)

    assert "a frame" not in night.said


def test_the_defocus_counts_from_the_focus_and_not_from_where_the_focuser_turns() -> None:
    night = Night(backlash=Backlash(steps=100, final_direction=FinalDirection.UP)).begin(30000)
    night.wheel(2)
    night.focuser(29990, moving=True)

    night.camera(busy=True)

    assert "a frame with Ha began while the focuser was 15 steps from its focus" in night.said
