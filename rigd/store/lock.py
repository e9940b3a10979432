"""One daemon for one store: two would both move the same focuser."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rigd.errors import StoreError


@contextmanager
def lock_store(store: Path) -> Iterator[None]:
    """Hold the lock of a store's file for as long as the daemon runs.

    Raises:
        StoreError: another daemon holds it, or the directory cannot be written.
    """
    path = store.with_name(f"{store.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as broken:
        msg = f"store {store}: its folder cannot be written: {broken.strerror or broken}"
        raise StoreError(msg) from broken
    with file:
        if not _lock(file):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            msg = f"store {store}: another rigd is running on it (process {holder})"
            raise StoreError(msg)
        with suppress(OSError):  # on a full disk the holder has no name
            os.truncate(file.fileno(), 0)
            os.write(file.fileno(), str(os.getpid()).encode())
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False
