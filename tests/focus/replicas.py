"""Replicas of how capture programs change a filter, *scripted from their sources*; none is a copy.

The sources are those that `tests/focus/test_second_applier.py` names. A replica sees a wheel and a
focuser through ports: rigd's virtual ones (in-path) or the real ones (direct). It is resumed once
per interval of the world and exposes as soon as it believes that it may.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from rigd.focus.published_offsets import published_offsets
from tests.focus.world import DT_S, World

OFFSETS = (0, 40, -25)
"""What the filters truly need, and what every program has in its own table."""
START = 30000
"""Where the first filter is in focus."""
LOOP_S = 120.0
"""N.I.N.A. goes on for ten minutes; a replica that gives up here would fight as long."""
EKOS_PAUSE_S = 0.5
"""From the wheel's or the focuser's Ok to the exposure of a sequence."""
Doing = Iterator[None]


class Ports(Protocol):
    """A wheel and a focuser as a program sees them."""

    def turn(self, to: int) -> bool:
        """Ask for a filter; False if that was refused."""

    def filter(self) -> int | None:
        """The filter in the light; None while the wheel turns."""

    def move(self, target: int) -> None:
        """Ask for a position."""

    def position(self) -> int:
        """Where the focuser says it is."""

    def offsets(self) -> tuple[int, ...]:
        """FocusOffsets of the wheel."""


class Virtual:
    """Rigd's wheel and focuser."""

    def __init__(self, world: World, client: str) -> None:
        self.world, self.client = world, client

    def turn(self, to: int) -> bool:
        step = self.world.ask_filter(to, self.client)
        return step is not None and step.refusal is None

    def filter(self) -> int | None:
        return self.world.shown_filter

    def move(self, target: int) -> None:
        self.world.ask_move(target, self.client)

    def position(self) -> int:
        rig = self.world.rig
        moving = rig is not None and rig.move is not None and rig.move.by_client
        if rig is not None and moving:
            return self.world.focuser.pos - rig.ledger.shift_steps
        return self.world.shown_steps or 0

    def offsets(self) -> tuple[int, ...]:
        assert self.world.rig is not None
        return published_offsets(self.world.rig)[0]


class Real:
    """The devices themselves."""

    def __init__(self, world: World) -> None:
        self.world = world

    def turn(self, to: int) -> bool:
        self.world.turn_wheel(to)
        return True

    def filter(self) -> int | None:
        return self.world.wheel.position if self.world.wheel.to is None else None

    def move(self, target: int) -> None:
        self.world.move_plainly(target)

    def position(self) -> int:
        return self.world.focuser.pos

    def offsets(self) -> tuple[int, ...]:
        return (0,) * 5


class Program:
    """A program that knows no offsets."""

    name = "Voyager, and any program with its offsets off"
    does = "asks for the filter and exposes as soon as it is there"
    steps_per_interval = 5
    """How fast the focuser is."""

    def __init__(self, ports: Ports, own: Sequence[int] = OFFSETS, selected: int = 0) -> None:
        self.ports = ports
        self.own = own
        """Its own table."""
        self.selected = selected
        self.fights = 0
        """How often a loop on the position gave up."""

    def change(self, to: int) -> Doing:
        """One filter change, to the moment at which it exposes."""
        yield from self.turned(to)
        self.selected = to

    def between(self) -> Doing:
        """What it does between two changes."""
        yield

    def turned(self, to: int) -> Doing:
        """Ask until it is accepted, then poll until it is there."""
        while not self.ports.turn(to):
            yield
        while self.ports.filter() != to:
            yield

    def paused(self, seconds: float) -> Doing:
        """Let time pass."""
        for _ in range(round(seconds / DT_S)):
            yield

    def arrived(self, target: int, *, again: bool = False) -> Doing:
        """Move and poll the position; N.I.N.A. commands again in its loop."""
        self.ports.move(target)
        left = round(LOOP_S / DT_S)
        while self.ports.position() != target:
            yield
            left -= 1
            if left == 0:
                self.fights += 1
                return
            if again:
                self.ports.move(target)


class Nina(Program):
    """Offsets of its own, by hand."""

    name = "N.I.N.A., offsets on, filled in by hand"
    does = "moves by the difference in parallel with the wheel: `while position != target: move`"

    def table(self) -> tuple[int, ...]:
        """Its offsets."""
        return tuple(self.own)

    def change(self, to: int) -> Doing:
        table = self.table()
        delta = table[to] - table[self.selected]
        turning = self.turned(to)
        next(turning, None)
        if delta:
            yield from self.arrived(self.ports.position() + delta, again=True)
        yield from turning
        self.selected = to


class NinaCopies(Nina):
    """The table copied from the wheel when it first connected."""

    name = "N.I.N.A., offsets on, copied from the wheel once"
    does = "as above, with `FocusOffsets` as they were at its first connection"

    def __init__(self, ports: Ports, own: Sequence[int] = OFFSETS, selected: int = 0) -> None:
        super().__init__(ports, own, selected)
        self.kept = ports.offsets()

    def table(self) -> tuple[int, ...]:
        return self.kept


class Ekos(Program):
    """After the wheel, as `./dev ekos` has measured it."""

    name = "Ekos"
    does = "moves by the difference once the wheel has arrived, and exposes 0.5 s later"

    def change(self, to: int) -> Doing:
        yield from self.turned(to)
        delta = self.own[to] - self.own[self.selected]
        self.selected = to
        if delta:
            yield from self.arrived(self.ports.position() + delta)
        yield from self.paused(EKOS_PAUSE_S)


class Ccdciel(Program):
    """After a poll, from a position of before."""

    name = "CCDciel"
    does = "sees the filter in a poll of 1 s, moves from the position in its window, waits for none"

    def change(self, to: int) -> Doing:
        shown = self.ports.position()
        yield from self.turned(to)
        for _ in range(4):
            yield
        delta = self.own[to] - self.own[self.selected]
        self.selected = to
        if delta:
            self.ports.move(shown + delta)


class Indigo(Program):
    """Before the wheel."""

    name = "INDIGO's imager agent"
    does = "moves by the difference, and turns the wheel when the focuser has arrived"

    def change(self, to: int) -> Doing:
        delta = self.own[to] - self.own[self.selected]
        if delta:
            yield from self.arrived(self.ports.position() + delta)
        yield from self.turned(to)
        self.selected = to


class Apt(Program):
    """The wheel's table, read at every change."""

    name = "APT, its table empty"
    does = "moves by the difference of the wheel's `FocusOffsets` at every change"

    def change(self, to: int) -> Doing:
        yield from self.turned(to)
        table = self.ports.offsets()
        delta = table[to] - table[self.selected]
        self.selected = to
        if delta:
            yield from self.arrived(self.ports.position() + delta)


class Model(Program):
    """A model of the focus, filters included."""

    name = "pyobs, RTS2: a model with a term for the filter"
    does = "sends the sum of its model after the change and again every 30 s"

    def __init__(self, ports: Ports, own: Sequence[int] = OFFSETS, selected: int = 0) -> None:
        super().__init__(ports, own, selected)
        self.base = ports.position() - self.term(selected)

    def change(self, to: int) -> Doing:
        yield from self.turned(to)
        self.selected = to
        yield from self.arrived(self.base + self.term(to))

    def between(self) -> Doing:
        for _ in range(round(30 / DT_S)):
            yield
        self.ports.move(self.base + self.term(self.selected))

    def term(self, to: int) -> int:
        """The filter's part of the model."""
        return self.own[to]


class PlainModel(Model):
    """A model of the focus, of temperature alone."""

    name = "pyobs: a model without filters"
    does = "sends the same position after the change and again every 30 s"

    def term(self, to: int) -> int:
        return 0


class Autofocus(Program):
    """A search for focus after every change."""

    name = "any program that focuses on every filter"
    does = "changes, moves through a V-curve with exposures, and ends at the sharpest place"

    def __init__(self, ports: Ports, world: World) -> None:
        super().__init__(ports)
        self.world = world

    def change(self, to: int) -> Doing:
        yield from super().change(to)
        sharp = self.ports.position() + START + OFFSETS[to] - self.world.focuser.pos
        for away in (60, 30, 0, -30, 0):
            yield from self.arrived(sharp + away)
            self.world.expose(1.0)
            while self.world.camera_left_s > 0:
                yield


class EkosFocuses(Autofocus):
    """An autofocus behind another filter, in the order that `./dev ekos` has measured."""

    name = "Ekos, an autofocus behind R, a fast focuser"
    does = "moves far out and half back, *then* turns to R, searches inwards; Ha and L without one"
    steps_per_interval = 200

    def change(self, to: int) -> Doing:
        if to != 1:
            yield from self.turned(to)
            yield from self.paused(EKOS_PAUSE_S)
            return
        yield from self.set_out()
        yield from self.turned(to)
        self.selected = to
        yield from self.exposed()
        yield from self.searched(to)

    def set_out(self) -> Doing:
        """Move far out and half back."""
        start = self.ports.position()
        yield from self.arrived(start + 100)
        yield from self.arrived(start + 50)

    def searched(self, to: int) -> Doing:
        """Search inwards from there, and go to the sharpest place."""
        sharp = self.ports.position() + START + OFFSETS[to] - self.world.focuser.pos
        for steps in (53, 28, 3, -22, -47):  # a search seldom passes just where it will end
            yield from self.exposed()
            yield from self.arrived(sharp + steps)
        yield from self.arrived(sharp + 50)
        yield from self.arrived(sharp)
        yield from self.exposed()

    def exposed(self) -> Doing:
        """A frame of 1 s."""
        self.world.expose(1.0)
        while self.world.camera_left_s > 0:
            yield


class EkosFocusesAlways(EkosFocuses):
    """An autofocus at every filter change of a sequence, as `./dev ekos` has measured it."""

    name = "Ekos, an autofocus at every filter change"
    does = "turns the wheel and exposes once, *then* moves far out and half back and searches"
    steps_per_interval = 5

    def change(self, to: int) -> Doing:
        yield from self.turned(to)
        self.selected = to
        yield from self.exposed()
        yield from self.set_out()
        yield from self.searched(to)


PROGRAMS: tuple[type[Program], ...] = (
    Program,
    Nina,
    NinaCopies,
    Ekos,
    Ccdciel,
    Indigo,
    Apt,
    Model,
    PlainModel,
    Autofocus,
    EkosFocuses,
    EkosFocusesAlways,
)
