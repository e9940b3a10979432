"""Where the stars are sharp: each filter's own focus, told to the camera simulator.

The camera simulator draws its stars as wide as `SIM_FOCUSING` says for the position that the
focuser reports: `SIM_FOCUS_POSITION` is where they are sharpest. By itself it is the same for every
filter; here it becomes that of the filter which the wheel turns to. So an autofocus finds each
filter's own focus, and a frame is in focus where its stars are sharp.
"""

from dataclasses import dataclass
from types import TracebackType

from bench.ekos.listener import Listener, Vector
from tests.live.indiserver import CAMERA, WHEEL

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

    def __init__(self, port: int, sky: Sky) -> None:
        self._sky = sky
        self._slot = 0
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
        elif not (is_new_camera and self._slot):
            return
        values = {
            "SIM_FOCUS_POSITION": str(self._sky.focus_steps(self._slot)),
            "SIM_FOCUS_MAX": str(RANGE_STEPS),
            "SIM_SEEING": f"{SHARPEST_ARCSEC:g}",
        }
        self._wire.tell("Number", CAMERA, "SIM_FOCUSING", values)
