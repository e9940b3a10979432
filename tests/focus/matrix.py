"""An evening of each replica beside rigd: what every frame was, and what rigd did and said."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from rigd.devices.events import DeviceSeen
from rigd.devices.identity import DeviceIdentity, DeviceKind, WireProtocol
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.settings import Mode
from tests.focus.judge import Judge
from tests.focus.night import SLOTS, WHEEL
from tests.focus.replicas import OFFSETS, START, Autofocus, Program, Real, Virtual
from tests.focus.world import DT_S, World

ORDER = (1, 2, 0) * 4
EXPOSURE_S = 60.0
PAUSE_S = 10.0
AT_REST_S = 2.0
"""While nothing is under way, so long nobody looks: an evening is mostly frames."""
LIMIT_S = 400.0
"""A change that takes longer than this never ends."""


ON_INDI = DeviceIdentity(
    ref=WHEEL, protocol=WireProtocol.INDI, name="Wheel", kinds=frozenset({DeviceKind.FILTERWHEEL})
)


class Evening(World):
    """A world that keeps what rigd says; the frames judge, not the invariants."""

    def __init__(self, mode: Mode, *, echo: bool, steps_per_interval: int) -> None:
        self.said: list[DiaryLine] = []
        super().__init__(mode=mode, position=START, slots=SLOTS[: len(OFFSETS)], echo=echo)
        self.judge = Unjudged(self)
        if echo:  # only at an INDI server are commands heard
            self.feed(DeviceSeen(at_s=0, identity=ON_INDI))
        self.focuser.rate = steps_per_interval
        self.pass_time(1)

    def feed(self, event):  # type: ignore[no-untyped-def]  # as World's
        step: Step | None = super().feed(event)
        if step is not None:
            self.said += [e for e in step.effects if isinstance(e, DiaryLine)]
        return step


class Unjudged(Judge):
    """Invariants of a world in which every move can be told apart do not hold here."""

    def started(self) -> None:
        """Nothing."""

    def step(self, *_: object) -> None:
        """Nothing."""

    def commanded(self, *_: object) -> None:
        """Nothing."""

    def rest(self) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Cell:
    """How an evening went."""

    frames: tuple[str, ...]
    """Of each frame: in focus, twice, never, moving, or how far off."""
    stood_down_at: int | None
    """At which change rigd stood down, counted from 1."""
    fights: int
    unknown: bool
    warnings: tuple[str, ...]

    @property
    def text(self) -> str:
        """In short."""
        counts = Counter(self.frames).most_common()
        text = ", ".join(f"{count} {kind}" for kind, count in counts)
        if self.stood_down_at is not None:
            text += f"; **stands down** at change {self.stood_down_at}"
        if self.unknown:
            text += "; focus **unknown**, moves nothing"
        if self.fights:
            text += f"; its loop gave up {self.fights} times"
        return text


@cache
def evening(program: type[Program], mode: Mode, *, in_path: bool, echo: bool = False) -> Cell:
    """Twelve changes of a program, with a frame after each."""
    world = Evening(mode, echo=echo, steps_per_interval=program.steps_per_interval)
    ports = Virtual(world, program.__name__) if in_path else Real(world)
    acts = program(ports, world) if issubclass(program, Autofocus) else program(ports)
    frames: list[str] = []
    stood_down_at: int | None = None
    for number, to in enumerate(ORDER, start=1):
        left = round(LIMIT_S / DT_S)
        for _ in acts.change(to):
            world.pass_time(DT_S)
            left -= 1
            assert left, f"{program.__name__}: change {number} never ends"
        frames.append(_frame(world, OFFSETS[to]))
        _wait(world)
        for _ in acts.between():
            world.pass_time(DT_S)
        if stood_down_at is None and world.rig is not None and world.rig.stood_down:
            stood_down_at = number
    assert world.rig is not None
    warnings = [t.sentence for t in world.said if t.severity is Severity.WARNING]
    return Cell(
        frames=tuple(frames),
        stood_down_at=stood_down_at,
        fights=acts.fights,
        unknown=world.rig.ledger.embodied is None,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _wait(world: World) -> None:
    """Let the pause between a frame and what the program does next go by."""
    end_s = world.now_s + PAUSE_S
    while world.now_s < end_s:
        world.pass_interval(AT_REST_S if world.quiet else DT_S)


def _frame(world: World, offset: int) -> str:
    """Expose, and say what the frame is."""
    world.expose(EXPOSURE_S)
    begun_at = world.focuser.pos
    positions = {begun_at}
    while world.camera_left_s > 0:
        positions.add(world.focuser.pos)
        world.pass_interval(AT_REST_S if world.quiet else DT_S)
    if len(positions) > 1:
        return "moved during the exposure"
    off = begun_at - START - offset
    if off == 0:
        return "in focus"
    if offset and off == offset:
        return "with the offset twice"
    if offset and off == -offset:
        return "without the offset"
    return f"off by {off:+d} steps"
