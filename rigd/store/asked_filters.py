"""Which filter each rig's human was asked to put in, so that a restart goes on to ask for it."""

from rigd.focus.state.asked_filter import AskedFilter
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


def put_asked(db: Database, rig: str, asked: AskedFilter | None) -> None:
    """Keep what is asked for; None: it is in the light, or nobody waits for it any more.

    Once a human was asked, what was in the light before is there no longer for certain.
    """
    db.execute("delete from asked_filters where rig = ?", [rig])
    if asked is not None:
        db.execute("delete from swaps where rig = ?", [rig])
        db.execute(
            "insert into asked_filters (rig, filter_key, client, at) values (?, ?, ?, ?)",
            [rig, asked.filter_key, asked.client, now_text()],
        )


def read_asked(store: Store, rig: str) -> AskedFilter | None:
    """What is asked for; None: nothing is."""
    with store.transaction() as db:
        row = db.execute(
            "select filter_key, client from asked_filters where rig = ?", [rig]
        ).fetchone()
    return None if row is None else AskedFilter(str(row[0]), str(row[1]))
