"""A wheel that is back and says another slot than before: its driver's claim, until it turns."""

from rigd.devices.events import WheelReport
from rigd.focus.state.requests import AdoptRequested, FilterRequested
from rigd.focus.state.rig import Result
from rigd.focus.state.settings import Mode
from tests.independent.moment import Bench, Moment
from tests.independent.rules import Rule
from tests.independent.watch import Claim, Watch


def note_claim(judge: Bench, moment: Moment) -> None:
    """Follow what a rig's wheel has said, and whether it was seen to turn.

    Of wheels that a hand turns, and of two in the light path, the rules know no claims.
    """
    watch, event, after = moment.watch, moment.event, moment.step.rig
    if judge.scene.plan.wheel != "motor":
        return
    refused = moment.step.refusal is not None
    if isinstance(event, AdoptRequested) and not refused and watch.claim is Claim.SURE:
        judge.fail(Rule.CLAIM, "adopted for a filter that the wheel only claims")
    if isinstance(event, WheelReport):
        _note_report(moment, event)
    if watch.claim is Claim.NONE:
        return
    if isinstance(event, FilterRequested) and after.change is not moment.before.change:
        watch.claim = Claim.MAYBE  # it is told to turn, and given the time for it
    outcome = after.outcome
    done = outcome is not None and outcome is not moment.before.outcome
    if done and outcome is not None and outcome.result is Result.DONE:
        watch.claim, watch.slot_known = Claim.NONE, outcome.to_position
    if after.settings.mode is not Mode.APPLY and judge.scene.now_s - watch.moved_s <= 1:
        watch.excuse("moved with a filter that the wheel only claims")


def _note_report(moment: Moment, event: WheelReport) -> None:
    watch, before = moment.watch, moment.before
    slot = event.filter_position
    if not event.connected or event.fault or (slot is None and not event.moving):
        watch.wheel_unseen, watch.wheel_turns = True, False
        return
    if slot is None:
        watch.wheel_turns = True
        watch.claim = Claim.MAYBE if watch.claim is not Claim.NONE else Claim.NONE
        return
    learnt = event.baseline or watch.wheel_unseen
    elsewhere = watch.slot_known not in {None, slot}
    if watch.wheel_turns:
        watch.claim = Claim.NONE
    elif learnt:
        watch.claim = Claim.SURE if elsewhere else Claim.NONE
        if elsewhere and before.change is not None:
            watch.claim = Claim.MAYBE  # rigd's own turn may have ended so
    elif before.filter_position is None and elsewhere:
        watch.claim = Claim.MAYBE  # it was given up, and says something again
    elif slot != watch.slot_said:
        watch.claim = Claim.NONE
    if watch.claim is Claim.NONE:
        watch.slot_known = slot
    watch.slot_said, watch.wheel_unseen, watch.wheel_turns = slot, False, False


def forget_claim(watch: Watch, ledgers: int) -> None:
    """rigd has ended: what the wheel says next is the first that it hears."""
    watch.slot_known = watch.slot_said = None
    watch.claim, watch.wheel_unseen, watch.wheel_turns = Claim.NONE, True, False
    if watch.nobodys_focus == ledgers:
        watch.nobodys_focus = None  # nor was that stored


def check_nobodys_focus(judge: Bench, watch: Watch) -> None:
    """After an autofocus with such a filter, or a cut-off one, what is in the place is unknown."""
    if abs(judge.scene.focuser.position - watch.found_from) <= 2 * judge.near:
        watch.nobodys_focus = None  # where it began all is as it was
    if watch.nobodys_focus is not None:
        judge.fail(Rule.FOUND, f"known after an autofocus of no use; {judge.said(watch)}")
