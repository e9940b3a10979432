"""How a filter change ends: done, declined, or failed, once all have settled. Pure."""

from rigd.focus.filter_in_light import name_filter
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Change, Origin, Outcome, Result, Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace

READ_BACK_S = 1.0
"""How long after its deadline a change waits for a halted focuser to be read back. Our choice: with
the deadline of 28 s it ends below the 30 s that clients wait."""


def settle_change(rig: Rig, now_s: float) -> Step:
    """End the change if wheel and focuser have both come to rest."""
    change = rig.change
    # A move that nobody watches any more may never be seen to end: it has failed the change.
    if change is None or _is_to_be_read(rig, change, now_s):
        return Step(rig)
    # What a client asked for meanwhile is part of the change, unless the focuser has failed that:
    # its deadline would be over before such a move has begun.
    if rig.queued is not None and not change.focuser_failed:
        return Step(rig)
    if _is_guide_to_move(rig, change):
        return Step(rig)
    if change.focuser_waits and change.wheel_failed is None:
        return Step(rig)
    if not (change.wheel_done or change.wheel_failed) or _is_moved_by_another(rig, change):
        return Step(rig)
    if _is_to_be_planned_again(rig, change):
        return Step(replace(rig, change=replace(change, focuser_waits=True)))
    rig = replace(rig, change=None)
    name = name_filter(rig, change.to_position)
    failed = change.failed
    if failed is not None:
        result, sentence, severity = Result.FAILED, failed, Severity.WARNING
        # A client that waits is told so until it asks again, whatever else happens meanwhile.
        asked = change.origin is Origin.IN_PATH or (rig.fault is not None and rig.fault_asked)
        rig = replace(rig, fault=sentence, fault_asked=asked, fault_part=Part.FILTER)
        rig = replace(rig, fault_halted=change.halted)
    elif change.declined:
        apply = rig.settings.mode is Mode.APPLY
        severity = Severity.WARNING if apply else Severity.INFO
        result, sentence = Result.DECLINED, change.declined
    else:
        result, severity = Result.DONE, Severity.INFO
        if not rig.fault_asked:
            rig = replace(rig, fault=None, fault_asked=True)
        sentence = f"{name} in the light, focuser at {rig.ledger.raw_steps} steps"
        if rig.guide_fault is not None:
            sentence += f"; the guide focuser does not follow: {rig.guide_fault}"
    outcome = Outcome(
        result=result,
        sentence=sentence,
        at_s=now_s,
        origin=change.origin,
        from_position=change.from_position,
        to_position=change.to_position,
    )
    return end_with(rig, outcome, severity)


def _is_moved_by_another(rig: Rig, change: Change) -> bool:
    """Whether something else moves the focuser meanwhile, or has moved it and must be looked at.

    A frame that began now would be spoilt; the deadline ends the wait.
    """
    focuser = rig.focuser
    if focuser is None or not focuser.connected or rig.move is not None:
        return False
    failed = change.focuser_failed is not None or rig.is_focuser_lost
    if rig.settings.mode is not Mode.APPLY or failed:
        return False
    # A place that nobody saw it go to may be no reading at all: that takes longer than a change.
    main = rig.main_focuser
    looked_at = main.sighting is not None and not main.unseen_way and change.declined is None
    return focuser.moving or looked_at


def _is_to_be_planned_again(rig: Rig, change: Change) -> bool:
    """Whether the focuser has left the focus of a change's filter since that was planned.

    An older move that began late took it to another filter's, or where nobody knows whose it is.
    """
    if change.failed is not None or change.declined is not None:
        return False
    slot = rig.slot(change.to_position)
    return slot is not None and rig.ledger.embodied_filter != slot.key


def _is_to_be_read(rig: Rig, change: Change, now_s: float) -> bool:
    """Whether the focuser's move goes on, or has been halted and may still be read back in time.

    The client must hear of a failure before it gives up itself; the read-back may come later.
    """
    move, over_s = rig.move, now_s - change.began_at_s - rig.settings.times.deadline_s
    if move is None or move.lost:
        return False
    return not (move.halted and over_s > READ_BACK_S)


def _is_guide_to_move(rig: Rig, change: Change) -> bool:
    """Whether the change waits for the guide focuser; for a lost or halted move it does not."""
    move = rig.guide_focuser.move if rig.guide_focuser else None
    if move is not None and not (move.lost or move.halted):
        return True
    failed = change.focuser_failed or change.wheel_failed
    return change.guide_follows is not None and not failed


def end_with(rig: Rig, outcome: Outcome, severity: Severity) -> Step:
    """Keep how a change ended or stands, and write it into the diary."""
    names = f"{name_filter(rig, outcome.from_position)} to {name_filter(rig, outcome.to_position)}"
    line = f"filter {names}: {outcome.result}: {outcome.sentence}"
    return Step(
        replace(rig, outcome=outcome),
        (DiaryLine(sentence=line, severity=severity, result=outcome.result),),
    )
