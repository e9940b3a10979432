"""The size of SQLite's write-ahead log: given to it at once, so that no commit waits for it."""

from contextlib import suppress

from rigd.errors import StoreError
from rigd.store.database import Store

LOG_BYTES = 1000 * 4096
"""What SQLite itself lets the log grow to: it is copied back after 1000 pages of 4096 bytes."""
CACHE_PAGES = 100
"""Far fewer than the log has, so that SQLite writes them to the log before there is a commit."""


class _DiscardError(Exception):
    """Rolls a transaction back."""


def extend_log(store: Store) -> None:
    """Let the write-ahead log have its full size on the disk; nothing is committed.

    A commit that makes a file longer waits for the file system's journal as well, and takes several
    times as long as one that overwrites. Without this, that would be every commit of the first few
    hundred filter changes after a start or the noon upkeep: a whole night.

    Where that fails (a full disk) the log stays as it is, and commits stay slow.
    """
    with suppress(_DiscardError, StoreError), store.transaction() as db:
        pages = db.execute("PRAGMA cache_size").fetchone()[0]
        db.execute(f"PRAGMA cache_size = {CACHE_PAGES}")
        try:
            db.execute("create table discarded (bytes blob)")
            db.execute("insert into discarded values (zeroblob(?))", [LOG_BYTES])
        finally:
            db.execute(f"PRAGMA cache_size = {pages}")
        raise _DiscardError
