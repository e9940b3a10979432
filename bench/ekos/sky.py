"""Where the stars are sharp: each filter's own focus, told to the camera simulator.

The camera simulator draws its stars as wide as `SIM_FOCUSING` says for the position that the
focuser reports: `SIM_FOCUS_POSITION` is where they are sharpest. By itself it is the same for every
filter; here it becomes that of the filter which the wheel turns to. So an autofocus finds each
filter's own focus, and a frame is in focus where its stars are sharp.

A camera that goes with rigd's focuser takes rigd's positions for those of the drawtube. It is told
where the focus lies in these: by how much the two focusers say different things when both rest.
"""

from dataclasses import dataclass
from types import TracebackType

from bench.ekos.listener import Listener, Vector
from tests.live.indiserver import CAMERA, FOCUSER, WHEEL

SHARPEST_ARCSEC = 3.5
RANGE_STEPS = 2000
"""`SIM_FOCUS_MAX`: a star is 0.5625 (20 x / range)² arc seconds wider x steps from the focus."""


@dataclass(frozen=True, slots=True)
class Sky:
    """Each filter's focus."""

    base_steps: int
    """Where the focus is with an offset of 0."""
    offsets_steps: tuple[int, ...]
    """Of each slot of the wheel, in order."""

    def focus_steps(self, slot: int) -> int:
        """Where the focus is behind a slot, counted from 1."""
        return self.base_steps + self.offsets_steps[slot - 1]


class Starlight:
    """Tells the camera simulator of each filter's focus as the wheel turns to it."""

    def __init__(
        self, port: int, sky: Sky, focuser: str = FOCUSER, virtual: str | None = None
    ) -> None:
        """`virtual` is the focuser that the camera goes with, if it is not the real one."""
        self._sky = sky
        self._slot = 0
        self._focuser, self._virtual = focuser, virtual
        self._at_rest: dict[str, float] = {}
        self._goes_with: str | None = None
        """The focuser that the camera says it goes with: Ekos changes that at its start."""
        self._shift_steps = 0.0
        self._wire = Listener(port, self._hear)

    def __enter__(self) -> "Starlight":
        self._wire.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._wire.__exit__(kind, error, traceback)

    def _hear(self, vector: Vector) -> None:
        # As soon as the wheel is asked: the camera works the width out at the focuser's next word.
        slot = int(vector.number or 0) if vector.name == "FILTER_SLOT" else 0
        is_asked = (vector.device, vector.name) == (WHEEL, "FILTER_SLOT") and slot > 0
        is_new_camera = (vector.device, vector.name, vector.what) == (CAMERA, "SIM_FOCUSING", "def")
        if is_asked and vector.state != "Busy" and slot != self._slot:
            self._slot = slot
        elif not ((is_new_camera or self._has_shifted(vector)) and self._slot):
            return
        values = {
            "SIM_FOCUS_POSITION": f"{self._sky.focus_steps(self._slot) - self._shift_steps:g}",
            "SIM_FOCUS_MAX": str(RANGE_STEPS),
            "SIM_SEEING": f"{SHARPEST_ARCSEC:g}",
        }
        self._wire.tell("Number", CAMERA, "SIM_FOCUSING", values)

    def _has_shifted(self, vector: Vector) -> bool:
        """Whether the camera's focuser differs by something else from the drawtube, at rest."""
        if (vector.device, vector.name) == (CAMERA, "ACTIVE_DEVICES") and vector.what != "new":
            self._goes_with = vector.values.get("ACTIVE_FOCUSER", self._goes_with)
        names = (self._focuser, self._virtual)
        steps = vector.number
        if self._virtual is None or vector.device not in (*names, CAMERA):
            return False
        if vector.name == "ABS_FOCUS_POSITION" and vector.what != "new" and steps is not None:
            if vector.state == "Busy":
                self._at_rest.pop(vector.device, None)
            else:
                self._at_rest[vector.device] = steps
        if len(self._at_rest) < len(names):
            return False
        before, self._shift_steps = self._shift_steps, 0.0
        if self._goes_with == self._virtual:
            self._shift_steps = self._at_rest[self._focuser] - self._at_rest[self._virtual]
        return self._shift_steps != before
