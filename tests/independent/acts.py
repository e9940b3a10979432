"""Everything that people, programs and accidents can do to an observatory, by name."""

from collections.abc import Callable
from dataclasses import replace

from rigd.devices.events import FocuserCommanded, FocuserReport
from rigd.focus.state.requests import (
    AdoptRequested,
    AutofocusReported,
    FilterRequested,
    HaltRequested,
    HoldRequested,
    ModeRequested,
    MoveRequested,
    ProfileChanged,
    ProfileChangeRequested,
    ReleaseRequested,
    SlotsComputed,
    TrainJudged,
    TrimRequested,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.independent.belief import Search
from tests.independent.machine import BUSY_S, Machine
from tests.independent.movers import note_empty_command, note_exposure, note_order
from tests.independent.observatory import Observatory
from tests.independent.plan import Act
from tests.independent.plant import Cause
from tests.independent.rigs import OTHER_WHEEL, filter_slots, focuser_ref, settings_of, wheel_of

ACTS: dict[str, Callable[..., None]] = {}
_DIRECT = [0]
ARRIVAL_S = 240.0
"""A focuser goes from one end to the other in less."""
HEARD_S = 60.0
"""So long after another's order that was heard its motion may still come."""
TOLD_S = 10.0
"""And so long after a motion its driver may tell where that has ended."""
STRAY_SHARE = 0.12
"""A place so much of the travel away, or farther, is seen to be left for a motion."""


def act(do: Callable[..., None]) -> Callable[..., None]:
    """Make a function an act."""
    ACTS[do.__name__] = do
    return do


def perform(world: Observatory, one: Act) -> None:
    """Let the time before an act pass, then do it."""
    world.pass_time(one.wait_s)
    ACTS[one.name](world, *one.args)
    world.pump()


def _machine(world: Observatory, rig: int) -> Machine:
    return world.machines[rig % len(world.machines)]


# Clients of rigd.


def _await_arrival(world: Observatory, machine: Machine, search: Search) -> None:
    """A program that focuses through rigd waits until rigd's focuser says that it has arrived."""
    end_s = world.now_s + ARRIVAL_S
    while machine.rig is not None and _is_on_its_way(machine.rig, search.mover):
        if world.now_s >= end_s:
            search.clear = False  # where it ended nobody can tell
            return
        world.pass_time(0.5)


def _is_on_its_way(rig: Rig, client: str) -> bool:
    """Whether a client's own move is not over yet."""
    moves = rig.move is not None and rig.move.by_client and rig.move.by == client
    return moves or (rig.queued is not None and rig.queued.client == client)


@act
def ask(world: Observatory, rig: int, slot: int, client: str = "program") -> None:
    """A client asks for a filter."""
    machine = _machine(world, rig)
    watch = world.judge.watches[machine.name]
    if slot >= len(watch.glasses):
        return
    search = watch.searches.get(client)
    if search is not None and search.ever_exposed:
        _await_arrival(world, machine, search)
    world.feed(machine, FilterRequested(at_s=world.now_s, filter_position=slot, client=client))


@act
def move(world: Observatory, rig: int, steps: int, client: str = "program") -> None:
    """A client moves the virtual focuser by so many steps from where it shows itself."""
    machine = _machine(world, rig)
    if machine.rig is not None:
        shown = logical_steps(machine.rig)
        # Where it shows no position its human goes by what the focuser itself says.
        target = (world.focuser.shown if shown is None else shown) + steps
        asked = MoveRequested(at_s=world.now_s, position_steps=target, client=client)
        world.feed(machine, asked)


@act
def halt(world: Observatory, rig: int) -> None:
    """A client stops the motor."""
    world.feed(_machine(world, rig), HaltRequested(at_s=world.now_s, client="program"))


@act
def hold(world: Observatory, rig: int, on: bool) -> None:
    """A human says hands off, or that it is over."""
    asked = HoldRequested(at_s=world.now_s, client="human", hold=on)
    world.feed(_machine(world, rig), asked)


@act
def release(world: Observatory, rig: int, device: str) -> None:
    """A human gives a device up that does not answer: `focuser` or `wheel`."""
    asked = ReleaseRequested(at_s=world.now_s, device=device, client="human")
    world.feed(_machine(world, rig), asked)


@act
def adopt(world: Observatory, rig: int) -> None:
    """A human says that the focus is right."""
    world.feed(_machine(world, rig), AdoptRequested(at_s=world.now_s, client="human"))


@act
def trim(world: Observatory, rig: int, steps: int) -> None:
    """A human sets the trim."""
    asked = TrimRequested(at_s=world.now_s, trim_steps=steps, client="human")
    world.feed(_machine(world, rig), asked)


@act
def mode(world: Observatory, rig: int, to: str) -> None:
    """A human switches the mode."""
    machine = _machine(world, rig)
    settings = machine.rig.settings if machine.rig else None
    if to == "apply" and settings is not None and world.find_applier(settings) is not None:
        return  # refused before it reaches the rig
    asked = ModeRequested(at_s=world.now_s, client="human", mode=Mode(to), confirmed=True)
    world.feed(machine, asked)


@act
def report(world: Observatory, rig: int) -> None:
    """A program says that its autofocus is over."""
    machine = _machine(world, rig)
    for search in list(world.judge.watches[machine.name].searches.values()):
        _await_arrival(world, machine, search)
    world.feed(_machine(world, rig), AutofocusReported(at_s=world.now_s))


@act
def edit(world: Observatory, rig: int, slot: int, steps: int) -> None:
    """A human, or a fit, changes an offset."""
    machine = _machine(world, rig)
    watch = world.judge.watches[machine.name]
    glass = watch.glass(slot)
    if machine.rig is None or glass is None or glass.offset is None:
        return
    if slot == 0 or glass.group == glass.key:
        return  # that others count from it is what its offset means
    watch.known_offsets.setdefault(glass.key, set()).update(watch.offsets_of(glass.key))
    fresh = replace(glass, offset=steps)
    watch.glasses = tuple(fresh if n == slot else g for n, g in enumerate(watch.glasses))
    slots = filter_slots(watch.glasses)
    machine.configured = replace(machine.configured, slots=slots)
    path = machine.rig.settings.light_path_id
    world.feed(machine, SlotsComputed(at_s=world.now_s, slots=slots, light_path_id=path))


@act
def profile(world: Observatory, rig: int, other: bool, over: bool) -> None:
    """A human switches the equipment profile."""
    machine = _machine(world, rig)
    if machine.rig is None or world.plan.wheel == "stacked":
        return
    asked = ProfileChangeRequested(at_s=world.now_s, client="human")
    step = world.feed(machine, asked)
    if step is None or step.refusal is not None or machine.rig is None:
        return
    watch = world.judge.watches[machine.name]
    for glass in watch.glasses:  # a filter of both: an offset counts from the next change on
        before = watch.offsets_of(glass.key)
        watch.known_offsets.setdefault(glass.key, set()).update(before)
    lit = world.lit_slot(machine.name)
    was = world.lit_key(machine.name)
    watch.glasses = OTHER_WHEEL if other else wheel_of(world.plan)
    now = watch.glass(lit)
    if now is None or now.key != was:
        watch.excuse("the filter in the light has another name")
    here = machine.rig.settings.light_path_id
    path = ("path one" if here == "path two" else "path two") if over else here
    number = world.machines.index(machine)
    settings = settings_of(world.plan, number, watch.glasses, path)
    machine.configured = settings
    changed = ProfileChanged(
        at_s=world.now_s, settings=settings, starts_over=over, sentence="another profile"
    )
    world.feed(machine, changed)
    if world.is_manual() and machine.rig is not None:
        world.carousels[machine.name][0].told_baseline = True
        world.carousels[machine.name][0].target = None
        world.say_wheel(machine.name)


# The sky and the camera.


@act
def expose(world: Observatory, seconds: float) -> None:
    """A frame begins."""
    if world.camera_busy:
        return
    world.camera_busy = True
    world.camera_until_s = world.now_s + seconds
    note_exposure(world.judge, visible=world.plan.camera == "visible")
    world.say_camera()


@act
def slew(world: Observatory, seconds: float) -> None:
    """The mount slews."""
    world.slewing, world.slewing_until_s = True, world.now_s + seconds
    for watch in world.judge.watches.values():
        watch.disturb("a slew")
    world.say_mount()


@act
def guide(world: Observatory, on: bool) -> None:
    """The guider begins to guide, or stops."""
    world.guider.runs = on
    for watch in world.judge.watches.values():
        watch.disturb("guiding")
    world.say_guider()


@act
def deafen_guider(world: Observatory, on: bool) -> None:
    """The guider does not do what it is asked for, or does again."""
    world.guider.deaf = on
    for watch in world.judge.watches.values():
        watch.disturb("the guider does not answer")


@act
def firmware(world: Observatory, on: bool) -> None:
    """The focuser's firmware compensates the temperature, or no longer."""
    world.firmware_follows = on
    for watch in world.judge.watches.values():
        watch.disturb("firmware compensation")
    world.say_focuser()


@act
def mismatch(world: Observatory, on: bool) -> None:
    """What is seen of the light path contradicts the profile, or no longer."""
    world.mismatch = on
    sentence = "another telescope" if on else None
    for machine in world.machines:
        world.judge.watches[machine.name].disturb("mismatch")
        world.feed(machine, TrainJudged(at_s=world.now_s, mismatch=sentence))


@act
def warm(world: Observatory, degrees: float) -> None:
    """It gets warmer, or colder."""
    world.focuser.temperature += degrees
    world.say_focuser()


@act
def break_probe(world: Observatory, says: float | None) -> None:
    """The focuser's thermometer says one thing for ever, or is mended."""
    world.focuser.probe_says = says
    world.say_focuser()


# Hands and programs at the devices themselves.


@act
def turn(world: Observatory, rig: int, slot: int) -> None:
    """Another program turns the real wheel."""
    machine = _machine(world, rig)
    carousels = world.carousels[machine.name]
    if world.is_manual():
        return
    for part in reversed(range(len(carousels))):
        slot, to = divmod(slot, carousels[part].slots)
        stands = carousels[part].target is None and carousels[part].slot == to
        # Where it is turned to already, nobody could tell whose turn it then is.
        if not stands and carousels[part].target != to:
            carousels[part].turn(to, world.now_s)
            world.note_turn(machine.name, "hand")
            world.say_wheel(machine.name, part)


@act
def swap(world: Observatory, rig: int, slot: int) -> None:
    """A human puts a filter in, and says so."""
    machine = _machine(world, rig)
    glass = world.judge.watches[machine.name].glass(slot)
    if not world.is_manual() or machine.rig is None or glass is None:
        return
    world.hand_key[machine.name] = machine.disk.swapped = glass.key
    one = world.carousels[machine.name][0]
    known = machine.rig.filter_position is not None or machine.rig.change is not None
    change = machine.rig.change
    asked_for = change is not None and change.to_position == slot
    if change is not None and not asked_for:
        world.judge.watches[machine.name].disturb("another filter was put in")
    world.note_turn(machine.name, "rigd" if asked_for else "hand")
    one.target = None
    one.told_baseline = not known
    world.say_wheel(machine.name)


@act
def push(world: Observatory, steps: int) -> None:
    """Another program moves the focuser itself."""
    motor = world.focuser
    if not world.focuser_link:
        return
    _DIRECT[0] += 1
    cause = Cause("direct", is_rigs_own=False, number=_DIRECT[0])
    target = motor.count + steps
    note_order(world.judge)
    if world.plan.echo:
        for number, machine in enumerate(world.machines):
            heard = FocuserCommanded(
                at_s=world.now_s,
                ref=focuser_ref(number),
                target_steps=target,
                stood_steps=motor.shown,
            )
            world.inbox.append((machine, heard))
    motor.command(target, cause, world.now_s)
    if motor.order is not None and motor.order.target == motor.position:
        note_empty_command(world.judge)
    world.focuser_said_s = world.now_s
    world.say_focuser()


@act
def nudge(world: Observatory, steps: int) -> None:
    """A hand turns the knob."""
    motor = world.focuser
    if motor.order is not None:
        return
    _DIRECT[0] += 1
    cause = Cause("direct", is_rigs_own=False, number=_DIRECT[0])
    motor.speed, speed = 1e9, motor.speed
    motor.command(motor.count + steps, cause, world.now_s)
    motor.run(world.now_s + 60.0, 60.0)
    motor.speed = speed
    motor.poll(motor.next_poll_s)
    world.say_focuser()


# Accidents.


@act
def nap(world: Observatory, seconds: float) -> None:
    """The focuser's next motion begins late."""
    world.focuser.naps.append(seconds)


@act
def nap_wheel(world: Observatory, rig: int, seconds: float) -> None:
    """The wheel's next turn begins late."""
    machine = _machine(world, rig)
    world.carousels[machine.name][0].naps.append(seconds)
    if seconds > 1.5:
        world.judge.watches[machine.name].disturb("slow wheel")


@act
def deaf(world: Observatory, how: str) -> None:
    """The focuser ignores halts: `until_moving`, `always`, or not at all."""
    world.focuser.deaf = how


@act
def stall(world: Observatory, steps: int) -> None:
    """The focuser's next motion ends after so many steps."""
    world.focuser.stall_after = steps
    for watch in world.judge.watches.values():
        watch.disturb("stall")
        if world.now_s - watch.foreign_s < 300:
            watch.excuse("a stall soon after another mover")


@act
def endless(world: Observatory, on: bool) -> None:
    """The focuser says for ever that it moves, or no longer."""
    world.focuser.endless = on
    if not on and world.focuser.spins:
        world.focuser.spins = False
    for watch in world.judge.watches.values():
        watch.disturb("endless")


@act
def jam(world: Observatory, rig: int, on: bool) -> None:
    """The wheel jams, or no longer."""
    machine = _machine(world, rig)
    one = world.carousels[machine.name][0]
    one.jams = on
    world.judge.watches[machine.name].disturb("jam")
    if not on and one.fault is not None:
        one.fault = None
        world.say_wheel(machine.name)


@act
def lose(world: Observatory, what: str, stops: bool = False) -> None:
    """A connection is lost: `focuser`, `wheel` or `all`; the motor may stop with it."""
    world.lose(focuser=what != "wheel", wheel=what != "focuser" and not world.is_manual())
    if stops and what != "wheel":
        world.focuser.cut_power()


@act
def find(world: Observatory, glitch: bool = False) -> None:
    """Connections stand again; the focuser may say 0 before it has looked."""
    focuser = not world.focuser_link
    wheels = {name: not link for name, link in world.links.items()}
    world.focuser_link = True
    motor = world.focuser
    if focuser:  # otherwise its driver looks when it is due, and says what is new
        motor.shown_moving = False
        motor.poll(motor.next_poll_s)
    for name in wheels:
        world.links[name] = True
    for machine in world.machines:
        if machine.rig is None:
            continue
        if focuser and glitch:
            world.judge.watches[machine.name].foreign_s = world.now_s  # so it looks
            number = world.machines.index(machine)
            world.inbox.append((machine, _zero(world, number)))
        world.introduce(machine, focuser=focuser, wheel=wheels[machine.name])
    if focuser:
        motor.next_poll_s = world.now_s


def _zero(world: Observatory, number: int) -> FocuserReport:
    return FocuserReport(
        at_s=world.now_s,
        ref=focuser_ref(number),
        connected=True,
        position_steps=0,
        min_steps=world.focuser.low,
        max_steps=world.focuser.high,
    )


def _may_go_on(world: Observatory, machine: Machine) -> bool:
    """Whether the focuser may still be on its way, or what is in its position may be unknown."""
    watch, over = world.judge.watches[machine.name], {"done", "turned"}
    outcomes = machine.disk.outcomes
    arrived = max((n for n, result in outcomes.items() if result in over), default=0)
    late = any(n > arrived and n in watch.told for n in watch.purposes)
    heard_s = HEARD_S if world.plan.echo else TOLD_S
    seen = world.now_s - max(watch.foreign_s, watch.sees_since_s) > heard_s
    return late or not seen or bool(watch.excuses) or watch.is_unended


@act
def stray(world: Observatory, count: int, seconds: float) -> None:
    """For a moment the focuser's driver says, at rest, a place that it has not read.

    So far away that a motion to there would have been seen, and for so short that none would be
    over; and not where another order, or one of before, may lead there.
    """
    motor = world.focuser
    far = abs(count - motor.count) > STRAY_SHARE * (motor.high - motor.low)
    if not far or not motor.is_said or not world.focuser_link:
        return
    if any(_may_go_on(world, machine) for machine in world.machines):
        return
    world.stray_count, world.focuser_said_s = count, world.now_s
    world.say_focuser()
    world.pass_time(seconds)
    world.stray_count, world.focuser_said_s = None, world.now_s
    world.say_focuser()


@act
def misread(world: Observatory, state: str) -> None:
    """The focuser is connected anew, its driver does not read it, and says 0 for ever.

    Not near 0, where nobody could tell it from a place that was read.
    """
    motor = world.focuser
    if motor.count < STRAY_SHARE * (motor.high - motor.low) or not world.focuser_link:
        return
    world.lose(focuser=True, wheel=False)
    for watch in world.judge.watches.values():
        watch.excuse("not read")
    world.pass_time(2.0)
    world.unread, world.stray_count = state, 0
    find(world)


@act
def rehome(world: Observatory, rig: int, slot: int) -> None:
    """A wheel that nobody watches goes to another slot."""
    machine = _machine(world, rig)
    if world.is_manual() or (world.links[machine.name] and machine.rig is not None):
        return
    one = world.carousels[machine.name][0]
    one.slot, one.target, one.fault = slot % one.slots, None, None
    world.turned_by[machine.name] = "nobody"


@act
def hiccup(world: Observatory, rig: int) -> None:
    """The wheel complains for a moment, and stands where it stood."""
    machine = _machine(world, rig)
    one = world.carousels[machine.name][0]
    if world.is_manual() or not one.at_rest or not world.links[machine.name]:
        return
    one.fault = "it does not answer"
    world.turned_by[machine.name] = "nobody"
    world.say_wheel(machine.name)
    world.pass_time(3.0)
    one.fault = None
    world.say_wheel(machine.name)


def _may_end_at(world: Observatory, machine: Machine, count: int) -> bool:
    """Whether a move of a rig's own that was not read back at its target was to end here."""
    watch, over = world.judge.watches[machine.name], {"done", "turned"}
    late = (
        purpose.target + world.focuser.counter
        for number, purpose in watch.purposes.items()
        if purpose.cause.is_rigs_own and machine.disk.outcomes.get(number) not in over
    )
    return any(abs(place - count) <= world.judge.near for place in late)


@act
def power(world: Observatory, count: int) -> None:
    """The focuser's power goes and comes: it counts from elsewhere."""
    # Not from where a move of rigd's was to end that may still begin: nobody could tell the two.
    if any(_may_end_at(world, machine, count) for machine in world.machines):
        return
    world.lose(focuser=True, wheel=False)
    motor = world.focuser
    motor.cut_power()
    motor.counter = count - motor.position
    for watch in world.judge.watches.values():
        watch.excuse("the focuser counts anew")
        watch.moved_blind = True
        watch.foreign_s = world.now_s  # so it looks
        for search in watch.searches.values():
            search.clear = False  # in its counts it may end where it began
    world.pass_time(2.0)
    find(world)


@act
def kill(world: Observatory, rig: int, down_s: float) -> None:
    """rigd's process ends, and starts again some time later."""
    machine = _machine(world, rig)
    if machine.rig is not None:
        world.kill(machine, down_s)


@act
def doom(world: Observatory, rig: int, effects: int) -> None:
    """rigd's process ends between two of the next effects."""
    machine = _machine(world, rig)
    if machine.rig is not None:
        machine.dies_in = effects
        world.judge.watches[machine.name].disturb("about to die")


@act
def lock(world: Observatory, rig: int, seconds: float) -> None:
    """Somebody holds a lock on the database."""
    machine = _machine(world, rig)
    machine.locked_until_s = world.now_s + seconds
    if seconds >= BUSY_S:
        world.judge.watches[machine.name].disturb("disk")


@act
def lower_maximum(world: Observatory, high: int) -> None:
    """The focuser's maximum is set."""
    world.focuser.high = high
    world.say_focuser()


@act
def wait(world: Observatory) -> None:
    """Nothing."""
    del world
