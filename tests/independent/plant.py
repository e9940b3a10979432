"""The physical devices: where focuser and wheels truly are, whatever they say. Virtual time."""

from collections.abc import Callable
from dataclasses import dataclass, field

GUIDE_FRAME_S = 1.5
"""How long a guide exposure takes at most."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Whose doing a motion is."""

    who: str
    """A rig's name, or that of a client or hand that commands the device itself."""
    is_rigs_own: bool
    """Whether the motion is rigd's own; a client's move through rigd is the client's."""
    number: int | None = None
    """Of rigd's command."""


@dataclass(slots=True)
class Order:
    """A command that a motor is to carry out."""

    target: int
    cause: Cause
    begins_s: float


Moved = Callable[[Cause, int, int], None]


@dataclass(slots=True, kw_only=True)
class Motor:
    """A focuser: one number that is true, and what it says of it.

    Positions here are physical. The focuser counts `physical + counter`; a counter changes when
    somebody sets it to zero, or the power goes.
    """

    position: int
    speed: float
    poll_s: float
    low: int = 0
    high: int = 60000
    counter: int = 0
    even: bool = False
    """Only even counts can be reached."""
    hides: bool = False
    """Moves of 5 steps or fewer are not shown."""
    stale_ok: bool = False
    """The first word after a motion carries the position of the poll before."""
    busy_at_once: bool = True
    """Whether it says that it moves from the command on, not from the motion on."""
    naps: list[float] = field(default_factory=list)
    """How late the next motions begin."""
    deaf: str = ""
    """Halts that it ignores: `until_moving`, `always`, or none."""
    endless: bool = False
    """It never says that it has arrived."""
    stall_after: int | None = None
    order: Order | None = None
    last_order: Order | None = None
    spins: bool = False
    """Arrived, and still saying that it moves."""
    alive: bool = True
    keeps_going: bool = True
    """Whether a motion goes on while the connection is lost."""
    temperature: float = 10.0
    probe_says: float | None = None
    """What a broken probe says instead."""
    shown: int = 0
    """Counts that it last said or would say from its cache."""
    shown_moving: bool = False
    next_poll_s: float = 0.0
    polls_after_rest: int = 0
    listeners: list[Moved] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = self.count

    @property
    def count(self) -> int:
        """The true position in the focuser's own counts."""
        return self.position + self.counter

    @property
    def at_rest(self) -> bool:
        """Whether nothing turns and nothing is going to."""
        return self.order is None and not self.spins

    def command(self, target_count: int, cause: Cause, now_s: float) -> None:
        """Take a target in counts."""
        target = min(max(target_count, self.low), self.high) - self.counter
        if self.even:
            target -= (target + self.counter) % 2
        nap = self.naps.pop(0) if self.naps else 0.0
        if self.hides and abs(target - self.position) <= 5:
            self.spins = False  # it is made, and not shown
            self._move_to(target, cause)
            self.order = None
            return
        self.order = Order(target, cause, now_s + nap)
        self.last_order = self.order
        self.spins = False
        self.next_poll_s = min(self.next_poll_s, now_s) + self.poll_s
        if self.busy_at_once:
            self.shown_moving = True

    def halt(self, now_s: float) -> None:
        """Stop, unless it is deaf."""
        if self.deaf == "always" or (
            self.deaf == "until_moving" and self.order is not None and now_s < self.order.begins_s
        ):
            return
        self.order = None
        self.spins = self.spins and self.endless

    def cut_power(self) -> None:
        """Stop wherever it is."""
        self.order = None
        self.spins = False

    def run(self, now_s: float, dt: float) -> None:
        """Let time pass."""
        order = self.order
        if order is None or now_s < order.begins_s:
            return
        reach = max(2, int(self.speed * min(dt, now_s - order.begins_s + 1e-9)))
        away = order.target - self.position
        step = max(-reach, min(reach, away))
        if self.stall_after is not None:
            step = max(-self.stall_after, min(self.stall_after, step))
            self.stall_after -= abs(step)
        self._move_to(self.position + step, order.cause)
        if self.stall_after is not None and self.stall_after <= 0:
            self.stall_after = None
            self.order = None
        elif self.position == order.target:
            self.order = None
            self.spins = self.endless

    def poll(self, now_s: float) -> bool:
        """Look as the driver does; whether there is something new to say."""
        if now_s + 1e-9 < self.next_poll_s and not (self.shown_moving and self.at_rest):
            return False
        self.next_poll_s = now_s + self.poll_s
        moving = self.spins or (
            self.order is not None and (self.busy_at_once or now_s >= self.order.begins_s)
        )
        was_moving, before = self.shown_moving, self.shown
        ends = was_moving and not moving
        is_hidden = self.hides and abs(self.count - self.shown) <= 5 and not was_moving
        if not (is_hidden or (ends and self.stale_ok)):
            self.shown = self.count
        self.shown_moving = moving
        return (was_moving, before) != (moving, self.shown) or moving

    @property
    def is_said(self) -> bool:
        """Whether its last word is the truth."""
        near = 5 if self.hides else 0
        return self.at_rest and not self.shown_moving and abs(self.shown - self.count) <= near

    def _move_to(self, position: int, cause: Cause) -> None:
        before, self.position = self.position, position
        if position != before:
            for heard in self.listeners:
                heard(cause, before, position)


@dataclass(slots=True, kw_only=True)
class Guider:
    """A guiding program behind an off-axis guider."""

    runs: bool = False
    """Whether it guides, or would if it were not paused."""
    paused: bool = False
    deaf: bool = False
    """Whether it takes requests and does nothing."""
    asked: tuple[float, bool] | None = None
    """When it will do what it was asked for last: pause, or go on."""

    @property
    def guides(self) -> bool:
        """Whether a motion of the focuser would disturb it."""
        return self.runs and not self.paused

    def ask(self, now_s: float, *, paused: bool) -> None:
        """Take a request: it finishes its exposure first."""
        if not self.deaf:
            self.asked = (now_s + GUIDE_FRAME_S, paused)

    def run(self, now_s: float) -> bool:
        """Let time pass; whether it has done what it was asked for, which it says then."""
        if self.asked is None or now_s < self.asked[0]:
            return False
        self.paused, self.asked = self.asked[1], None
        return True


@dataclass(slots=True, kw_only=True)
class Carousel:
    """A filter wheel, with a motor or turned by hand."""

    slots: int
    slot: int
    s_per_slot: float
    manual: bool = False
    naps: list[float] = field(default_factory=list)
    jams: bool = False
    target: int | None = None
    begins_s: float = 0.0
    turns_until_s: float = 0.0
    fault: str | None = None
    shown: int | None = None
    shown_moving: bool = False
    told_baseline: bool = True
    """Whether the next position that it says is only where it was found."""

    def turn(self, slot: int, now_s: float) -> None:
        """Begin to turn."""
        self.fault = None
        nap = self.naps.pop(0) if self.naps else 0.0
        away = abs(slot - self.slot)
        away = min(away, self.slots - away)
        self.target = slot
        self.begins_s = now_s + nap
        self.turns_until_s = self.begins_s + away * self.s_per_slot

    def run(self, now_s: float) -> None:
        """Let time pass."""
        if self.target is None or now_s < self.turns_until_s or self.manual:
            return
        if self.jams:
            self.fault = "it jams"
        else:
            self.slot = self.target
        self.target = None

    @property
    def at_rest(self) -> bool:
        """Whether a filter is in the light."""
        return self.target is None

    def is_asleep(self, now_s: float) -> bool:
        """Whether it was told to turn, and has not begun: what was in the light is there still."""
        return self.target is not None and now_s < self.begins_s
