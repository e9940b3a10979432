"""A copy of the database as it is at one moment, also while the daemon writes to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from rigd.errors import StoreError


def copy_database(source: Path, target: Path) -> None:
    """Copy a database to a file that does not exist yet; the original is only read.

    Raises:
        StoreError: it cannot be read, is damaged, or the copy cannot be written.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
            (said,) = copy.execute("pragma quick_check(1)").fetchone()
    except (sqlite3.Error, OSError) as error:
        msg = f"store {source}: cannot be copied: {error}"
        raise StoreError(msg) from error
    if said != "ok":
        msg = f"store {source}: is damaged ({said}); docs/recovery.md says how to go on without it"
        raise StoreError(msg)
