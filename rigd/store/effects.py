"""The storing effects of the core: one batch is one transaction."""

from rigd.focus.state.effects import (
    DiaryLine,
    Effect,
    JournalIntent,
    JournalOutcome,
    Remember,
    RememberAsked,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
    RememberPause,
)
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.settings import Mode
from rigd.store.asked_filters import put_asked
from rigd.store.change_faults import put_fault
from rigd.store.chosen_modes import put_mode
from rigd.store.database import Store
from rigd.store.diary import put_diary_line
from rigd.store.final_directions import put_final_direction
from rigd.store.guider_pauses import put_guider_pause
from rigd.store.holds import put_hold
from rigd.store.ledgers import guide_name, put_ledger
from rigd.store.move_journal import put_intent, put_outcome
from rigd.store.sqlite import Database


def write_effects(
    store: Store, rig: str, mode: Mode, light_path_id: str, effects: tuple[Effect, ...]
) -> None:
    """Carry out the storing effects among `effects`, all or none of them."""
    with store.transaction() as db:
        for effect in effects:
            match effect:
                case JournalIntent(move=move):
                    _put_ledger(db, rig, mode, light_path_id, effect)
                    put_intent(db, _focuser_of(rig, effect), move)
                case JournalOutcome():
                    put_outcome(db, _focuser_of(rig, effect), effect)
                case Remember():
                    _put_ledger(db, rig, mode, light_path_id, effect)
                case _:
                    _put_other(db, rig, light_path_id, effect)


def _put_ledger(
    db: Database, rig: str, mode: Mode, light_path_id: str, effect: Remember | JournalIntent
) -> None:
    whose = _focuser_of(rig, effect)
    put_ledger(
        db,
        whose,
        effect.ledger,
        effect.move,
        mode=mode,
        light_path_id=light_path_id,
        by_another=isinstance(effect, Remember) and effect.by_another,
    )


def _put_other(db: Database, rig: str, light_path_id: str, effect: Effect) -> None:
    match effect:
        case DiaryLine():
            put_diary_line(db, rig, effect)
        case RememberMode(mode=mode, ledger=ledger, move=move):
            put_ledger(db, rig, ledger, move, mode=mode, light_path_id=light_path_id)
            put_mode(db, rig, mode, effect.by)
        case RememberHold(by=by):
            put_hold(db, rig, by)
        case RememberFault(sentence=sentence, part=part):
            put_fault(db, rig, sentence, part)
        case RememberAsked(asked=asked):
            put_asked(db, rig, asked)
        case RememberFinalDirection(direction=direction):
            put_final_direction(db, rig, light_path_id, direction)
        case RememberPause(paused=paused):
            put_guider_pause(db, rig, paused=paused)
        case _:  # a command: the applier's
            pass


def _focuser_of(rig: str, effect: Remember | JournalIntent | JournalOutcome) -> str:
    return guide_name(rig) if effect.role is FocuserRole.GUIDE else rig
