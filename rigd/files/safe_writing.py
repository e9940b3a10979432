"""Writing a file of a person's whole or not at all, with what was there before kept beside it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from rigd.errors import ConfigError


def keep_backup(path: Path) -> Path | None:
    """Copy a file beside itself under a name that is free; None if there is no such file.

    Raises:
        ConfigError: it cannot be read, or the copy cannot be written.
    """
    number = 1
    while (backup := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    write_whole(backup, content, like=path)
    return backup


def write_whole(path: Path, content: bytes, *, like: Path | None = None) -> None:
    """Write a file so that at every moment it is the old one or the new one, on the disk too.

    Args:
        path: the file; its directory is made.
        content: all of it.
        like: a file whose owner and permissions it takes; None: those of the directory's group.

    Raises:
        ConfigError: it cannot be written; nothing was changed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            _take_permissions(Path(name), path.parent if like is None else like, like is None)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise ConfigError(f"{path}: {error.strerror or error}") from error


def _take_permissions(path: Path, like: Path, of_directory: bool) -> None:
    status = like.stat()
    path.chmod(0o640 if of_directory else status.st_mode & 0o777)
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # a file of one's own needs none
            os.chown(path, -1 if of_directory else status.st_uid, status.st_gid)
