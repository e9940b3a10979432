"""What was wrong with each rig's last filter change or move, so that a restart says it too."""

from rigd.focus.state.ledger import Part
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


def put_fault(db: Database, rig: str, sentence: str | None, part: Part) -> None:
    """Keep what is wrong, and what failed; None: nothing is wrong any more."""
    db.execute("delete from faults where rig = ?", [rig])
    if sentence is not None:
        db.execute(
            "insert into faults (rig, sentence, part, at) values (?, ?, ?, ?)",
            [rig, sentence, part, now_text()],
        )


def read_fault(store: Store, rig: str) -> tuple[str, Part] | None:
    """What was wrong, and what failed; None: nothing was."""
    with store.transaction() as db:
        row = db.execute("select sentence, part from faults where rig = ?", [rig]).fetchone()
    return None if row is None else (str(row[0]), Part(row[1] or Part.FILTER))
