"""The journal of moves: the intent before a command, the outcome after it."""

from rigd.focus.state.effects import JournalOutcome
from rigd.focus.state.focuser import FocuserMove
from rigd.store.database import now_text
from rigd.store.record_json import record_json
from rigd.store.sqlite import Database


def put_intent(db: Database, rig: str, move: FocuserMove) -> None:
    """Write what a move is to do, before it is commanded."""
    db.execute(
        "insert into journal (rig, number, intended_at, by, start_steps, target_steps, terms,"
        " filter_key) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            rig,
            move.number,
            now_text(),
            move.by,
            move.start_steps,
            move.target_steps,
            record_json(move.terms) if move.terms else None,
            move.filter_key,
        ],
    )


def put_outcome(db: Database, rig: str, outcome: JournalOutcome) -> None:
    """Write how a move ended."""
    db.execute(
        "update journal set ended_at = ?, result = ?, raw_steps = ? where rig = ? and number = ?",
        [now_text(), outcome.result, outcome.raw_steps, rig, outcome.number],
    )
