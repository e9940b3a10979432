"""What was wrong with each rig's last filter change, so that a restart says it too."""

from sqlite_utils import Database

from rigd.store.database import Store, now_text


def put_fault(db: Database, rig: str, sentence: str | None) -> None:
    """Keep what is wrong; None: nothing, any more."""
    db.execute("delete from faults where rig = ?", [rig])
    if sentence is not None:
        db.execute(
            "insert into faults (rig, sentence, at) values (?, ?, ?)", [rig, sentence, now_text()]
        )


def read_fault(store: Store, rig: str) -> str | None:
    """What was wrong with the last filter change; None: nothing."""
    with store.transaction() as db:
        row = db.execute("select sentence from faults where rig = ?", [rig]).fetchone()
    return None if row is None else str(row[0])
