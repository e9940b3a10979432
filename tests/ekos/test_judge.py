"""The judge of `./dev ekos`: a frame is early, in focus or off by what crossed the wire."""

import pytest

from bench.ekos.judge import TOLERANCE_STEPS, Frame, Verdict, frames
from bench.ekos.listener import Vector
from bench.ekos.sky import Sky

WHEEL, FOCUSER, CAMERA = "Wheel", "Focuser", "Camera"
SKY = Sky(base_steps=1000, offsets_steps=(0, 100))
ELEMENTS = {
    WHEEL: ("FILTER_SLOT", "FILTER_SLOT_VALUE"),
    FOCUSER: ("ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION"),
    CAMERA: ("CCD_EXPOSURE", "CCD_EXPOSURE_VALUE"),
}


class Wire:
    """What crosses it, a vector a second."""

    def __init__(self) -> None:
        self.heard: list[Vector] = []
        self.says(WHEEL, 1, what="def")
        self.says(FOCUSER, 1000, what="def")

    def asks(self, device: str, value: float) -> None:
        self.says(device, value, "", what="new")

    def says(self, device: str, value: float, state: str = "Ok", *, what: str = "set") -> None:
        name, element = ELEMENTS[device]
        at_s = float(len(self.heard))
        self.heard.append(Vector(at_s, what, device, name, state, {element: str(value)}))

    def turns(self, slot: int) -> None:
        self.asks(WHEEL, slot)
        self.says(WHEEL, 1, "Busy")
        self.says(WHEEL, slot)

    def moves(self, steps: float) -> None:
        self.asks(FOCUSER, steps)
        self.says(FOCUSER, steps)

    def begins(self) -> None:
        self.asks(CAMERA, 3)
        self.says(CAMERA, 3, "Busy")

    def ends(self) -> None:
        self.says(CAMERA, 0)

    @property
    def frames(self) -> list[Frame]:
        return list(frames(self.heard, wheel=WHEEL, focuser=FOCUSER, camera=CAMERA))

    @property
    def verdicts(self) -> list[Verdict]:
        return [frame.verdict(SKY) for frame in self.frames]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_a_frame_that_follows_the_focusers_answer_is_in_focus(wire: Wire) -> None:
    wire.turns(2)
    wire.moves(1100)
    wire.begins()
    wire.ends()

    assert wire.verdicts == [Verdict.IN_FOCUS]


def test_a_frame_without_the_filters_offset_is_off_by_it(wire: Wire) -> None:
    wire.turns(2)
    wire.begins()
    wire.ends()

    assert wire.verdicts == [Verdict.OFF]
    assert wire.frames[0].off_steps(SKY) == -100


@pytest.mark.parametrize(
    ("away", "verdict"), [(TOLERANCE_STEPS, Verdict.IN_FOCUS), (-TOLERANCE_STEPS - 1, Verdict.OFF)]
)
def test_the_tolerance_is_the_last_step_that_counts(
    wire: Wire, away: int, verdict: Verdict
) -> None:
    wire.moves(1000 + away)
    wire.begins()

    assert wire.verdicts == [verdict]


def test_a_frame_begun_before_the_focusers_answer_is_early(wire: Wire) -> None:
    wire.asks(FOCUSER, 1100)
    wire.begins()
    wire.says(FOCUSER, 1100)
    wire.ends()

    assert wire.verdicts == [Verdict.EARLY]


def test_a_frame_during_which_the_focuser_is_sent_away_is_early(wire: Wire) -> None:
    wire.begins()
    wire.asks(FOCUSER, 1100)
    wire.ends()

    assert wire.verdicts == [Verdict.EARLY]


def test_a_frame_during_which_the_focuser_moves_unasked_is_early(wire: Wire) -> None:
    wire.begins()
    wire.says(FOCUSER, 1006)
    wire.ends()

    assert wire.verdicts == [Verdict.EARLY]


def test_a_position_that_comes_late_is_no_motion(wire: Wire) -> None:
    wire.moves(1000)
    wire.asks(FOCUSER, 1100)
    wire.says(FOCUSER, 1050, "Busy")
    wire.says(FOCUSER, 1097)
    wire.begins()
    wire.says(FOCUSER, 1100)

    assert wire.frames[0].is_early is False


def test_a_frame_begun_while_the_wheel_turns_is_early(wire: Wire) -> None:
    wire.asks(WHEEL, 2)
    wire.says(WHEEL, 1, "Busy")
    wire.begins()

    assert wire.verdicts == [Verdict.EARLY]


def test_a_command_for_where_the_focuser_stands_is_no_motion(wire: Wire) -> None:
    wire.begins()
    wire.asks(FOCUSER, 1000)
    wire.ends()

    assert wire.verdicts == [Verdict.IN_FOCUS]


def test_of_two_commands_the_first_answer_is_not_that_of_the_second(wire: Wire) -> None:
    wire.asks(FOCUSER, 1100)
    wire.asks(FOCUSER, 1050)
    wire.says(FOCUSER, 1100)
    wire.begins()
    wire.says(FOCUSER, 1050)
    wire.ends()
    wire.begins()

    assert [frame.is_early for frame in wire.frames] == [True, False]


def test_a_command_that_replaces_another_answers_for_both(wire: Wire) -> None:
    wire.asks(FOCUSER, 1100)
    wire.asks(FOCUSER, 1000)
    wire.says(FOCUSER, 1040, "Busy")
    wire.says(FOCUSER, 1000)
    wire.begins()

    assert wire.verdicts == [Verdict.IN_FOCUS]


def test_a_refused_command_is_over(wire: Wire) -> None:
    wire.asks(FOCUSER, 1100)
    wire.says(FOCUSER, 1000, "Alert")
    wire.begins()

    assert wire.verdicts == [Verdict.IN_FOCUS]


def test_a_move_after_a_frame_does_not_make_it_early(wire: Wire) -> None:
    wire.begins()
    wire.ends()
    wire.moves(1100)

    assert wire.verdicts == [Verdict.IN_FOCUS]
