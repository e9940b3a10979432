"""What rigd says of itself, held against what the devices truly are."""

from dataclasses import replace

from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from rigd.view.status import why_not_trusted
from tests.independent.belief import claim
from tests.independent.claimed import check_nobodys_focus
from tests.independent.machine import Machine
from tests.independent.moment import Bench, Moment
from tests.independent.rules import Rule
from tests.independent.watch import Claim, Healthy, Watch

SETTLED_S = 10.0
"""So long after the last motion or word of the focuser rigd must have understood it."""
HEEDED_S = 60.0
"""So long may a client's move wait for a change."""
LONGEST_TURN_S = 240.0
"""So long may a client read -1 at a healthy wheel, whatever becomes of the focuser."""


def check_claims(judge: Bench, machine: Machine, watch: Watch) -> None:
    """Compare every claim with the truth, as far as rigd can have been told the truth."""
    rig = machine.rig
    if rig is None:
        return
    unknown = rig.ledger.embodied is None and rig.ledger_checked
    heal(judge, watch, sees_motion=unknown and judge.scene.focuser_link)
    note_read_back(judge, machine, watch, rig)
    check_stored(judge, machine, rig)
    check_shown_filter(judge, machine, watch, rig)
    check_trust(judge, machine, watch, rig)
    if is_settled(judge, machine, watch, rig):
        check_ledger(judge, machine, watch, rig)


def check_stored(judge: Bench, machine: Machine, rig: Rig) -> None:
    """The move that is open is the one that a start would find open."""
    if machine.queue or machine.unsaved:
        return
    stored, now = machine.disk.move, rig.move
    if now is not None and now.number not in machine.disk.intents:
        return  # its intent could not be stored: it is never commanded, and rigd hears of that next
    if (stored and stored.number) != (now and now.number):
        judge.fail(Rule.INTENT_FIRST, f"open is {now and now.number}, stored {stored}")


def heal(judge: Bench, watch: Watch, *, sees_motion: bool) -> None:
    """Back at the last read-back, what was known there may be taken to hold again.

    In the focuser's own counts: that it counts anew nobody can see. To move it to such a number
    proves nothing then.
    """
    if not (watch.excuses or watch.is_unended):
        return
    motor, healthy = judge.scene.focuser, watch.healthy
    anew = motor.counter != healthy.counter
    if anew and not motor.at_rest and sees_motion:
        watch.healthy = replace(healthy, left_behind=True)
    if anew and healthy.left_behind:
        return
    if motor.at_rest and abs(motor.count - healthy.count) <= judge.near:
        recounted = healthy.counter - motor.counter
        watch.belief.also({replace(a, base=a.base + recounted) for a in healthy.accounts})


def note_read_back(judge: Bench, machine: Machine, watch: Watch, rig: Rig) -> None:
    """Where the focuser was last read back with all known, as far as that is stored."""
    motor, ledger = judge.scene.focuser, rig.ledger
    known = ledger.embodied is not None and rig.ledger_checked and rig.move is None
    stored = not machine.queue and not machine.unsaved
    if known and stored and motor.is_said and ledger.read_steps == motor.count:
        watch.healthy = Healthy(motor.count, motor.counter, watch.belief.accounts)


def is_settled(judge: Bench, machine: Machine, watch: Watch, rig: Rig) -> bool:
    """Whether the focuser has stood still for long enough, and has said where."""
    scene = judge.scene
    return (
        scene.focuser_link
        and scene.has_focuser(machine.name)
        and scene.focuser.is_said
        and scene.now_s - scene.said_s() > SETTLED_S
        and scene.now_s - watch.sees_since_s > SETTLED_S
        and not machine.queue
        and rig.move is None
        and rig.change is None
        and rig.queued is None
    )


def check_ledger(judge: Bench, machine: Machine, watch: Watch, rig: Rig) -> None:
    """raw, base and logical against the true position and the judge's accounts."""
    motor, ledger = judge.scene.focuser, rig.ledger
    if ledger.embodied is None or not rig.ledger_checked:
        if not watch.excuses:
            judge.fail(
                Rule.SPURIOUS,
                f"unknown without need: {ledger.unknown_because} (it stands at {motor.count})",
            )
        return
    check_nobodys_focus(judge, watch)
    raw, base, near = ledger.raw_steps, ledger.base_steps, judge.near
    if raw is None or base is None or abs(raw - motor.count) > near:
        judge.fail(Rule.BASE, f"rigd believes {raw}, it stands at {motor.count}")
    if rig.settings.mode is Mode.APPLY and logical_steps(rig) != base:
        judge.fail(Rule.BASE, f"logical {logical_steps(rig)} is not base {base}")
    if judge.scene.now_s < watch.narrow_after_s:
        return
    if watch.belief.overflowed:
        watch.belief.take({claim(base - motor.counter, ledger.embodied)})
    of = ledger.embodied.against or ""
    fits = {
        a
        for a in watch.belief.accounts
        if a.of == of and abs(a.base + motor.counter - base) <= 2 * near
    }
    if not fits:
        judge.fail(
            Rule.BASE,
            f"rigd says base {base} (of {of or 'reference'}) with "
            f"{ledger.embodied.total_steps:+d} embodied at {motor.count}; {judge.said(watch)}",
        )
    watch.belief.narrow(fits)
    watch.healthy = Healthy(motor.count, motor.counter, watch.belief.accounts)
    check_heeded(judge, watch, rig)
    if judge.scene.now_s - watch.short_s > LATE_PART_S:
        watch.excuses.clear()


LATE_PART_S = 70.0


def check_heeded(judge: Bench, watch: Watch, rig: Rig) -> None:
    """What a client asked the focuser for was done, if nothing of it is under way."""
    if watch.client_target is None or rig.ledger.raw_steps is None or watch.excuses:
        watch.client_target = None
        return
    low, high = watch.client_range
    if is_where_asked(judge, watch, rig) or not low <= rig.ledger.raw_steps <= high:
        watch.client_target = None
    elif watch.client_may_be_dropped:
        return
    elif judge.scene.now_s - watch.client_asked_s > HEEDED_S:
        detail = f"a client asked for {watch.client_target}, and it shows {logical_steps(rig)}"
        judge.fail(Rule.HEEDED, detail)


def is_where_asked(judge: Bench, watch: Watch, rig: Rig) -> bool:
    """Whether the focuser is by rigd's word where a client has asked for."""
    target, shown = watch.client_target, logical_steps(rig)
    motor, raw = judge.scene.focuser, rig.ledger.raw_steps
    if target is None or shown is None or raw is None:
        return False
    low, high = watch.client_range
    # A client's is clamped to what there is, and to what it may see: 0 and MaxStep, which is the
    # focuser's. It is never turned back for that, not even where it sees itself beyond.
    seen = min(max(target, 0), high)
    target = max(seen, shown) if target > shown else min(seen, shown)
    # Clamped when it was asked, by what was rigd's in the position then: that was its target.
    asked = watch.client_target or 0
    clamped = [min(max(asked, low - one), high - one) for one in watch.client_shifts]
    places = {
        min(max(raw + one - shown, least), most)
        for one in (target, *clamped)
        for least, most in ((motor.low, motor.high), (low, high))
    }
    return any(abs(raw - place) <= judge.near for place in places)


def note_limits(judge: Bench, moment: Moment) -> None:
    """A client's move that has waited is refused where the focuser stands beyond a new limit."""
    motor = judge.scene.focuser
    over = moment.before.queued is not None and moment.step.rig.queued is None
    if over and not motor.low <= motor.count <= motor.high:
        moment.watch.client_may_be_dropped = True


def check_shown_filter(judge: Bench, machine: Machine, watch: Watch, rig: Rig) -> None:
    """The slot that the virtual wheel shows is that of the filter in the light."""
    scene, shown = judge.scene, rig.shown_filter_position
    now_s = scene.now_s
    if shown is None or rig.fault is not None:
        healthy = scene.wheel_link(machine.name) and scene.plan.wheel != "manual"
        waits = shown is None and rig.fault is None and healthy and rig.settings.wheel is not None
        waits = waits and scene.lit_slot(machine.name) is not None and not watch.wheel_released
        if not waits:
            watch.shown_none_since_s = None
        elif watch.shown_none_since_s is None:
            watch.shown_none_since_s = now_s
        elif now_s - watch.shown_none_since_s > LONGEST_TURN_S:
            judge.fail(Rule.EXIT, f"Position -1 for {now_s - watch.shown_none_since_s:.0f} s")
        return
    watch.shown_none_since_s = None
    glass, lit = watch.glass(shown), scene.lit_key(machine.name)
    if not scene.wheel_link(machine.name):
        judge.fail(Rule.CLAIMED_FILTER, f"slot {shown} is shown of a wheel that is lost")
    if scene.wheel_said(machine.name) and (glass is None or glass.key != lit):
        name = glass.key if glass else f"slot {shown}"
        judge.fail(Rule.CLAIMED_FILTER, f"{name} is shown, {lit} is in the light")
    number = watch.own_open
    if number in {None, watch.own_left} or number in watch.closed or not scene.focuser_link:
        return
    order = scene.focuser.order
    if order is not None and order.cause.number == number and order.cause.who == machine.name:
        judge.fail(Rule.CLAIMED_REST, f"slot {shown} is shown during move {number}")


def check_trust(judge: Bench, machine: Machine, watch: Watch, rig: Rig) -> None:
    """Trusted means: the focus is that of the filter in the light, and nothing of rigd's moves."""
    if why_not_trusted(rig) is not None:
        return
    scene, motor = judge.scene, judge.scene.focuser
    if watch.claim is Claim.SURE:
        judge.fail(Rule.CLAIM, "trusted, and the wheel only claims where it stands")
    if not (scene.focuser_link and scene.has_focuser(machine.name)):
        judge.fail(Rule.TRUSTED, "trusted, and the focuser is lost")
    if rig.wheel_turning or not scene.wheel_link(machine.name):
        judge.fail(Rule.TRUSTED_AT_REST, "trusted, and the wheel turns or is lost")
    order, number = motor.order, watch.own_open
    is_open = number is not None and number not in watch.closed and order is not None
    if is_open and order and (order.cause.number, order.cause.who) == (number, machine.name):
        judge.fail(Rule.TRUSTED_AT_REST, f"trusted during move {number}")
    if not is_settled(judge, machine, watch, rig) or not scene.wheel_said(machine.name):
        return
    lit = scene.lit_key(machine.name)
    offsets = watch.known_offsets.get(lit or "", set()) | watch.offsets_of(lit)
    near = 2 * judge.near + scene.plan.dead_band
    for offset in offsets:
        if watch.belief.fitting(motor.position, offset, near, scene.plan.steps_per_c):
            return
    judge.fail(
        Rule.TRUSTED, f"trusted with {lit} in the light at {motor.position}; {judge.said(watch)}"
    )
