"""Frames exposed before the focuser has followed the real wheel are named."""

from dataclasses import replace

import pytest

from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import DiaryLine, Severity
from rigd.focus.state.requests import AdoptRequested
from tests.focus.night import Night


def warnings(night: Night) -> int:
    return sum(
        isinstance(effect, DiaryLine) and effect.severity is Severity.WARNING
        for effect in night.effects
    )


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

    assert (
        "a frame with R began 40 steps from its focus; the move there waits: something else"
        in night.said
    )


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


def test_frames_of_one_wait_are_one_warning_and_a_sum_at_its_end() -> None:
    night = Night().begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(29990)
    night.later(5).wheel(1)
    for _ in range(4):
        night.camera(busy=True)
        night.later(2).camera(busy=False)
    assert warnings(night) == 1  # the first frame; that the change waits is none

    night.later(125).tick()
    night.arrive(30030)

    assert night.said.count("a frame with R began") == 1
    assert "4 frames with R began before the focuser had followed, the last one 40" in night.said
    assert warnings(night) == 2


def test_a_sum_is_said_when_the_filter_changes_too_and_never_of_one_frame() -> None:
    night = Night().begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(29990)
    for slot, frames in ((1, 3), (2, 1), (0, 1)):
        night.later(1).wheel(slot)
        for _ in range(frames):
            night.camera(busy=True)
            night.camera(busy=False)

    assert "3 frames with R began" in night.said
    assert "1 frames" not in night.said


@pytest.mark.parametrize(
    ("offset", "settings"),
    [
        pytest.param(0, {}, id="nothing"),
        pytest.param(4, {}, id="inside-the-tolerance"),
        pytest.param(9, {"dead_band_steps": 10}, id="inside-the-dead-band"),
        pytest.param(9, {"zone_steps": 40}, id="inside-a-quarter-of-the-focus-zone"),
    ],
)
def test_a_frame_no_farther_off_than_focusers_come_is_not_named(
    offset: int, settings: dict[str, int]
) -> None:
    zone_steps = settings.pop("zone_steps", None)
    night = Night(**settings).begin(30000)
    night.rig = night.with_offsets(0, offset)
    slots = tuple(replace(s, focus_zone_steps=zone_steps) for s in night.rig.settings.slots)
    night.rig = replace(night.rig, settings=replace(night.rig.settings, slots=slots))
    night.focuser(30000, moving=True)
    night.focuser(29990)
    night.later(5).wheel(1)

    night.camera(busy=True)

    assert "a frame" not in night.said
    assert night.rig.missed_gaps == 0


def test_the_exposures_of_an_autofocus_are_not_named() -> None:
    night = Night().begin(30000)
    for position in (30200, 30120, 30040, 29960):
        night.focuser(position, moving=True)
        night.focuser(position)
        night.camera(busy=True)
        night.camera(busy=False)
    night.later(1).move(30100, client="another program")
    said = len(night.said)

    for position in (29880, 29990):
        night.focuser(position, moving=True)
        night.focuser(position)
        night.camera(busy=True)
        night.camera(busy=False)

    assert "a frame" not in night.said[said:]
    assert "moved the focuser from" not in night.said[said:]


def test_the_first_frames_of_an_autofocus_behind_another_filter_are_not_named() -> None:
    """Ekos: out, half back, the wheel, two exposures, then a step and an exposure each."""
    night = Night().begin(30000)
    for position in (30400, 30200):
        night.later(0.05).focuser(position, moving=True)
        night.later(0.05).focuser(position)
    night.later(0.06).wheel(None)
    night.later(0.5).wheel(1)
    night.camera(busy=True)
    night.later(1).camera(busy=False)
    for position in range(30200, 29960, -40):
        night.camera(busy=True)
        night.later(1).camera(busy=False)
        night.later(0.1).focuser(position - 40, moving=True)
        night.later(0.1).focuser(position - 40)

    night.later(200).tick()

    assert "a frame" not in night.said
    assert "frames with" not in night.said


def test_a_program_that_moves_the_focuser_itself_leaves_a_gap_and_its_way_is_not_guessed() -> None:
    """Its own move keeps rigd's waiting: where the focus is then, rigd cannot say."""
    night = Night().begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(30000)
    stands = 30000
    for slot, delta in ((1, 40), (2, -65), (0, 25)):
        night.later(2).wheel(slot)
        stands += delta
        night.focuser(stands, moving=True)
        night.focuser(stands)
        night.camera(busy=True)
        night.camera(busy=False)

    assert "a frame with R began, and nobody knows how far from its focus" in night.said
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


def test_of_a_filter_that_was_turned_to_meanwhile_the_defocus_counts_from_its_own_focus() -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.wheel(None)
    night.wheel(2)

    night.camera(busy=True)

    assert "a frame with Ha began while the focuser was 25 steps from its focus" in night.said


def test_frames_begun_while_the_focus_is_unknown_are_named_once_for_each_filter() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(50000)
    night.wheel(2)
    night.effects.clear()

    for _ in range(3):
        night.later(5).camera(busy=True)
        night.later(5).camera()
    night.ask(1)
    night.wheel(1)

    assert night.said.count("with Ha began") == 1
    assert "3 frames with Ha began while nobody knew where its focus is" in night.said
    assert night.rig.missed_gaps == 0


def on_an_unknown_focus() -> Night:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(50000)
    night.effects.clear()
    return night


def test_the_frames_of_an_autofocus_that_ends_an_unknown_focus_are_no_warning() -> None:
    night = on_an_unknown_focus()

    night.later(5).camera(busy=True)
    night.later(5).camera()
    for position in (49900, 50100, 50000, 50020):
        night.later(10).focuser(position, moving=True)
        night.stand(position)
        night.later(5).camera(busy=True)
        night.later(5).camera()
    for _ in range(20):
        night.later(10).tick()

    assert night.rig.ledger.embodied is not None
    assert "from 50000 to 50020 steps, taken as the focus for R (" in night.said
    assert warnings(night) == 0


def test_a_real_frame_on_an_unknown_focus_is_named_once_no_autofocus_has_begun_with_it() -> None:
    night = on_an_unknown_focus()

    night.later(5).camera(busy=True)
    at_once = warnings(night)
    for _ in range(12):
        night.later(10).tick()

    assert at_once == 0
    assert night.said.count("a frame with R began while nobody knew where its focus is") == 1
    assert warnings(night) == 1


def test_it_is_named_too_if_the_focus_becomes_known_by_somebodys_word() -> None:
    night = on_an_unknown_focus()
    night.later(5).camera(busy=True)

    night.later(5).feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert night.said.count("a frame with R began while nobody knew where its focus is") == 1


def test_a_dark_frame_needs_no_focus() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(50000)
    night.wheel(4)
    night.effects.clear()

    night.camera(busy=True)

    assert "a frame with" not in night.said


def test_the_frames_of_an_autofocus_of_which_rigd_sees_only_the_end_are_not_named() -> None:
    night = on_an_unknown_focus()
    for position in (49900, 49950):
        night.later(1).camera(busy=True)
        night.later(1).camera()
        night.later(1).focuser(position, moving=True)
        night.stand(position)
    night.later(1).camera(busy=True)  # where it ends, a search looks once more
    night.later(1).camera()

    night.later(1).wheel(2)

    assert "while nobody knew where its focus is" not in night.said


def test_real_frames_behind_such_an_autofocus_are_named_alone() -> None:
    night = on_an_unknown_focus()
    night.later(1).camera(busy=True)
    night.later(1).camera()
    night.later(1).focuser(49900, moving=True)
    night.stand(49900)
    for _ in range(3):
        night.later(1).camera(busy=True)
        night.later(1).camera()

    night.later(1).wheel(2)

    assert "2 frames with R began while nobody knew where its focus is" in night.said


def test_of_a_frame_in_the_focusers_own_trembling_nothing_is_a_search() -> None:
    night = on_an_unknown_focus()
    for position in (50000, 50001, 50000):
        night.stand(position)
        night.later(5).camera(busy=True)
        night.later(5).camera()

    night.later(1).wheel(2)

    assert "3 frames with R began while nobody knew where its focus is" in night.said
