"""Every motion that rigd orders: asked for by whom, to where, and through which gates."""

from collections.abc import Callable
from dataclasses import replace

from rigd.focus.state.effects import JournalIntent, JournalOutcome, MoveFocuser
from rigd.focus.state.ledger import Ledger
from rigd.focus.state.requests import TrimRequested
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.independent.belief import Account, Offset, claim
from tests.independent.machine import Machine
from tests.independent.moment import Bench, Moment
from tests.independent.movers import note_order, note_replaced, note_search_move
from tests.independent.plant import Cause
from tests.independent.rules import Rule
from tests.independent.watch import Purpose, Watch

FOREIGN_S = 330.0
"""So long after another's move it may be taken for another's that a move of rigd's fell short."""


def see_command(judge: Bench, moment: Moment, effect: MoveFocuser) -> None:
    """A motion is ordered: it must be one that somebody asked for, to where it belongs."""
    motor, watch, step = judge.scene.focuser, moment.watch, moment.step
    intent = next(
        (
            e.move
            for e in step.effects
            if isinstance(e, JournalIntent) and e.move.number == effect.number
        ),
        None,
    )
    if intent is None:
        judge.fail(Rule.INTENT_FIRST, f"move {effect.number} has no intent")
        return
    if not judge.scene.has_focuser(moment.name):
        judge.fail(Rule.ASKED, "a guide focuser follows a main one that is not there")
    target = effect.position_steps - motor.counter
    watch.released = False
    if not motor.low <= effect.position_steps <= motor.high:
        judge.fail(Rule.LIMITS, f"commanded {effect.position_steps}")
    if moment.before.hold_by is not None and step.rig.hold_by is not None:
        judge.fail(Rule.HOLD, f"moved to {effect.position_steps} in a hold")
    leg = intent.second_leg
    leads_to = None if leg is None else leg.target_steps - motor.counter
    if intent.by_client:
        purpose = _check_client_move(judge, moment, effect.number, target, intent.by)
    else:
        _take_claim(watch, step.rig.ledger, motor.counter)
        purpose = _check_own_move(judge, moment, effect.number, target, leads_to)
    purpose.start, purpose.leads_to = motor.position, leads_to
    watch.purposes[effect.number] = purpose


def _take_claim(watch: Watch, ledger: Ledger, counter: int) -> None:
    """Where there are too many accounts, a move begins from what rigd says of the position."""
    base, terms = ledger.base_steps, ledger.embodied
    if watch.belief.overflowed and base is not None and terms is not None:
        watch.belief.take({claim(base - counter, terms)})


def _check_client_move(
    judge: Bench, moment: Moment, number: int, target: int, client: str
) -> Purpose:
    motor, near = judge.scene.focuser, judge.near
    watch = moment.watch
    cause = Cause(moment.name, is_rigs_own=False, number=number)
    if _is_second_leg(judge, watch, number, target):
        return Purpose(cause, client, target)
    logical = watch.client_target
    if logical is None:
        judge.fail(Rule.ASKED, f"a client's move to {target}, which no client asked for")
        logical = target + motor.counter
    places = _client_places(judge, moment, logical)
    back = judge.scene.plan.backlash
    off = min(min(abs(target - p), abs(abs(target - p) - back)) for p in places)
    if off > 2 * near:
        judge.fail(
            Rule.BASE,
            f"{client} asked for {logical}: commanded {target}, right is {sorted(places)}; "
            f"{judge.said(watch)}",
        )
    direction = watch.client_near
    # By where it is, and by where it says that it is: no driver's word is newer.
    away = {target - motor.position, target + motor.counter - judge.scene.told_count}
    at_rest = motor.at_rest and not motor.shown_moving
    against = direction and at_rest and not back and all(one * direction < 0 for one in away)
    if against and min(abs(one) for one in away) > near:
        judge.fail(
            Rule.LIMITS,
            f"asked to move by {direction:+d}, moved by {target - motor.position:+d}",
        )
    watch.client_near = 0
    watch.client_target = None
    _note_unread(judge, moment)
    note_search_move(judge, moment.name, watch, client, motor.position)
    return Purpose(cause, client, target)


def _note_unread(judge: Bench, moment: Moment) -> None:
    """A client's move takes the place of a late one of rigd's, which nobody ever reads back.

    What counts as rigd's is what was read back: the whole way may be the client's, who says where
    its end is to be.
    """
    motor, watch, read = judge.scene.focuser, moment.watch, moment.before.ledger.read_steps
    order = motor.order
    if order is None or read is None or not order.cause.is_rigs_own:
        return
    if order.cause.who == moment.name and order.cause.number in watch.closed:
        way = motor.count - read
        watch.belief.also({replace(a, base=a.base + way) for a in watch.belief.accounts})


def _client_places(judge: Bench, moment: Moment, logical: int) -> set[int]:
    """Where a client's target may lie, by what is rigd's in the position now, or was when asked."""
    motor, watch, before = judge.scene.focuser, moment.watch, moment.before
    low, high = watch.client_range
    shifts = watch.client_shifts | {
        offset.steps + account.trim
        for offset in (watch.offsets_of(watch.wish.key) if watch.wish else ())
        for account in watch.belief.accounts
    }
    targets = {logical, min(max(logical, 0), high)}
    targets |= {min(max(logical + one, low), high) - one for one in shifts}
    embodied = {motor.position - a.base for a in watch.belief.accounts}
    shown, ledger = logical_steps(before), moment.step.rig.ledger
    if before.settings.mode is not Mode.APPLY or watch.excuses or ledger.embodied is None:
        embodied |= {ledger.shift_steps}  # clients go on seeing what they saw last
        embodied |= {(before.ledger.raw_steps or 0) - shown} if shown is not None else set()
    places = {one - motor.counter + shift for one in targets for shift in embodied}
    places |= {min(max(p, low - motor.counter), high - motor.counter) for p in places}
    places = {min(max(p, motor.low - motor.counter), motor.high - motor.counter) for p in places}
    return places | {p + judge.scene.told_count - motor.count for p in places}  # by what it heard


def _check_own_move(
    judge: Bench, moment: Moment, number: int, target: int, leads_to: int | None
) -> Purpose:
    scene, motor, near = judge.scene, judge.scene.focuser, judge.near
    watch, mode = moment.watch, moment.step.rig.settings.mode
    cause = Cause(moment.name, is_rigs_own=True, number=number)
    if mode is not Mode.APPLY:
        judge.fail(Rule.MODE, f"rigd moves to {target} in {mode}")
    place = target if leads_to is None else leads_to
    if _is_second_leg(judge, watch, number, target):
        last = watch.purposes[number - 1]
        return Purpose(cause, last.what, target, last.trim)
    _check_own_gates(judge, moment, target)
    # A trim is moved at once or not at all, and nothing else is moved because of its request.
    trims = isinstance(moment.event, TrimRequested)
    wish = None if trims else watch.wish
    if wish is not None:
        offsets, untold = watch.offsets_of(wish.key), judge.scene.told_count - motor.count
        heard = _fit(watch, place, offsets, near, scene.plan.steps_per_c)
        unheard = _fit(watch, place - untold, offsets, near, scene.plan.steps_per_c)
        if heard or unheard:
            watch.known_offsets.setdefault(wish.key, set()).update(offsets)
            watch.belief.take(heard)
            if untold:  # rigd may hear of it before the focuser is told, and then does not tell it
                watch.belief.also({replace(a, base=a.base + untold) for a in unheard})
            return Purpose(cause, "filter", target)
    if trims and _is_trim(judge, watch, place):
        return Purpose(cause, "trim", target, trim=watch.trim_asked)
    if not trims and _follows_temperature(judge, watch, place):
        return Purpose(cause, "temperature", target)
    if wish is None and not trims:
        rule, why = Rule.ASKED, "unasked"
    else:
        rule, why = Rule.NOT_STACKED, f"for {wish.key if wish else 'the trim'}"
    judge.fail(rule, f"{why} rigd moves from {motor.position} to {target}; {judge.said(watch)}")
    return Purpose(cause, why, target)


def _is_trim(judge: Bench, watch: Watch, place: int) -> bool:
    """Whether a move of rigd's that ends here makes the trim what was asked for."""
    accounts, wanted = watch.belief.accounts, watch.trim_asked

    def leads_here(stand: int) -> bool:
        trims = {stand - a.trim + wanted for a in accounts if wanted is not None}
        return any(abs(place - one) <= 2 * judge.near for one in trims)

    return _counts_from_somewhere(judge, watch, leads_here)


def _follows_temperature(judge: Bench, watch: Watch, place: int) -> bool:
    """Whether a move of rigd's that ends here may follow the temperature."""
    steps_per_c = judge.scene.plan.steps_per_c
    far = 2 * judge.near + watch.belief.spread(steps_per_c)
    # One that a crash cut off where it turns round is made to its end.
    temperature = [p for p in watch.purposes.values() if p.what == "temperature"]
    if place in {p.target for p in temperature if not p.arrived}:
        return True
    return bool(steps_per_c) and _counts_from_somewhere(
        judge, watch, lambda stand: abs(place - stand) <= far
    )


def _counts_from_somewhere(judge: Bench, watch: Watch, leads_here: Callable[[int], bool]) -> bool:
    """Whether it is right from where the focuser is, or from where it says that it is.

    rigd goes by what it was told, and may never hear what its command replaces.
    """
    motor, untold = judge.scene.focuser, judge.scene.told_count - judge.scene.focuser.count
    if leads_here(motor.position):
        return True
    if untold == 0 or not leads_here(motor.position + untold):
        return False
    watch.belief.also({replace(a, base=a.base + untold) for a in watch.belief.accounts})
    return True


def _fit(
    watch: Watch, place: int, offsets: set[Offset], near: int, steps_per_c: float
) -> set[Account]:
    """The accounts by which a filter belongs here."""
    found = (watch.belief.fitting(place, offset, near, steps_per_c) for offset in offsets)
    return {account for accounts in found for account in accounts}


def _is_second_leg(judge: Bench, watch: Watch, number: int, target: int) -> bool:
    """Whether a command takes up the backlash of the one before, which said so."""
    back, last = judge.scene.plan.backlash, watch.purposes.get(number - 1)
    if not back or last is None or last.leads_to != target:
        return False
    return abs(abs(last.target - target) - back) <= judge.near


def _check_own_gates(judge: Bench, moment: Moment, target: int) -> None:
    scene, watch, before, step = judge.scene, moment.watch, moment.before, moment.step
    if before.ledger.embodied is None and step.rig.ledger.embodied is None:
        judge.fail(Rule.UNKNOWN, f"rigd moves to {target} from an unknown position")
    if scene.camera_busy and scene.plan.camera == "visible" and before.camera is not None:
        judge.fail(Rule.EXPOSING, f"rigd moves to {target} while the camera exposes")
    if scene.slewing or scene.firmware_follows or scene.mismatch:
        judge.fail(Rule.GATES, f"rigd moves to {target}")
    asked = scene.guider.asked
    goes_on = scene.guider.runs and asked is not None and asked[1] is False
    if scene.guider.guides or goes_on:
        judge.fail(Rule.GUIDING, f"rigd moves to {target} while the guider guides")
    client = watch.wish.client if watch.wish is not None and watch.wish.in_path else None
    for search in watch.searches.values():
        if search.is_running and search.clear and search.mover != client:
            judge.fail(Rule.SEARCHING, f"rigd moves while {search.mover} focuses")
    for name in judge.scene.appliers() - {moment.name}:
        judge.fail(Rule.ONE_APPLIER, f"{name} applies to the focuser too")


def tell_focuser(judge: Bench, machine: Machine, number: int) -> Cause:
    """The focuser is told: the last instant at which it could have been left alone."""
    watch = judge.watches[machine.name]
    if number not in machine.disk.intents:
        judge.fail(Rule.INTENT_FIRST, f"move {number} is told before it is stored")
    if number in watch.closed:
        judge.fail(Rule.CLOSED, f"move {number} is told after it was closed")
    note_replaced(judge)
    note_order(judge, machine.name)
    purpose = watch.purposes[number]
    watch.told.add(number)
    if purpose.cause.is_rigs_own:
        watch.own_open = number
    return purpose.cause


def see_outcome(judge: Bench, watch: Watch, effect: JournalOutcome) -> None:
    """A move is over, by rigd's own word."""
    watch.closed.add(effect.number)
    purpose = watch.purposes.get(effect.number)
    if watch.own_open == effect.number:
        watch.own_open = None
    order = judge.scene.focuser.order
    untold = judge.scene.focuser.count - judge.scene.told_count
    others = order is not None and not order.cause.is_rigs_own
    if others or (untold and judge.scene.now_s - watch.foreign_s < 5):
        # Another's motion goes on: what is left of it counts as another's in every account.
        watch.belief.settle_doubt()
        watch.belief.also({replace(a, base=a.base + untold) for a in watch.belief.accounts})
    if purpose is None:
        return
    goal = purpose.target if purpose.leads_to is None else purpose.leads_to
    beyond = purpose.target - goal
    if effect.result != "turned":
        purpose.leads_to = None
    motor = judge.scene.focuser
    if effect.result not in {"done", "turned"}:
        watch.client_may_be_dropped = True
        if not motor.is_said:
            watch.excuse("given up while it was not at rest")
    goes_on = motor.spins or (motor.order is not None and motor.order.cause == purpose.cause)
    short = abs(motor.position - purpose.target) > judge.near or goes_on
    if purpose.cause.is_rigs_own:
        watch.is_unended = effect.result not in {"done", "turned"}
    _note_read_back(watch, purpose, effect.result, motor.position, short=short)
    if short and purpose.cause.is_rigs_own:
        watch.short_s = judge.scene.now_s
        if judge.scene.now_s - watch.foreign_s < FOREIGN_S:
            watch.excuse("fell short soon after another mover")
        told = abs(judge.scene.told_count - motor.counter - purpose.target) <= judge.near
        if effect.result == "done" and not told:
            judge.fail(
                Rule.CLAIMED_REST,
                f"the move to {purpose.target} is done, and it stands at {motor.position}",
            )
    _note_late_trim(judge, watch, purpose, effect.result, beyond)
    if purpose.what == "trim" and purpose.trim is not None:
        accounts = watch.belief.accounts
        moved = motor.position - purpose.start
        done = {_with_trim(a, purpose.trim) for a in accounts}
        part = {_with_trim(a, a.trim + moved) for a in accounts}
        late = {_with_trim(a, purpose.trim + beyond) for a in accounts} | set(accounts)
        watch.belief.take(done | part | (late if short else set()))
        watch.trim_asked = None


def _note_read_back(
    watch: Watch, purpose: Purpose, result: str, position: int, *, short: bool
) -> None:
    """Within the tolerance the commanded place counts; elsewhere the one that was read back."""
    if result in {"given up", "not started"}:
        return  # nothing was read back
    if short and purpose.cause.is_rigs_own:
        # All of it is rigd's but the base, and that counts from where rigd had been sent.
        accounts = watch.belief.accounts
        watch.belief.also({replace(a, base=a.base + watch.beside) for a in accounts})
    watch.beside = 0 if short else purpose.target - position


def _note_late_trim(judge: Bench, watch: Watch, purpose: Purpose, result: str, beyond: int) -> None:
    """A move that fell short where an earlier trim was to end: nobody can tell which one it was.

    `beyond`: how far beyond its goal it turns, which is in the trim until it has come back.
    """
    if not purpose.cause.is_rigs_own:
        return
    if result in {"done", "turned"}:
        watch.late_trims.clear()
        return
    here = judge.scene.focuser.position
    late = {trim for target, trim in watch.late_trims if abs(here - target) <= judge.near}
    watch.belief.also({_with_trim(a, trim) for a in watch.belief.accounts for trim in late})
    if purpose.trim is not None:
        watch.late_trims.add((purpose.target, purpose.trim + beyond))


def _with_trim(account: Account, trim: int) -> Account:
    return replace(account, trim=trim)
