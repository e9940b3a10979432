"""Whether each frame was in focus, by what crossed the wire alone.

A filter's focus is where its stars are sharpest, which the scenario fixes (`sky.py`). A frame is

- *early* if the focuser was on its way, or the wheel, at any moment from the command of its
  exposure to its end;
- *in focus* if the focuser rested within `TOLERANCE_STEPS` of the focus of the filter in the light,
- *off* if it rested elsewhere.

The focuser is on its way from a command that asks for another position until its answer, and
whenever it says that it is, or a position more than `LATE_STEPS` from its last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bench.ekos.listener import Vector
from bench.ekos.sky import Sky

TOLERANCE_STEPS = 40
"""Half of what two filters differ by at least; Ekos' own autofocus ends up to 30 steps away."""
SAME_STEPS = 1
LATE_STEPS = 5
"""The Ok of many drivers carries the position of a moment ago; the true one follows without a word
of a motion."""


class Verdict(StrEnum):
    """What a frame is."""

    IN_FOCUS = "in focus"
    EARLY = "early"
    OFF = "off"


@dataclass(slots=True)
class Frame:
    """An exposure of the sequence or of an autofocus."""

    at_s: float
    exposure_s: float
    slot: int
    """In the light when it was commanded, counted from 1."""
    position_steps: float
    """Of the focuser when it was commanded."""
    is_early: bool
    is_over: bool = False

    def off_steps(self, sky: Sky) -> float:
        """How far from the filter's focus it began."""
        return self.position_steps - sky.focus_steps(self.slot)

    def verdict(self, sky: Sky) -> Verdict:
        """What it is."""
        if self.is_early:
            return Verdict.EARLY
        is_near = abs(self.off_steps(sky)) <= TOLERANCE_STEPS
        return Verdict.IN_FOCUS if is_near else Verdict.OFF


@dataclass(slots=True)
class Devices:
    """What the wire says of wheel, focuser and camera, from vector to vector."""

    wheel: str
    focuser: str
    camera: str
    slot: int | None = None
    is_turning: bool = False
    position_steps: float | None = None
    is_moving: bool = False
    """By its own word."""
    asked_steps: list[float] = field(default_factory=list)
    """Commands that wait for their answer: a focuser may take them one after the other."""
    frames: list[Frame] = field(default_factory=list)

    def hear(self, vector: Vector) -> None:
        """Take the next vector."""
        number = vector.number
        match (vector.device, vector.name):
            case (self.wheel, "FILTER_SLOT") if number is not None:
                self._hear_wheel(vector, int(number))
            case (self.focuser, "ABS_FOCUS_POSITION") if number is not None:
                self._hear_focuser(vector, number)
            case (self.camera, "CCD_EXPOSURE") if number is not None:
                self._hear_camera(vector, number)
        if self.frames and not self.frames[-1].is_over and self._is_restless():
            self.frames[-1].is_early = True

    def _hear_wheel(self, vector: Vector, slot: int) -> None:
        if vector.what == "new":
            self.is_turning = slot != self.slot
            return
        self.is_turning = vector.state == "Busy"
        if not self.is_turning:
            self.slot = slot

    def _hear_focuser(self, vector: Vector, steps: float) -> None:
        if vector.what == "new":
            last = self.asked_steps[-1] if self.asked_steps else self.position_steps
            if last is None or abs(steps - last) > SAME_STEPS:
                self.asked_steps.append(steps)
            return
        if vector.what == "def":
            self.position_steps = steps if self.position_steps is None else self.position_steps
            return
        had = self.position_steps
        has_moved = had is not None and abs(steps - had) > LATE_STEPS
        if has_moved and self.frames and not self.frames[-1].is_over:
            self.frames[-1].is_early = True
        self.position_steps = steps
        self.is_moving = vector.state == "Busy"
        if not self.is_moving:
            self._answer(vector, steps)

    def _answer(self, vector: Vector, steps: float) -> None:
        """Drop the commands that this answers: all if it stands at the last or failed."""
        if vector.state == "Alert":
            self.asked_steps.clear()
        for number in reversed(range(len(self.asked_steps))):
            if abs(self.asked_steps[number] - steps) <= LATE_STEPS:
                del self.asked_steps[: number + 1]
                return

    def _hear_camera(self, vector: Vector, seconds: float) -> None:
        if vector.what == "new":
            if self.slot is not None and self.position_steps is not None:
                is_early = self._is_restless()
                frame = Frame(vector.at_s, seconds, self.slot, self.position_steps, is_early)
                self.frames.append(frame)
        elif vector.what == "set" and vector.state != "Busy" and self.frames:
            self.frames[-1].is_over = True

    def _is_restless(self) -> bool:
        return self.is_turning or self.is_moving or bool(self.asked_steps)


def frames(heard: Sequence[Vector], *, wheel: str, focuser: str, camera: str) -> Iterator[Frame]:
    """Every exposure that was commanded, in order."""
    devices = Devices(wheel, focuser, camera)
    for vector in heard:
        devices.hear(vector)
    yield from devices.frames
