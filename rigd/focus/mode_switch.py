"""Switching a rig's mode while it runs, and standing down beside another applier. Pure."""

from rigd.focus.adoption import take_first_position
from rigd.focus.declared_offsets import declared_applier, declared_idle, unasked_readers
from rigd.focus.filter_change import drop_pending
from rigd.focus.foreign_commands import name_mover, name_searcher
from rigd.focus.gates import is_to_be_read
from rigd.focus.state.effects import DiaryLine, Refusal, RememberMode, Severity, Step
from rigd.focus.state.foreign_moves import ForeignMoves
from rigd.focus.state.requests import ModeRequested
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.focus.whose_focus import begin_with, describe_other_focus
from rigd.frozen import replace

RIGD = "rigd"
"""Who chose the mode when rigd itself stands down, as stored and shown."""


def answer_mode_request(rig: Rig, asked: ModeRequested) -> Step:
    """Switch the mode by a human's word, or refuse and say what is in the way. Nothing moves."""
    now = rig.settings.mode
    if asked.mode is now:
        return Step(rig)
    if reason := _why_not_now(rig, asked):
        return Step(rig, refusal=Refusal.GATE, sentence=f"mode stays {now}: {reason}")
    if asked.mode is Mode.APPLY:
        return _begin_to_apply(rig, asked)
    because = f"mode {asked.mode}, said {asked.client}"
    dropped = drop_pending(rig, because, asked.at_s, Severity.INFO)
    rig = _set_mode(dropped.rig, asked.mode)
    line = f"mode {now} to {asked.mode}, said {asked.client}"
    return replace(dropped, rig=rig).also(*_store_mode(rig, asked.client, line))


def stand_down(rig: Rig, sentence: str, now_s: float) -> Step:
    """Switch to `observe`, since another program applies offsets too; nothing is undone.

    Not to be called while a move of rigd's is under way, which must be read back first.
    """
    because = "rigd stands down beside another program"
    dropped = drop_pending(rig, because, now_s, Severity.INFO)
    rig = _set_mode(dropped.rig, Mode.OBSERVE)
    rig = replace(rig, stood_down=True, foreign_moves=replace(rig.foreign_moves, unapplied=0))
    line = f"rigd stands down to observe: {sentence}"
    return replace(dropped, rig=rig).also(*_store_mode(rig, RIGD, line, Severity.WARNING))


def _begin_to_apply(rig: Rig, asked: ModeRequested) -> Step:
    """Switch to `apply` with what is known of the focus: a switch says nothing new about it."""
    if rig.focuser is None or not rig.focuser.connected or rig.focuser.position_steps is None:
        sentence = "mode stays: the focuser is not connected or does not say where it is"
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence=sentence)
    ledger = begin_with(rig)
    if isinstance(ledger, str):
        sentence = f"mode stays: {ledger}. Focus with a filter whose offset is known, or turn to "
        return Step(rig, refusal=Refusal.GATE, sentence=sentence + "it, focus and say `rigd adopt`")
    before = rig.settings.mode
    # What was seen of others, in another mode, says nothing of the one that begins now.
    rig = replace(
        rig, main_focuser=replace(rig.main_focuser, ledger=replace(ledger, taken_for=None))
    )
    rig = _set_mode(replace(rig, foreign_moves=ForeignMoves()), Mode.APPLY)
    # Where rigd has not seen the focuser at rest before, this is the first sight of it.
    found = take_first_position(rig)
    rig, read_back = found.rig, declared_idle(found.rig)
    known, severity = _describe_focus(rig), Severity.INFO
    if other := describe_other_focus(rig):
        known, severity = f"{other}: the next filter change puts it right", Severity.WARNING
    line = f"mode {before} to apply, said {asked.client}: {known}"
    line += f"; {read_back}" if read_back else ""
    return Step(rig, (*_store_mode(rig, asked.client, line, severity), *found.effects))


def _describe_focus(rig: Rig) -> str:
    ledger = rig.ledger
    if ledger.embodied is None:
        return f"what is in the focuser's position is unknown: {ledger.unknown_because}"
    slot = rig.filter_in_light
    name = slot.name if slot else "the fixed filter" if rig.settings.wheel is None else "no filter"
    return f"{ledger.raw_steps} steps are the focus for {name}"


def _why_not_now(rig: Rig, asked: ModeRequested) -> str | None:
    if rig.is_moving_own or rig.change is not None or rig.wheel_turning:
        return "a move is under way"
    if rig.move is not None and asked.mode is Mode.APPLY:
        return "a move that went out of sight has not been read back yet"
    # Where it is found, whose focus the place is may be nobody's to know.
    if asked.mode is Mode.APPLY and is_to_be_read(rig):
        return "the focuser has still to be read at rest"
    # Hands off is always possible beside a focuser that does not come to rest.
    if rig.focuser is not None and rig.focuser.moving and asked.mode is not Mode.OBSERVE:
        return f"{name_mover(rig)} is moving the focuser"
    if rig.autofocuses:
        return f"{name_searcher(rig, rig.autofocuses[0].client)} is focusing"
    quiet_s = rig.settings.quiet_s
    moved_at_s = None if asked.mode is Mode.OBSERVE else rig.disturbed_at_s
    if moved_at_s is not None and asked.at_s - moved_at_s < quiet_s:
        return f"{name_mover(rig)} moved the focuser less than {quiet_s:.0f} s ago"
    if asked.mode is Mode.APPLY and (said := declared_applier(rig)):
        return f"{said}; switch them off there first"
    # Nobody can confirm away what is above; of what follows a human may know better than rigd.
    if asked.confirmed:
        return None
    if asked.clients:
        return (
            f"{', '.join(asked.clients)} has rigd's focuser open and would see it jump; "
            "disconnect it there, or confirm (`--confirm`), and rigd disconnects it"
        )
    if asked.mode is not Mode.APPLY or _have_readers_let_go(rig, asked):
        return None
    if said := readers_warning(asked.readers):
        return f"{said}, then confirm: `rigd mode apply --confirm`"
    # In `publish` somebody unknown may have read the offsets, past rigd's Alpaca wheel.
    if rig.settings.mode is Mode.PUBLISH:
        return (
            "the offsets were published, and a program that has read them past rigd's own wheel "
            "would apply them again; make sure that none does, then confirm: "
            "`rigd mode apply --confirm`"
        )
    return None


def readers_warning(readers: tuple[str, ...]) -> str | None:
    """Advice about clients that ever read published offsets; None if there are none."""
    if not readers:
        return None
    return (
        f"{', '.join(readers)} read the published offsets and may have kept them (N.I.N.A. copies "
        "them once) and would apply them again; set them to zero or off there"
    )


def _have_readers_let_go(rig: Rig, asked: ModeRequested) -> bool:
    """Whether all who ever read the offsets now say that they would not move by them."""
    return declared_idle(rig) is not None and not unasked_readers(rig, asked.readers)


def _set_mode(rig: Rig, mode: Mode) -> Rig:
    return replace(rig, settings=replace(rig.settings, mode=mode), stood_down=False)


def _store_mode(
    rig: Rig, by: str, line: str, severity: Severity = Severity.INFO
) -> tuple[RememberMode | DiaryLine, ...]:
    remember = RememberMode(mode=rig.settings.mode, by=by, ledger=rig.ledger, move=rig.move)
    return (remember, DiaryLine(sentence=line, severity=severity))
