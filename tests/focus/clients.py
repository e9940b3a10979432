"""Nine behaviours of clients, in-path through rigd or direct at the real devices.

Each is a generator that is resumed once per interval of the world; scripted after what the
programs' sources do at a filter change, with bounded loops.
"""

from collections.abc import Callable, Iterator

from rigd.focus.state.settings import Mode
from tests.focus.world import World

Client = Iterator[None]
LOOPS = 40
TABLE = (0, 40, -25, 15, 0)
"""The offsets that a client keeps of its own."""


def _wait(intervals: int) -> Client:
    for _ in range(intervals):
        yield


def _turn(world: World, to: int, name: str, *, direct: bool) -> Client:
    """Ask for a filter and poll until it is there."""
    if direct:
        world.turn_wheel(to)
    else:
        step = world.ask_filter(to, name)
        if step is None or step.refusal is not None:
            return
    for _ in range(LOOPS):
        there = world.wheel.to is None if direct else world.shown_filter == to
        if there:
            return
        yield


def _where(world: World, *, direct: bool) -> int:
    return world.focuser.pos if direct else (world.shown_steps or 0)


def _move(world: World, target: int, name: str, *, direct: bool) -> None:
    if direct:
        world.move_foreign(target)
    else:
        world.ask_move(target, name)


def _delta(world: World, before: int, to: int, *, direct: bool) -> int:
    """What the client believes it must move: nothing where the wheel publishes zeros."""
    if not direct and world.settings.mode is not Mode.PUBLISH:
        return 0
    return TABLE[to] - TABLE[before]


def no_offsets(world: World, to: int, *, direct: bool) -> Client:
    """Changes the filter and exposes as soon as it is there."""
    yield from _turn(world, to, "plain", direct=direct)
    world.expose(3.0)
    yield from _wait(13)


def nina(world: World, to: int, *, direct: bool) -> Client:
    """Moves by its offset in parallel, and goes on `while position != target`."""
    delta = _delta(world, world.wheel.position, to, direct=direct)
    target = _where(world, direct=direct) + delta
    turning = _turn(world, to, "N.I.N.A.", direct=direct)
    next(turning, None)
    for _ in range(LOOPS):
        if _where(world, direct=direct) == target:
            break
        _move(world, target, "N.I.N.A.", direct=direct)
        yield
    yield from turning
    world.expose(3.0)
    yield from _wait(13)


def ekos(world: World, to: int, *, direct: bool) -> Client:
    """Moves by its offset once the wheel has arrived."""
    delta = _delta(world, world.wheel.position, to, direct=direct)
    yield from _turn(world, to, "Ekos", direct=direct)
    if delta:
        _move(world, _where(world, direct=direct) + delta, "Ekos", direct=direct)
    yield from _wait(6)
    world.expose(3.0)
    yield from _wait(13)


def ccdciel(world: World, to: int, *, direct: bool) -> Client:
    """Moves from the position that its window showed before the change."""
    cached = _where(world, direct=direct)
    delta = _delta(world, world.wheel.position, to, direct=direct)
    yield from _turn(world, to, "CCDciel", direct=direct)
    if delta:
        _move(world, cached + delta, "CCDciel", direct=direct)
    yield from _wait(8)


def indigo(world: World, to: int, *, direct: bool) -> Client:
    """Moves relatively beside the wheel, not while the firmware compensates."""
    delta = _delta(world, world.wheel.position, to, direct=direct)
    turning = _turn(world, to, "INDIGO", direct=direct)
    next(turning, None)
    if delta and not world.focuser.compensates:
        _move(world, _where(world, direct=direct) + delta, "INDIGO", direct=direct)
    yield from turning
    yield from _wait(4)


def reasserter(world: World, to: int, *, direct: bool) -> Client:
    """Sends the position of its focus model again and again, filter or not."""
    wanted = _where(world, direct=direct) + 5 * to
    for _ in range(4):
        _move(world, wanted, "model", direct=direct)
        yield from _wait(8)
    yield from _turn(world, to, "model", direct=direct)
    _move(world, wanted, "model", direct=direct)
    yield from _wait(8)


def autofocus(world: World, to: int, *, direct: bool) -> Client:
    """Changes to a filter, moves through a V curve with exposures, ends at its best."""
    yield from _turn(world, to, "autofocus", direct=direct)
    start = _where(world, direct=direct)
    for away in (60, 30, 0, -30):
        _move(world, start + away, "autofocus", direct=direct)
        yield from _wait(4)
        world.expose(1.0)
        yield from _wait(5)
    _move(world, start + 7, "autofocus", direct=direct)
    yield from _wait(6)


def focuser_first(world: World, to: int, *, direct: bool) -> Client:
    """Focuses on another filter as Ekos does: the focuser first, the wheel before the first frame.

    It goes out, some way back, and then inward; one time in three it fails and restores its start.
    """
    start = _where(world, direct=direct)
    for away in (80, 60):
        _move(world, start + away, "Ekos", direct=direct)
        yield from _wait(2)
    yield from _turn(world, to, "Ekos", direct=direct)
    for away in (60, 40, 20, 0, -20):
        _move(world, start + away, "Ekos", direct=direct)
        yield from _wait(2)
        world.expose(1.0)
        yield from _wait(5)
    found = 0 if (start + to) % 3 == 0 else 11
    _move(world, start + found, "Ekos", direct=direct)
    yield from _wait(4)


def table(world: World, to: int, *, direct: bool) -> Client:
    """Goes there and back with a table filled in by hand, whatever the wheel publishes."""
    there = to % 2 + 1
    before = 0
    for slot in (there, 0) * 3:
        yield from _turn(world, slot, "table", direct=direct)
        where = _where(world, direct=direct)
        _move(world, where + TABLE[slot] - TABLE[before], "table", direct=direct)
        before = slot
        yield from _wait(40)


BEHAVIOURS: tuple[Callable[..., Client], ...] = (
    no_offsets,
    nina,
    ekos,
    ccdciel,
    indigo,
    reasserter,
    autofocus,
    focuser_first,
    table,
)
