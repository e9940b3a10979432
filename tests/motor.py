"""A motor with a counter and a drawtube, moving in real time, for every emulated focuser."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal


@dataclass
class Motor:
    """Moves evenly from place to place; faults are settable at any time.

    It runs by the clock alone: nothing has to call it while it moves.
    """

    steps: float = 30000.0
    """The counter, as it stood when the last order came."""
    steps_per_s: float = 4000.0
    start_delay_s: float = 0.0
    """How long after an order the motor begins."""
    stalls_at: float | None = None
    """A place that it can neither pass nor leave; what it was told to do is given up there."""
    halts: Literal["always", "moving", "never"] = "always"
    """When an order to halt is heard: "moving" is deaf until the motor has begun."""
    endless: bool = False
    """Whether it says after the next order that it moves, until it is halted."""
    backlash_steps: float = 0.0
    """Play between the counter and the drawtube."""
    clock: Callable[[], float] = monotonic
    orders: list[tuple[float, str, float]] = field(default_factory=list)
    """When, what ("go", "halt", "sync"), and where the counter stood or was told to go."""
    tube_steps: float = field(init=False)
    """Where the drawtube stands, in steps of the counter: what the star sees."""

    def __post_init__(self) -> None:
        self._target = self.tube_steps = self.steps
        self._began_s = self.clock()
        self._never_ends = False
        self._lock = threading.RLock()

    def go(self, target: float) -> None:
        """Begin to move to a place; an order under way is replaced."""
        with self._lock:
            self._settle()
            self.orders.append((self.clock(), "go", target))
            moving = self._is_underway()
            self._target, self._never_ends = target, self.endless
            self._began_s = self.clock() + (0.0 if moving else self.start_delay_s)

    def halt(self) -> None:
        with self._lock:
            self._settle()
            self.orders.append((self.clock(), "halt", self.steps))
            begun = self.clock() >= self._began_s
            if self.halts == "always" or (self.halts == "moving" and begun):
                self._target, self._began_s = self.steps, self.clock()
                self._never_ends = False

    def sync(self, steps: float) -> None:
        """Call the place where it stands by another number; the tube does not move."""
        with self._lock:
            self._settle()
            self.orders.append((self.clock(), "sync", steps))
            self.tube_steps += steps - self.steps
            self.steps = self._target = steps

    def turn_by_hand(self, steps: float) -> None:
        """Somebody turns the knob: the counter follows."""
        with self._lock:
            self._settle()
            self.steps += steps
            self._target = self.steps
            self._drag()

    @property
    def place(self) -> int:
        """The counter as it stands now."""
        with self._lock:
            self._settle()
            return round(self.steps)

    @property
    def tube(self) -> int:
        """Where the drawtube stands now."""
        with self._lock:
            self._settle()
            return round(self.tube_steps)

    @property
    def is_moving(self) -> bool:
        """Whether the motor says that it moves; not before it has begun."""
        with self._lock:
            self._settle()
            if self.clock() < self._began_s:
                return False
            return self._is_underway() or self._never_ends

    @property
    def is_ordered(self) -> bool:
        """Whether an order is still to be carried out, begun or not."""
        with self._lock:
            self._settle()
            return self._is_underway() or self._never_ends

    @property
    def target(self) -> int:
        return round(self._target)

    def _is_underway(self) -> bool:
        return self.steps != self._target

    def _settle(self) -> None:
        """Bring the counter to where the clock says that it is."""
        now = self.clock()
        if now <= self._began_s:
            return
        way = (now - self._began_s) * self.steps_per_s
        self._began_s = now
        left = self._target - self.steps
        end = self._target if abs(left) <= way else self.steps + (way if left > 0 else -way)
        stop = self.stalls_at
        if stop is not None and min(self.steps, end) <= stop <= max(self.steps, end):
            end = self._target = stop
        self.steps = end
        self._drag()

    def _drag(self) -> None:
        play = self.backlash_steps
        self.tube_steps = min(max(self.tube_steps, self.steps - play), self.steps)
