"""Filter changes: what was asked for, what stands in its way, and how it ended."""

from rigd.devices.events import WheelReport
from rigd.focus.state.rig import Result
from rigd.focus.state.settings import Mode
from tests.independent.machine import BUSY_S, Machine
from tests.independent.moment import Bench, Moment
from tests.independent.rules import Rule
from tests.independent.watch import Claim, Watch, Wish

SLOW_S = 1.5
"""A device that begins later than this may be given up by right."""


def accept_filter(judge: Bench, moment: Moment, slot: int, client: str) -> None:
    """A client asks for a filter, and was not refused."""
    watch, before = moment.watch, moment.before
    glass = watch.glass(slot)
    if before.change is not None or glass is None:
        return
    watch.wheel_released = False
    turns = judge.scene.hand_turns(moment.name)
    wish = Wish(
        slot,
        glass.key,
        in_path=True,
        client=client,
        since_s=judge.scene.now_s,
        hand_turns=turns,
    )
    if watch.may_be_unknown(glass.key):
        wish.excused.add("no offset")
    if before.settings.mode is not Mode.APPLY:
        wish.excused.add("mode")
    now = moment.step.rig.ledger  # by it the client's own autofocus may have ended, cut off
    if before.ledger.embodied is None or not before.ledger_checked or now.embodied is None:
        wish.excused.add("unknown")
    if (
        not judge.scene.focuser_link
        or before.focuser is None
        or before.focuser.position_steps is None
    ):
        wish.excused.add("no focuser")
    search = watch.searches.get(client)
    if search is not None and not search.is_anew:
        wish.excused.add("belongs to a search")
    _note_standing_faults(judge, moment, wish)
    if before.move is not None:
        wish.disturbed.add("a move was under way")
    motor = judge.scene.focuser
    # By where it is, and by its driver's last word.
    moves = not motor.at_rest or motor.shown_moving
    if watch.foreign_s > judge.scene.now_s - 1 or moves:
        wish.disturbed.add("another mover")
    wish.disturbed |= _find_others(judge, moment)
    watch.wish = wish
    if scene_gates(judge):
        wish.excused.add("a gate")
    if moment.step.rig.change is not None and moment.step.rig.shown_filter_position is not None:
        judge.fail(Rule.CLAIMED_REST, f"{glass.key} was asked for, and a slot is shown")
    if moment.step.rig.change is None and not moment.step.effects:
        watch.wish = None  # done already, says rigd: `check_claims` looks at that


def wish_after_start(judge: Bench, machine: Machine) -> Wish | None:
    """What a human was asked to put in is asked for after a start too, once that was stored."""
    asked, watch = machine.disk.asked, judge.watches[machine.name]
    keys = [glass.key for glass in watch.glasses]
    if asked is None or asked.filter_key not in keys:
        return None
    return Wish(
        keys.index(asked.filter_key),
        asked.filter_key,
        in_path=True,
        client=asked.client,
        since_s=judge.scene.now_s,
        hand_turns=judge.scene.hand_turns(machine.name),
        disturbed={"rigd died"},
    )


def _find_others(judge: Bench, moment: Moment) -> set[str]:
    """What is not as it should be beside the rig when a change begins."""
    shared = {"another rig applies"} if judge.scene.appliers() - {moment.name} else set()
    return shared if judge.scene.wheel_link(moment.name) else shared | {"no wheel"}


def scene_gates(judge: Bench) -> bool:
    """Whether something forbids rigd's own moves, for longer than a moment."""
    scene = judge.scene
    guided = scene.guider.guides and scene.plan.guider == "unpausable"
    return scene.slewing or scene.firmware_follows or scene.mismatch or guided


def _note_standing_faults(judge: Bench, moment: Moment, wish: Wish) -> None:
    """What is wrong already when a change begins."""
    motor, machine = judge.scene.focuser, moment.machine
    if machine.locked_until_s - judge.scene.now_s >= BUSY_S or machine.unsaved:
        wish.disturbed.add("disk")
    if machine.dies_in is not None:
        wish.disturbed.add("about to die")
    if motor.endless or motor.stall_after is not None or motor.spins:
        wish.disturbed.add("motor")
    if judge.scene.guider.deaf:
        wish.disturbed.add("the guider does not answer")
    if any(nap > SLOW_S for nap in motor.naps):
        wish.disturbed.add("slow to begin")
    wish.disturbed |= judge.scene.wheel_faults(moment.name)


def see_wheel(judge: Bench, moment: Moment) -> None:
    """A wheel that others turned asks for a filter too."""
    watch, event, before = moment.watch, moment.event, moment.before
    if not isinstance(event, WheelReport):
        return
    watch.wheel_released = False  # what it says from then on counts again
    if not event.connected or event.fault:
        watch.disturb("the wheel failed")
        if watch.wish is not None and not watch.wish.in_path:
            watch.wish = None
        return
    rigs_own = judge.scene.wheel_is_rigs(moment.name)
    if event.moving and not rigs_own:
        watch.disturb("another hand at the wheel")
    if event.moving or event.filter_position is None or event.baseline or rigs_own:
        return
    slot = judge.scene.lit_slot(moment.name)
    glass = watch.glass(slot)
    # A turn to where the wheel only claimed to stand is one to another filter.
    claimed = watch.claim is not Claim.NONE and watch.wheel_turns
    if slot is None or glass is None or (before.filter_position == slot and not claimed):
        return
    if before.change is not None and before.change.to_position == slot:
        return
    asked, turns = watch.wish, judge.scene.hand_turns(moment.name)
    is_changing = asked is not None and asked.in_path and before.change is not None
    if asked is not None and is_changing and turns == asked.hand_turns:
        return  # whoever turned it did so before a client asked for another filter
    watch.wish = Wish(
        slot,
        glass.key,
        in_path=False,
        client="",
        since_s=judge.scene.now_s,
        hand_turns=turns,
    )
    _note_standing_faults(judge, moment, watch.wish)


def see_end_of_change(judge: Bench, moment: Moment) -> None:
    """How a change ended, by rigd's own word: it must be what happened."""
    watch, before, after = moment.watch, moment.before, moment.step.rig
    outcome, wish = after.outcome, watch.wish
    ended = outcome is not None and outcome is not before.outcome
    if not ended or wish is None or outcome is None or outcome.to_position != wish.slot:
        return
    match outcome.result:
        case Result.DONE:
            _check_done(judge, moment, wish)
            watch.wish = None
        case Result.FAILED:
            slow_hand = (
                judge.scene.plan.wheel == "manual" and judge.scene.now_s - wish.since_s > 100
            )
            if not (wish.disturbed or slow_hand or _is_out_of_reach(judge, watch, wish)):
                judge.fail(
                    Rule.DONE,
                    f"the change to {wish.key} failed undisturbed: {outcome.sentence}",
                )
            watch.short_s = judge.scene.now_s
            watch.wish = None
        case Result.DECLINED:
            if wish.in_path and not (wish.excused or wish.disturbed or judge.scene.plan.dead_band):
                judge.fail(Rule.DONE, f"{wish.key} was declined without reason: {outcome.sentence}")
            watch.wish = None
            if not judge.scene.focuser_link:
                watch.own_left = watch.own_open  # ready at once: the focuser has no part in it
        case Result.WAITING | Result.REFUSED:
            if not outcome.sentence:
                judge.fail(Rule.SENTENCE, f"{outcome.result} without a word")
        case _:
            pass


def _is_out_of_reach(judge: Bench, watch: Watch, wish: Wish) -> bool:
    """Whether a limit was set meanwhile that the focuser must not pass."""
    motor = judge.scene.focuser
    places = [
        a.base + offset.steps + a.temperature + a.trim
        for offset in watch.offsets_of(wish.key)
        for a in watch.belief.accounts
        if a.of == offset.of
    ]
    return any(not motor.low <= place + motor.counter <= motor.high for place in places)


def _check_done(judge: Bench, moment: Moment, wish: Wish) -> None:
    watch = moment.watch
    motor = judge.scene.focuser
    lit = judge.scene.lit_key(moment.name)
    if lit != wish.key:
        judge.fail(Rule.DONE, f"{wish.key} is done, and {lit} is in the light")
    offsets = watch.offsets_of(wish.key)
    if not offsets:
        judge.fail(Rule.DONE, f"{wish.key} is done, and has no offset from this focus")
        return
    said = ", ".join(f"{one.steps:+d} from {one.of or 'reference'}" for one in sorted(offsets))
    near = judge.near + judge.scene.plan.dead_band
    steps_per_c = judge.scene.plan.steps_per_c
    offsets |= watch.known_offsets.get(wish.key, set())  # edited meanwhile
    stands = {motor.position, judge.scene.told_count - motor.counter}
    if not any(
        watch.belief.fitting(place, one, near, steps_per_c) for one in offsets for place in stands
    ):
        judge.fail(
            Rule.DONE,
            f"{wish.key} ({said}) is done at {motor.position}; {judge.said(watch)}",
        )
    watch.known_offsets = {wish.key: offsets}
