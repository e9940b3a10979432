"""The database file: its connection and its transactions. The tables have a module each.

Every write is one transaction, durable before it returns (WAL, `synchronous=FULL`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from rigd.errors import StoreError
from rigd.store.migrations import migrate

BUSY_MS = 5000
"""How long a write waits for another process, such as `rigd profile` beside the daemon: far longer
than any of their transactions."""


class Store:
    """One database file. Use it from one thread at a time; whoever opens it closes it.

    Raises:
        StoreError: the file cannot be opened, is not rigd's, or was written by a newer rigd.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, check_same_thread=False)
            try:
                self._db = Database(self._connection)
                self._db.enable_wal()
                # NORMAL would lose the newest commits with the power: an intent must not go.
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                migrate(self._db, path)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def tidy(self) -> None:
        """Refresh what SQLite plans its queries by, and copy the write-ahead log back.

        Outside a transaction: inside one SQLite does neither.
        """
        with _translated(self.path):
            self._connection.execute("PRAGMA optimize")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """The database for one transaction, or for a part of the one that is open: all or nothing.

        Raises:
            StoreError: the disk is full, the file is locked for too long or damaged, or a number is
            larger than the file can hold.
        """
        with _translated(self.path), self._db.atomic():
            yield self._db


def now_text() -> str:
    """This moment as the tables have it: UTC to the millisecond, so that text sorts by time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError) as broken:  # the last: a number beyond 64 bits
        msg = f"store {path}: {broken}{_describe_way_out(broken)}"
        raise StoreError(msg) from broken


def _describe_way_out(broken: Exception) -> str:
    """What a file that cannot be used needs, for those that nobody but its owner can mend."""
    said = str(broken)
    if "not a database" in said or "malformed" in said:
        return ": the file is damaged; docs/recovery.md says how to go on without it"
    if "unable to open database file" in said or "readonly database" in said:
        return ": is the folder there, and may rigd write to it and to the file?"
    return ""
