"""Room on the file system of the database: without it nothing can be stored, nor a file opened."""

import shutil
from pathlib import Path

ROOM_BYTES = 1 << 20
"""With less nothing is tried. SQLite needs 32 KiB beside the database to open it as usual, and a
busy night writes some hundred: a round figure above both."""


def has_room(path: Path) -> bool:
    """Whether there is room for a database that stands, or is to stand, at this path."""
    free = _free_bytes(path)
    return free is None or free >= ROOM_BYTES


def describe_full(path: Path) -> str | None:
    """Say that the file system is full, and what is needed; None if it is not."""
    if has_room(path):
        return None
    free_kib = (_free_bytes(path) or 0) >> 10
    return (
        f"no room for {path.name} on the file system of {path.parent}: {free_kib} KiB free, at "
        f"least {ROOM_BYTES >> 10} KiB needed"
    )


def _free_bytes(path: Path) -> int | None:
    """What this user may still write there; None where nobody can say."""
    folder = next((one for one in path.absolute().parents if one.is_dir()), None)
    try:
        return None if folder is None else shutil.disk_usage(folder).free
    except OSError:
        return None
