"""The database file: its connection and its transactions. The tables have a module each.

Every write is one transaction, durable before it returns (WAL, `synchronous=FULL`).
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rigd.errors import StoreError
from rigd.store.migrations import migrate
from rigd.store.room import describe_full, has_room
from rigd.store.sqlite import Database

log = logging.getLogger(__name__)

BUSY_MS = 5000
"""How long a write waits for another process, such as `rigd profile` beside the daemon: far longer
than any of their transactions."""


class Store:
    """One database file. Use it from one thread at a time; whoever opens it closes it.

    On a full disk it can be read all the same, by nobody else meanwhile: for others SQLite would
    need a file beside it. As soon as there is room it is opened anew, and written to.

    Raises:
        StoreError: the file cannot be opened, is not rigd's, or was written by a newer rigd.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_open = False
        self._without_room = False
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open_as_may_be()

    def _open_as_may_be(self) -> None:
        """Open the file, on a full disk for reading alone."""
        try:
            self._open(without_room=False)
        except sqlite3.OperationalError:
            if has_room(self.path):
                raise
            self._open(without_room=True)
            log.warning("%s: what was stored before counts", describe_full(self.path))

    def _open(self, *, without_room: bool) -> None:
        self._connection = sqlite3.connect(self.path, check_same_thread=False)
        try:
            self._db = Database(self._connection)
            if without_room:
                # Before the first look at it: what others would share is then kept in memory.
                self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.enable_wal()
            # NORMAL would lose the newest commits with the power: an intent must not go.
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            migrate(self._db, self.path)
        except BaseException:
            self._connection.close()
            raise
        self._is_open, self._without_room = True, without_room

    def _open_anew_with_room(self) -> None:
        """Open a file that could only be read as usual, as soon as there is room."""
        if self._is_open:
            if self._connection.in_transaction or not has_room(self.path):
                return
            self._connection.close()
            self._is_open = False
        self._open_as_may_be()

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
        with _translated(self.path):
            if self._without_room:
                self._open_anew_with_room()
            with self._db.atomic():
                yield self._db


def now_text() -> str:
    """This moment as the tables have it: UTC to the millisecond, so that text sorts by time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError) as broken:  # the last: a number beyond 64 bits
        full = describe_full(path) if _is_of_disk(broken) else None
        msg = full or f"store {path}: {broken}{_describe_way_out(broken)}"
        raise StoreError(msg) from broken


def _is_of_disk(broken: Exception) -> bool:
    """Whether it may be that nothing could be written."""
    return isinstance(broken, OSError) or "disk" in str(broken)


def _describe_way_out(broken: Exception) -> str:
    """What a file that cannot be used needs, for those that nobody but its owner can mend."""
    said = str(broken)
    if "not a database" in said or "malformed" in said:
        return ": the file is damaged; docs/recovery.md says how to go on without it"
    if "unable to open database file" in said or "readonly database" in said:
        return ": is the folder there, and may rigd write to it and to the file?"
    return ""
