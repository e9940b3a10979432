"""Simulated devices: small classes that keep state and know where they are by the clock."""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Travel:
    """A straight motion in time: from `start` to `target`, begun at `begun_s`."""

    start: float
    target: float
    begun_s: float
    duration_s: float

    def at(self, now_s: float) -> float:
        """Where the motion is now."""
        if now_s >= self.ends_s:
            return self.target
        share = (now_s - self.begun_s) / self.duration_s
        return self.start + (self.target - self.start) * max(0.0, share)

    @property
    def ends_s(self) -> float:
        """When the motion ends."""
        return self.begun_s + self.duration_s


@dataclass(slots=True, kw_only=True)
class SimulatedWheel:
    """A filter wheel that turns slot by slot the short way round, and can jam."""

    names: tuple[str, ...]
    filter_position: int
    s_per_slot: float
    connected: bool = True
    jammed: bool = False
    travel: Travel | None = field(default=None)
    fault: str | None = None

    @property
    def at_rest(self) -> bool:
        """Whether the wheel knows where it stands."""
        return self.connected and self.travel is None and self.fault is None

    def turn(self, filter_position: int, now_s: float) -> None:
        """Begin to turn; a jammed wheel begins too and never arrives."""
        slots = len(self.names)
        away = abs(filter_position - self.filter_position)
        duration_s = min(away, slots - away) * self.s_per_slot
        self.fault = None
        self.travel = Travel(self.filter_position, filter_position, now_s, duration_s)

    def step(self, now_s: float) -> bool:
        """Let time pass; True if the wheel still turns."""
        if self.travel is None:
            return False
        if now_s < self.travel.ends_s:
            return True
        if self.jammed:
            self.fault = "the wheel jams"
        else:
            self.filter_position = round(self.travel.target)
        self.travel = None
        return False


@dataclass(slots=True, kw_only=True)
class SimulatedFocuser:
    """An absolute focuser with limits that can stall at a position or lie inside a tolerance."""

    position_steps: int
    min_steps: int
    max_steps: int
    steps_per_s: float
    temperature_c: float | None
    step_size_um: float | None
    connected: bool = True
    stall_at_steps: int | None = None
    lie_within_steps: int = 0
    shown_steps: int | None = None
    travel: Travel | None = field(default=None)
    fault: str | None = None

    def move(self, position_steps: int, now_s: float) -> None:
        """Begin to move to an absolute position."""
        self.step(now_s)
        away = abs(position_steps - self.position_steps)
        if away <= self.lie_within_steps:  # an EAF over INDI hides such moves
            if self.shown_steps is None:
                self.shown_steps = self.position_steps
        else:
            self.shown_steps = None
        self.fault = None
        duration_s = 0.0 if math.isinf(self.steps_per_s) else away / self.steps_per_s
        self.travel = Travel(self.position_steps, position_steps, now_s, duration_s)

    def halt(self, now_s: float) -> None:
        """Stop where the motor is now."""
        self.step(now_s)
        self.travel = None

    def step(self, now_s: float) -> bool:
        """Let time pass; True if the focuser still moves."""
        if self.travel is None:
            return False
        before = self.position_steps
        after = round(self.travel.at(now_s))
        stall = self.stall_at_steps
        if stall is not None and min(before, after) <= stall <= max(before, after):
            self.position_steps = stall
            self.travel = None
            self.fault = f"the focuser stalls at {stall} steps"
            return False
        self.position_steps = after
        if now_s < self.travel.ends_s:
            return True
        self.travel = None
        return False

    @property
    def reported_steps(self) -> int:
        """What the focuser says of its position, which is not always where it is."""
        return self.position_steps if self.shown_steps is None else self.shown_steps


@dataclass(slots=True, kw_only=True)
class SimulatedCamera:
    """A camera that is busy while it exposes."""

    connected: bool = True
    busy: bool = False


@dataclass(slots=True, kw_only=True)
class SimulatedMount:
    """A mount that stands at an altitude and slews when told by a foreign hand."""

    altitude_deg: float
    focal_length_mm: float
    aperture_mm: float
    connected: bool = True
    slewing: bool = False
