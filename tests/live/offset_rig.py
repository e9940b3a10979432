"""A daemon whose filters have offsets of plain numbers, on whatever devices a test names.

L 0, R +40, Ha -25, and a filter without an offset. In focus means: `base + OFFSETS[filter]`.
"""

import json
from pathlib import Path

from tests.live.daemon import Daemon
from tests.live.indiserver import CAMERA, IndiServer

OFFSETS = {"L": 0, "R": 40, "Ha": -25}

PROFILE = """name = "plain offsets"
reference_filter = "l"

[optic]
name = "a refractor"
focal_length_mm = 480.0
focal_ratio = 6.0

[camera]
address = {{ server = "simulators", device = "{camera}", connect = true }}

[wheel]
address = {{ server = "simulators", device = "{wheel}", connect = {connect} }}
slots = {slots}

[focuser]
address = {{ server = "simulators", device = "{focuser}", connect = {connect} }}
moves = "drawtube"
step_size_um = 4.0
direction = "outward"
tolerance_steps = {tolerance}

[filters.l]
name = "L"
focus_offset_steps = 0

[filters.r]
name = "R"
focus_offset_steps = 40

[filters.ha]
name = "Ha"
focus_offset_steps = -25

[filters.unknown]
name = "Unknown"

[filters.dark]
name = "Dark"
kind = "opaque"

[filters.spare]
name = "Spare"

[filters.other]
name = "Other"
"""
SLOTS = ("l", "r", "ha", "unknown", "dark", "spare", "other")


class OffsetRig(Daemon):
    """`rigd run` with one rig, "demo"."""

    def __init__(
        self,
        directory: Path,
        server: IndiServer,
        *,
        wheel: str,
        focuser: str,
        camera: str = CAMERA,
        mode: str = "apply",
        tolerance_steps: int = 2,
        connect: bool = True,
        slots: int = 5,
        more: str = "",
    ) -> None:
        """`slots` is how many the wheel has, of `SLOTS`; `more` is added to the profile."""
        super().__init__(directory, server, mode)
        self.profile.write_text(
            PROFILE.format(
                camera=camera,
                wheel=wheel,
                focuser=focuser,
                tolerance=tolerance_steps,
                connect=str(connect).lower(),
                slots=json.dumps(SLOTS[:slots]),
            )
            + more,
            encoding="utf-8",
        )
