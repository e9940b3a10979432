"""Whether a refusal is justified: a gate must truly be closed, and not for ever."""

from rigd.focus.state.requests import (
    AdoptRequested,
    FilterRequested,
    HaltRequested,
    HoldRequested,
    ModeRequested,
    MoveRequested,
    ReleaseRequested,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from tests.independent.machine import Machine
from tests.independent.moment import Bench, Moment
from tests.independent.rules import Rule
from tests.independent.watch import Claim, Watch

LONGEST_MOVE_S = 90.0
"""So long may a move, of which nothing may be heard any more, stand in anybody's way."""
LONGEST_SWAP_S = 160.0
"""And a human who was asked for a filter."""
LONGEST_CLIENT_MOVE_S = 700.0
"""And so long a client's own, which may go from one end to the other."""
QUIET_S = 30.0
TICK_S = 1.0
"""Two ticks of rigd's."""
SIGHTING_S = 8.0
"""So long may it take until a focuser that is back is believed where it is found."""
SIGHTING_OF_0_S = 36.0
"""And so long at 0, which hosts say that have not asked their hardware yet."""


def check_refusal(judge: Bench, moment: Moment) -> None:
    """A refusal needs one of the reasons that the rules give, and a sentence."""
    machine, watch, event = moment.machine, moment.watch, moment.event
    before, step = moment.before, moment.step
    if not step.sentence:
        judge.fail(Rule.SENTENCE, f"{type(event).__name__} is refused without a word")
    if isinstance(event, HaltRequested | HoldRequested):
        judge.fail(Rule.HOLD, f"{type(event).__name__} refused: {step.sentence}")
    if isinstance(event, ReleaseRequested):
        judge.fail(Rule.RELEASE, f"{event.device} stays: {step.sentence}")
    if before.profile_by is not None:
        return
    reasons: list[str] = []
    match event:
        case FilterRequested():
            reasons = _why_no_filter(judge, machine, watch, event, before)
        case MoveRequested():
            reasons = _why_no_client_move(judge, watch, before)
        case AdoptRequested():
            reasons = _why_no_adoption(judge, machine, watch, before)
        case ModeRequested(mode=Mode.OBSERVE):
            reasons = _why_no_mode(judge, watch, before)
        case _:
            return
    if not reasons:
        judge.fail(Rule.REFUSED, f"{type(event).__name__}: {step.sentence}")


def _why_no_filter(
    judge: Bench, machine: Machine, watch: Watch, event: FilterRequested, before: Rig
) -> list[str]:
    scene = judge.scene
    reasons = []
    if before.hold_by is not None:
        reasons.append("hold")
    if not scene.wheel_link(machine.name) or scene.wheel_fault(machine.name):
        reasons.append("no wheel")
    if _is_changing(judge, before):
        reasons.append("a change is under way")
    if not 0 <= event.filter_position < len(watch.glasses):
        reasons.append("no such slot")
    if before.settings.mode is not Mode.APPLY:
        return reasons
    gates = scene.slewing or scene.firmware_follows or scene.mismatch
    if gates or scene.others_move(machine.name):
        reasons.append("a gate")
    if scene.guider.guides and scene.plan.guider == "unpausable":
        reasons.append("guiding")
    if scene.appliers() - {machine.name}:
        reasons.append("another rig applies")
    if scene.camera_busy and scene.plan.camera == "visible":
        reasons.append("exposing")
    # rigd was told a poll later that the last motion was over, and takes the end with its tick.
    told_s = scene.plan.poll_s + TICK_S
    is_over = scene.now_s - watch.quiet_again_s > told_s
    if not is_over or any(
        s.moves >= 2 and s.mover != event.client for s in watch.searches.values()
    ):
        reasons.append("autofocus")
    reasons += _why_moving(judge, watch, before)
    wanted = watch.offsets_of(watch.glasses[event.filter_position].key) if not reasons else ()
    if wanted:
        # By where it is, and by where it says that it is: rigd goes by what it was told.
        stands = {scene.focuser.counter, scene.told_count - scene.focuser.position}
        counts = [
            a.base + offset.steps + a.trim + one
            for offset in wanted
            for a in watch.belief.accounts
            if a.of == offset.of
            for one in stands
        ]
        back = scene.plan.backlash + 2 * judge.near + watch.belief.spread(scene.plan.steps_per_c)
        low, high = scene.focuser.low + back, scene.focuser.high - back
        if any(not low <= count <= high for count in counts):
            reasons.append("limits")
    return reasons


def _is_changing(judge: Bench, before: Rig) -> bool:
    """Whether a change is under way, and may still be."""
    if before.change is None:
        return False
    longest_s = LONGEST_SWAP_S if judge.scene.plan.wheel == "manual" else LONGEST_MOVE_S
    return judge.scene.now_s - before.change.began_at_s < longest_s


def _why_moving(judge: Bench, watch: Watch, before: Rig) -> list[str]:
    """Something moves, or may still: but a device of which nothing is heard is given up."""
    scene = judge.scene
    if watch.released:
        return []  # a human has said that nobody waits for it
    reasons = []
    move = before.move
    if move is not None:
        longest_s = LONGEST_CLIENT_MOVE_S if move.by_client else LONGEST_MOVE_S
        since_s = max(move.began_at_s, watch.blind_since_s)
        if scene.now_s - since_s < longest_s:
            reasons.append("a move is under way")
    if not scene.focuser.at_rest or scene.focuser.shown_moving:
        reasons.append("the focuser moves")
    return reasons


def _why_no_client_move(judge: Bench, watch: Watch, before: Rig) -> list[str]:
    scene = judge.scene
    reasons = ["hold"] if before.hold_by is not None else []
    if not scene.focuser_link or before.ledger.raw_steps is None or before.focuser is None:
        reasons.append("no focuser")
    sighting_s = SIGHTING_S if scene.focuser.count else SIGHTING_OF_0_S
    if scene.now_s - max(watch.sees_since_s, scene.said_s()) < sighting_s:
        reasons.append("just back")  # not believed yet
    goal = before.move.goal.target_steps if before.move is not None else scene.focuser.count
    counts = (scene.focuser.count, goal)
    if not all(scene.focuser.low <= count <= scene.focuser.high for count in counts):
        reasons.append("outside the limits")
    return reasons


def _why_no_adoption(judge: Bench, machine: Machine, watch: Watch, before: Rig) -> list[str]:
    scene = judge.scene
    reasons = _why_moving(judge, watch, before)
    if not scene.focuser_link or before.focuser is None or before.focuser.position_steps is None:
        reasons.append("no focuser")
    if scene.focuser.shown_moving:
        reasons.append("it says that it moves: where it stands is not known")
    if _is_changing(judge, before):
        reasons.append("a change is under way")
    if not scene.wheel_link(machine.name) or scene.lit_slot(machine.name) is None:
        reasons.append("no filter")
    if scene.wheel_fault(machine.name) or before.filter_position is None or before.wheel_turning:
        reasons.append("the filter is not known")
    if watch.claim is not Claim.NONE:
        reasons.append("the wheel only claims where it stands")
    if watch.own_offset(scene.lit_key(machine.name)) is None:
        reasons.append("no offset")
    return reasons


def _why_no_mode(judge: Bench, watch: Watch, before: Rig) -> list[str]:
    scene = judge.scene
    reasons = _why_moving(judge, watch, before)
    if _is_changing(judge, before):
        reasons.append("a change is under way")
    if any(s.moves >= 2 for s in watch.searches.values()):
        reasons.append("autofocus")
    if scene.now_s - watch.foreign_s < QUIET_S + 5:
        reasons.append("another mover")
    if before.wheel_turning:
        reasons.append("the wheel turns")
    return reasons
