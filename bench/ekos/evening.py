"""An evening: indiserver with its simulators, a rigd beside it, and a KStars with its Ekos."""

import os
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from bench.ekos import sequence, stars
from bench.ekos.desktop import Desktop, until
from bench.ekos.kstars import KStars
from bench.ekos.listener import Listener
from bench.ekos.sky import Sky, Starlight
from bench.ekos.user_database import FilterRow, write
from tests.live.controllers.moonlite import MoonLite
from tests.live.daemon import Daemon
from tests.live.indi_door.rig import FOCUSER_DEVICE, WHEEL_DEVICE, driver_command
from tests.live.indiserver import (
    CAMERA,
    FOCUSER,
    FOCUSER_START_STEPS,
    MOUNT,
    SIMULATORS,
    WHEEL,
    IndiServer,
)

OFFSETS = {
    "Red": 200,
    "Green": 280,
    "Blue": 240,
    "H_Alpha": -140,
    "SII": -140,
    "OIII": -180,
    "LPR": 0,
    "Luminance": 0,
}
"""Steps of each filter of INDI's wheel simulator, in the order of its slots."""
NAMES = tuple(OFFSETS)
START = "Red"
"""In the light at the start: slot 1."""
EXPOSURE_S, SEARCH_S = 3.0, 1.0
"""Of the sequence, and of Ekos' autofocus: told apart by it."""
LIMIT_S = 60.0
AWAY_S = 8.0
"""How long a rigd that was killed stays away."""
FOCUS_S = 400.0
"""An autofocus with a slow focuser takes minutes."""
FOCUS_COMPLETE, FOCUS_ENDED = "1", {"1", "2", "3"}
"""`status` of Ekos' focus module: Idle, Complete, Failed, Aborted …"""
SLOW_STEPS_PER_S = 100.0
PROFILE = f"""name = "INDI's simulators beside Ekos"
reference_filter = "luminance"
[optic]
focal_ratio = 6.0
[camera]
address = {{ server = "simulators", device = "{CAMERA}", connect = true }}
[wheel]
address = {{ server = "simulators", device = "{WHEEL}", connect = true }}
slots = [{", ".join(f'"{name.lower()}"' for name in NAMES)}]
[focuser]
address = {{ server = "simulators", device = "%s", connect = true }}
moves = "drawtube"
step_size_um = 4.0
direction = "outward"
tolerance_steps = 2
[mount]
address = {{ server = "simulators", device = "{MOUNT}", connect = true }}
""" + "".join(
    f'[filters.{name.lower()}]\nname = "{name}"\nfocus_offset_steps = {steps}\n'
    for name, steps in OFFSETS.items()
)


class Evening:
    """Everything at work, until it is left.

    The focuser is INDI's simulator, which makes 10,000 steps a second and says where it is when it
    has arrived; or, slow, the real driver of a MoonLite on an emulated controller.
    """

    def __init__(
        self,
        directory: Path,
        mode: str,
        rows: Sequence[FilterRow] = tuple(FilterRow(name) for name in NAMES),
        *,
        is_slow: bool = False,
        has_pair: bool = False,
    ) -> None:
        """`has_pair`: Ekos uses rigd's wheel and focuser in place of the real ones."""
        self.directory = directory
        self.mode = mode
        self.rows = rows
        self.has_pair = has_pair
        self.focuser = MoonLite.device if is_slow else FOCUSER
        start_steps = MoonLite.start_steps if is_slow else FOCUSER_START_STEPS
        self.sky = Sky(start_steps - OFFSETS[START], tuple(OFFSETS.values()))
        """The filter in the light is in focus where the focuser starts."""
        self._open = ExitStack()

    def __enter__(self) -> "Evening":
        try:
            self._start_devices()
            self._start_rigd()
            self._start_kstars()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def capture(
        self, filters: Sequence[str], *, frames: int = 1, limit_s: float = LIMIT_S * 2
    ) -> None:
        """Let Ekos capture a sequence, to its end."""
        path = self.directory / "evening.esq"
        sequence.write(path, filters, exposure_s=EXPOSURE_S, frames=frames)
        self.kstars.ekos("clearSequenceQueue", module="Capture")
        self.kstars.ekos("loadSequenceQueue", f"string:{path}", module="Capture")
        self.kstars.ekos("start", module="Capture")
        until(self._is_captured, "Ekos has captured its sequence", limit_s, 0.5)

    def focus(self, name: str) -> bool:
        """Let Ekos focus behind a filter; whether it succeeded."""
        for words in (
            ("setAutoFocusParameters", "int32:64", "int32:40", "int32:3000", "double:5"),
            ("setAutoStarEnabled", "boolean:true"),
            ("setAutoSubFrameEnabled", "boolean:false"),
        ):
            self.kstars.ekos(*words, module="Focus")
        self.kstars.set_text("filter", name, module="Focus")
        self.kstars.ekos("start", module="Focus")
        time.sleep(1.0)
        until(self._is_focused, "Ekos' autofocus ends", FOCUS_S, 0.5)
        return self.kstars.property("status", module="Focus") == FOCUS_COMPLETE

    def restart_rigd_in(self, filters: Sequence[str], *, after_s: float, limit_s: float) -> None:
        """Let Ekos capture a sequence in the middle of which rigd is killed and started again."""
        timer = threading.Timer(after_s, self._restart_rigd)
        timer.start()
        try:
            self.capture(filters, limit_s=limit_s)
        finally:
            timer.join()

    def _restart_rigd(self) -> None:
        self.rigd.kill()
        time.sleep(AWAY_S)
        self.rigd.start()

    def _is_captured(self) -> bool:
        return self.kstars.ekos("getSequenceQueueStatus", module="Capture") == "Complete"

    def _is_focused(self) -> bool:
        return self.kstars.property("status", module="Focus") in FOCUS_ENDED

    def _start_devices(self) -> None:
        programs = self.directory / "bin"
        programs.mkdir()
        stars.program(programs / "gsc")
        path = os.environ["PATH"]
        self._open.callback(os.environ.update, PATH=path)
        os.environ["PATH"] = f"{programs}{os.pathsep}{path}"
        drivers = SIMULATORS
        if self.focuser == MoonLite.device:
            controller = self._open.enter_context(MoonLite(self.directory))
            controller.motor.steps_per_s = SLOW_STEPS_PER_S
            drivers = (*(d for d in SIMULATORS if "focus" not in d), controller.executable)
        if self.has_pair:
            self._open.callback(os.environ.pop, "RIGD_INDI", None)
            os.environ["RIGD_INDI"] = str(self.directory / "rigd-indi.sock")
            drivers = (*drivers, driver_command(self.directory))
        self.server = self._open.enter_context(IndiServer(self.directory, drivers))
        virtual = FOCUSER_DEVICE if self.has_pair else None
        self._open.enter_context(Starlight(self.server.port, self.sky, self.focuser, virtual))
        self.wire = self._open.enter_context(Listener(self.server.port))

    def _start_rigd(self) -> None:
        self.rigd = Daemon(self.directory, self.server, self.mode)
        self.rigd.profile.write_text(PROFILE % self.focuser, encoding="utf-8")
        self._open.enter_context(self.rigd)
        self.wire.wait(
            lambda: (
                self.wire.latest(CAMERA, "CCD_EXPOSURE") is not None
                and self.wire.latest(self.focuser, "ABS_FOCUS_POSITION") is not None
            ),
            "rigd connects the devices",
            LIMIT_S,
        )

    def _start_kstars(self) -> None:
        desktop = self._open.enter_context(Desktop(self.directory))
        self.kstars = KStars(desktop)
        self.kstars.start()  # for the first time: it makes its database
        until(self.kstars.database.exists, "KStars makes its database")
        time.sleep(2.0)
        self.kstars.stop()
        focuser = FOCUSER_DEVICE if self.has_pair else self.focuser
        wheel = WHEEL_DEVICE if self.has_pair else WHEEL
        write(self.kstars.database, self.server.port, focuser, self.rows, wheel)
        self.kstars.start()
        self.kstars.open_ekos()
