"""The noon upkeep: old lines go, the file is tidied."""

from datetime import UTC, datetime, timedelta

from rigd.store.database import Store

KEEP_DAYS = 400
"""A year, and the same season once more to compare it with."""


def delete_old_lines(store: Store, keep_days: int = KEEP_DAYS) -> int:
    """Delete what is older than `keep_days` of diary and journal, tidy the file.

    Moves without an outcome stay, and so does what was in the position when that time began.

    Returns:
        How many lines went.
    """
    before = (datetime.now(UTC) - timedelta(days=keep_days)).isoformat()
    with store.transaction() as db:
        gone = db.execute("delete from diary where at < ?", [before]).rowcount
        db.execute("delete from temperatures where at < ?", [before])
        db.execute("delete from early_frames where at < ?", [before])
        db.execute("delete from alerts where ended_at < ?", [before])
        gone += db.execute(
            "delete from journal where intended_at < ? and ended_at is not null", [before]
        ).rowcount
        gone += db.execute(
            "delete from embodied where at < ? and id not in"
            " (select max(id) from embodied where at < ? group by rig)",
            [before, before],
        ).rowcount
    store.tidy()
    return gone
