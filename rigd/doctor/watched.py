"""Watched directories: whether they are there, and how soon they answer."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic

from rigd.doctor.finding import Finding, fault, ok, warning
from rigd.doctor.installation import Installation

LOOK_AT = 200
"""So many files are looked at."""
SLOW_S = 0.01
"""For each file: a local disk takes a hundredth of it."""
LIMIT_S = 5.0


def check_watched(there: Installation) -> Iterator[Finding]:
    """Check every watched directory."""
    if there.loaded is None:
        return
    for one in there.loaded.config.watch:
        path = there.loaded.path.parent / Path(one.path).expanduser()
        yield _look(path)


def _look(path: Path) -> Finding:
    took: list[tuple[int, float]] = []
    failed: list[OSError] = []

    def look() -> None:
        began_s = monotonic()
        try:
            count = _count(path)
        except OSError as error:
            failed.append(error)
            return
        took.append((count, monotonic() - began_s))

    # A daemon thread: one that hangs in the kernel holds up no end of the command.
    thread = Thread(target=look, daemon=True)
    thread.start()
    thread.join(LIMIT_S)
    if failed:
        why = failed[0].strerror or str(failed[0])
        remedy = "correct `path` in [[watch]], or let rigd's user read it (docs/install-debian.md)"
        return fault("watched", f"{path}: {why}", remedy)
    if not took:
        remedy = "mount the share again, or let the program write its logs to a local disk"
        return fault("watched", f"{path} does not answer within {LIMIT_S:g} s", remedy)
    count, took_s = took[0]
    if count and took_s / count > SLOW_S:
        return warning(
            "watched",
            f"{path} answers slowly: {count} files took {took_s:.1f} s",
            "watch the directory of the logs alone, or let the program write to a local disk",
        )
    return ok("watched", f"{path}: {count}{'' if count < LOOK_AT else ' or more'} files")


def _count(path: Path) -> int:
    count = 0
    os.scandir(path).close()
    for folder, _, names in os.walk(path):
        for name in names:
            os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - as the daemon looks
            count += 1
            if count == LOOK_AT:
                return count
    return count
