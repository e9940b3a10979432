"""The devices of the world as things, and what they report; the focusers are in `drawtube.py`."""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rigd.devices.events import (
    CameraReport,
    DeviceReport,
    Event,
    FocuserReport,
    GuiderReport,
    MountReport,
    OffsetsDeclared,
    ProgramOffset,
    ServerDown,
    WheelReport,
)
from rigd.frozen import replace
from tests.focus.drawtube import HIGH, LOW, FocuserBox
from tests.focus.night import CAMERA, FOCUSER, GUIDE_FOCUSER, WHEEL, DeviceRef

if TYPE_CHECKING:
    from tests.focus.world import World

MOUNT = DeviceRef("sim", "mount")
GUIDER = DeviceRef("phd2", "PHD2")
PROGRAM = "nina"
DT_S = 0.25
"""How long an interval of the world is."""
SAYS_S = 15.0
"""How often the thermometer says what it says."""


@dataclass(slots=True)
class Sensor:
    """The focuser's thermometer as a thing."""

    celsius: float = 10.0
    shows: float = 10.0
    """What it says; something else during a glitch."""
    said_at_s: float = 0.0
    glitch_left_s: float = 0.0
    dead: bool = False
    broken_c: float | None = None
    """What it says for ever, though it is not so."""

    def drive(self, now_s: float, interval_s: float) -> None:
        """An interval passes."""
        self.glitch_left_s = max(0.0, self.glitch_left_s - interval_s)
        says_c = self.celsius if self.broken_c is None else self.broken_c
        changed = self.glitch_left_s == 0 and self.shows != says_c
        if not self.dead and (changed or now_s - self.said_at_s >= SAYS_S):
            if changed:
                self.shows = says_c
            self.said_at_s = now_s


@dataclass(slots=True)
class GuiderBox:
    """The guiding program as a thing."""

    guides: bool = False
    paused: bool = False
    by_rigd: bool = False
    """Whether it was rigd that paused it."""
    deaf: bool = False
    """It does not pause when asked."""
    connected: bool = True

    def report(self) -> GuiderReport:
        """What it says."""
        if not self.connected:
            return GuiderReport(at_s=0, ref=GUIDER, connected=False)
        return GuiderReport(
            at_s=0,
            ref=GUIDER,
            connected=True,
            guiding=self.guides and not self.paused,
            paused=self.guides and self.paused,
        )


@dataclass(slots=True)
class ProgramBox:
    """The imaging program's own offsets, as it tells them."""

    applies: bool | None = False
    ha_steps: int = 0
    """Of the third slot; the others have none."""
    answers: bool = True

    @property
    def moves_by_itself(self) -> bool:
        return self.answers and bool(self.applies) and self.ha_steps != 0


@dataclass(slots=True)
class WheelBox:
    """The filter wheel as a thing."""

    position: int = 0
    to: int | None = None
    left_s: float = 0.0
    turn_s: float = 2.0
    jams: bool = False
    refuses: bool = False
    rehomes: bool = False
    connected: bool = True
    learnt: bool = False
    complains: str | None = None
    """What is wrong with it while it stands: "fault", "nowhere" (it names no slot); or "busy"."""

    def turn(self, to: int) -> None:
        """It begins to turn."""
        self.to = to
        self.left_s = self.turn_s if to != self.position else 0.0

    def drive(self, interval_s: float) -> None:
        """An interval passes."""
        if self.to is None:
            return
        self.left_s -= interval_s
        if self.left_s <= 0:
            if self.jams:
                self.jams = False
            else:
                self.position = self.to
            self.to = None


def _outside_of(box: FocuserBox) -> tuple[object, ...]:
    """All of a focuser that its report shows."""
    moving = box.motion is not None and box.motion.asleep_s <= 0
    return (box.pos, moving, box.connected, box.unread, box.reversed, box.compensates)


class Reports:
    """What the devices say, on its way to rigd."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._wire: deque[tuple[float, Event]] = deque()
        self._told: dict[str, object] = {}
        self._looked: dict[str, object] = {}
        """What each device was like when a report of it was last made."""

    @property
    def under_way(self) -> bool:
        """Whether something was said that rigd has not heard yet."""
        return bool(self._wire)

    def forget(self) -> None:
        """Say everything anew: rigd has started."""
        self._told.clear()
        self._looked.clear()

    def lose(self) -> None:
        """Nobody hears what is on its way."""
        self._wire.clear()

    def send(self, event: Event) -> None:
        """Send an event, which arrives as late as everything does."""
        world = self.world
        self._wire.append((world.now_s + world.lag * DT_S, event))

    def look(self) -> None:
        """Emit a report of whatever changed."""
        world = self.world
        if world.rig is None:
            return
        sensor, wheel = world.sensor, world.wheel
        said = (sensor.shows, sensor.said_at_s)
        if self._is_news("focuser", (*_outside_of(world.focuser), *said)):
            self.tell("focuser", self.focuser_report(FOCUSER))
        if self._is_news("guide", _outside_of(world.guide_focuser)):
            self.tell("guide", self.focuser_report(GUIDE_FOCUSER))
        turning = wheel.to is not None
        state = (wheel.connected, wheel.complains, wheel.position, turning, wheel.learnt)
        if self._is_news("wheel", state):
            self.tell("wheel", self._wheel_report())
        busy, slewing, guider = world.camera_left_s > 0, world.slewing, world.guider
        if self._is_news("camera", busy):
            self.tell("camera", CameraReport(at_s=0, ref=CAMERA, connected=True, busy=busy))
        if self._is_news("guider", (guider.connected, guider.guides, guider.paused)):
            self.tell("guider", guider.report())
        program = world.program
        if self._is_news("program", (program.applies, program.ha_steps, program.answers)):
            self.tell("program", self._program_report())
        if self._is_news("mount", slewing):
            self.tell("mount", MountReport(at_s=0, ref=MOUNT, connected=True, slewing=slewing))

    def _is_news(self, name: str, state: object) -> bool:
        """Whether a device is otherwise than when it was last looked at: reports take time."""
        if self._looked.get(name) == state:
            return False
        self._looked[name] = state
        return True

    def tell(
        self,
        name: str,
        report: DeviceReport | OffsetsDeclared | ServerDown,
        *,
        always: bool = False,
    ) -> None:
        """Send a report if it says anything new."""
        plain = report
        if isinstance(report, WheelReport) and report.baseline:
            plain = replace(report, baseline=False)
        if always:
            self._looked.pop(name, None)
        if always or self._told.get(name) != plain:
            self._told[name] = plain
            self.send(report)

    def deliver(self) -> None:
        """Hand rigd what has arrived by now."""
        world = self.world
        while self._wire and self._wire[0][0] <= world.now_s:
            _, report = self._wire.popleft()
            world.feed(replace(report, at_s=world.now_s))  # type: ignore[type-var]

    def focuser_report(self, ref: DeviceRef) -> FocuserReport:
        """What a focuser says of itself."""
        world = self.world
        focuser: FocuserBox = world.tube_of(ref).box
        if not focuser.connected:
            return FocuserReport(at_s=0, ref=ref, connected=False)
        moving = focuser.motion is not None and focuser.motion.asleep_s <= 0
        if moving:
            focuser.unread = None
        main = ref == FOCUSER  # the guide focuser says where it is and nothing else
        return FocuserReport(
            at_s=0,
            ref=ref,
            connected=True,
            position_steps=focuser.pos if focuser.unread is None else 0,
            position_alert=focuser.unread == "alert",
            moving=moving,
            min_steps=LOW,
            max_steps=HIGH,
            temperature_c=world.sensor.shows if main else None,
            temperature_at_s=world.sensor.said_at_s if main else None,
            reversed=focuser.reversed if main else None,
            temperature_compensation=focuser.compensates if main else None,
        )

    def _wheel_report(self) -> WheelReport:
        world = self.world
        wheel = world.wheel
        if not wheel.connected:
            return WheelReport(at_s=0, ref=WHEEL, connected=False)
        if wheel.complains is not None:
            return WheelReport(
                at_s=0,
                ref=WHEEL,
                connected=True,
                moving=wheel.complains == "busy",
                fault="no slot was found" if wheel.complains == "fault" else None,
                slots=len(world.settings.slots),
            )
        turning = wheel.to is not None
        baseline = not turning and not wheel.learnt
        wheel.learnt = wheel.learnt or not turning
        return WheelReport(
            at_s=0,
            ref=WHEEL,
            connected=True,
            filter_position=None if turning else wheel.position,
            moving=turning,
            baseline=baseline,
            slots=len(world.settings.slots),
        )

    def _program_report(self) -> OffsetsDeclared | ServerDown:
        program = self.world.program
        if not program.answers:
            return ServerDown(at_s=0, server=PROGRAM, reason="no answer")
        table = (("L", 0), ("R", 0), ("Ha", program.ha_steps))
        return OffsetsDeclared(
            at_s=0,
            server=PROGRAM,
            program="N.I.N.A.",
            address="10.0.0.5",
            applies=program.applies,
            offsets=tuple(
                ProgramOffset(filter_position=n, name=name, steps=steps)
                for n, (name, steps) in enumerate(table)
            ),
        )
