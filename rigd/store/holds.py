"""The holds: who said hands off. One lasts over a restart, until somebody ends it."""

from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


def put_hold(db: Database, rig: str, by: str | None) -> None:
    """Keep who said hands off; None: it is over."""
    db.execute("delete from holds where rig = ?", [rig])
    if by is not None:
        db.execute("insert into holds (rig, by, at) values (?, ?, ?)", [rig, by, now_text()])


def read_hold(store: Store, rig: str) -> str | None:
    """Who said hands off and since when; None: nobody, or it is over."""
    with store.transaction() as db:
        row = db.execute("select by, at from holds where rig = ?", [rig]).fetchone()
    return None if row is None else f"{row[0]} since {row[1]}"
