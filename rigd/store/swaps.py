"""Which filter a human last said to be in the light, where no wheel can say it."""

from rigd.store.database import Store, now_text


def read_swap(store: Store, rig: str) -> str | None:
    """Key of the filter that a human last said to be in the light."""
    with store.transaction() as db:
        row = db.execute("select filter_key from swaps where rig = ?", [rig]).fetchone()
    return None if row is None else str(row[0])


def keep_swap(store: Store, rig: str, filter_key: str, by: str) -> None:
    """Keep which filter a human says to be in the light."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into swaps (rig, filter_key, by, at) values (?, ?, ?, ?)",
            [rig, filter_key, by, now_text()],
        )
