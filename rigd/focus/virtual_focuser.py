"""What clients do through rigd's virtual focuser: move it, and stop the motor. Pure."""

from rigd.focus.device_names import describe_device
from rigd.focus.gates import find_gate_for_overshoot
from rigd.focus.late_moves import note_other_base
from rigd.focus.move import start_move
from rigd.focus.reach import describe_limit_cause, describe_outside, fit_to_limits
from rigd.focus.state.effects import DiaryLine, HaltFocuser, Refusal, Severity, Step
from rigd.focus.state.ledger import Ledger, forget_embodied
from rigd.focus.state.requests import HaltRequested, HoldRequested, MoveRequested
from rigd.focus.state.rig import QueuedMove, Rig
from rigd.focus.unread_place import is_unread, ledger_to_move_unread
from rigd.frozen import replace


def shift_ahead(rig: Rig) -> int:
    """The raw-to-logical shift once the open move has arrived."""
    if rig.move is not None and rig.move.goal.terms is not None:
        return rig.move.goal.terms.total_steps
    return rig.ledger.shift_steps


def logical_steps(rig: Rig) -> int | None:
    """What the virtual focuser shows: constant while rigd itself moves the focuser."""
    move = rig.move
    if move is None and is_unread(rig.main_focuser):
        return None
    if move is not None and not move.by_client and move.terms is not None:
        return move.target_steps - move.terms.total_steps
    return rig.ledger.logical_steps


def answer_move_request(rig: Rig, asked: MoveRequested) -> Step:
    """Move the focuser for a client; a target out of reach is cut short, with a warning."""
    focuser, not_read = rig.focuser, is_unread(rig.main_focuser)
    placed = not_read or rig.ledger.raw_steps is not None
    if focuser is None or not focuser.connected or not placed:
        ref = rig.settings.focuser
        name = describe_device(rig, "focuser", ref) if ref else "the focuser of this rig"
        sentence = f"{name} is not connected or does not say where it is"
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence=sentence)
    unread = rig.move is None and not (rig.ledger_checked or focuser.moving)
    if unread and not (not_read or _is_where_last_read(rig)):
        # The client counts from where it stood before, which may not be where it was found.
        sentence = (
            f"{describe_device(rig, 'focuser', focuser.ref)} stands elsewhere and is read once more"
        )
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence=sentence)
    if rig.hold_by is not None:
        sentence = f"hands off: held by {rig.hold_by}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if rig.not_stored is not None:  # a move that cannot be journalled would only fail unheard
        sentence = f"what rigd is to remember cannot be stored: {rig.not_stored}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if rig.max_steps is None:
        sentence = "the focuser's maximum is not known"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if outside := describe_outside(rig):
        sentence = f"position {asked.position_steps} steps was asked for, and {outside}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    queued = QueuedMove(base_steps=asked.position_steps, client=asked.client)
    queued, lines = _fit(rig, queued, shift_ahead(rig))
    target = queued.base_steps + shift_ahead(rig)
    # During another move it becomes part of it: the newest target wins, and the motor is told once.
    if rig.move is not None or rig.change is not None:
        on_its_way = rig.move is not None and rig.move.goal.target_steps == target
        return Step(replace(rig, queued=None if on_its_way else queued), lines)
    rig = replace(rig, queued=queued)
    return Step(rig, lines).then(start_queued(rig, asked.at_s))


def start_queued(rig: Rig, now_s: float) -> Step:
    """Begin the queued move of a client; no move may be under way."""
    queued, ledger = rig.queued, rig.ledger
    if queued is None:
        return Step(rig)
    not_read = is_unread(rig.main_focuser)
    if not_read:
        # Its driver reads it once it moves, and where it stands by then is known.
        ledger = ledger_to_move_unread(rig.main_focuser)
        rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))
    rig = replace(rig, queued=None)
    if ledger.raw_steps is None:
        line = f"the move that {queued.client} asked for is dropped: {ledger.unknown_because}"
        return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING),))
    if outside := describe_outside(rig):
        line = f"the move that {queued.client} asked for is dropped: {outside}"
        return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING),))
    # Fitted again: the shift may have changed while it waited for a filter change.
    queued, lines = _fit(rig, queued, ledger.shift_steps)
    target = queued.base_steps + ledger.shift_steps
    stands = target == ledger.raw_steps and not not_read
    if stands or rig.focuser is None or not rig.focuser.connected:
        return Step(rig, lines)
    if gate := find_gate_for_overshoot(rig, target):
        line = f"{queued.client}'s move goes straight: {gate.sentence}"
        lines = (*lines, DiaryLine(sentence=line, severity=Severity.WARNING))
    elif not (queued.told or lines or rig.is_focusing):  # an autofocus is told as one
        lines = (DiaryLine(sentence=_describe(queued, ledger.shift_steps)),)
    doubtful = rig.main_focuser.doubt is not None and ledger.embodied is not None
    if doubtful and not _is_where_last_read(rig):
        ledger, told = _forget_doubtful(rig, queued)
        rig, lines = (
            replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger)),
            (*lines, told),
        )
    moved = start_move(
        rig,
        target_steps=target,
        terms=ledger.embodied,
        filter_key=ledger.embodied_filter,
        now_s=now_s,
        by=queued.client,
        by_client=True,
    )
    return Step(rig, lines).then(moved)


def _is_where_last_read(rig: Rig) -> bool:
    """Whether the focuser says that it is where it was last read at rest."""
    here = rig.focuser.position_steps if rig.focuser else None
    last = rig.ledger.read_steps
    near = rig.settings.tolerance_steps
    return here is not None and last is not None and abs(here - last) <= near


def _forget_doubtful(rig: Rig, queued: QueuedMove) -> tuple[Ledger, DiaryLine]:
    """The ledger where a client's move cuts a motion short that may be a late one of rigd's own.

    Where that would have ended is never seen now, and so nobody can tell whose it was.
    """
    because = (
        f"{queued.client} moved the focuser while it was on its way, by a move of rigd's that "
        "began late or by something else"
    )
    line = f"what is in the focuser's position is unknown: {because}"
    forgotten = forget_embodied(rig.ledger, rig.ledger.read_steps, because)
    return note_other_base(forgotten), DiaryLine(sentence=line, severity=Severity.WARNING)


def _fit(rig: Rig, wanted: QueuedMove, shift: int) -> tuple[QueuedMove, tuple[DiaryLine, ...]]:
    """Cut a move short at the focuser's limits; the line says so if it was."""
    base = fit_to_limits(rig, wanted.base_steps, shift)
    if base == wanted.base_steps:
        return wanted, ()
    line = (
        f"{wanted.client} asked the focuser for {wanted.base_steps} steps: with {shift:+d} steps "
        f"of rigd's in it that is outside {rig.min_steps} to {rig.max_steps} steps"
        f"{describe_limit_cause(rig)}; commanded {base} steps"
    )
    fitted = replace(wanted, base_steps=base, told=True)
    return fitted, (DiaryLine(sentence=line, severity=Severity.WARNING),)


def _describe(queued: QueuedMove, shift: int) -> str:
    hidden = f" ({queued.base_steps + shift} with rigd's {shift:+d})" if shift else ""
    return f"{queued.client} moves the focuser to {queued.base_steps} steps{hidden}"


def answer_halt_request(rig: Rig, asked: HaltRequested | HoldRequested) -> Step:
    """Stop the motor, whoever set it going; the read-back then says what is embodied."""
    ref = rig.settings.focuser
    if ref is None:
        return Step(rig)
    was_moving = rig.move is not None or (rig.focuser is not None and rig.focuser.moving)
    unreachable = describe_motor_out_of_reach(rig)
    rig = replace(rig, queued=None)
    if rig.move is not None:
        halted = replace(rig.main_focuser, move=replace(rig.move, halted=True, reads=0))
        rig = replace(rig, main_focuser=halted)
    if rig.change is not None:
        failed = f"halted by {asked.client}"
        change = replace(rig.change, focuser_failed=failed, focuser_waits=False, halted=True)
        rig = replace(rig, change=change)
    # Told even if it seems to stand still: what it last reported may be old.
    step = Step(rig, (HaltFocuser(ref=ref),))
    if unreachable and isinstance(asked, HaltRequested):
        line = f"halt asked by {asked.client}; {unreachable}"
        return step.also(DiaryLine(sentence=line, severity=Severity.WARNING))
    if unreachable or not was_moving:
        return step
    # Told, and no more: whether it obeys is seen when it comes to rest.
    return step.also(DiaryLine(sentence=f"the focuser was told to stop by {asked.client}"))


def describe_motor_out_of_reach(rig: Rig) -> str | None:
    """Say that the focuser's motor cannot be stopped; None if it can, or if there is none."""
    if rig.settings.focuser is None:
        return None
    if rig.focuser is not None and rig.focuser.connected:
        if rig.focuser.can_halt is not False:
            return None
        return "the focuser cannot be halted, so its motor goes on to where it was sent"
    return "the focuser is not connected, so its motor could not be stopped"
