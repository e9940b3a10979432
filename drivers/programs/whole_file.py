"""Writing a file of a program's whole or not at all."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, make it durable, then let it take the file's place.

    It keeps the permissions of before, and its owner where that is allowed.

    Raises:
        OSError: it cannot be written; nothing was changed.
    """
    status = path.stat() if path.exists() else None
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644 if status is None else status.st_mode & 0o777)
        if status is not None and sys.platform != "win32":
            with suppress(PermissionError):  # a file of one's own needs none
                os.chown(name, status.st_uid, status.st_gid)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
