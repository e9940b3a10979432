"""The files of one directory with their sizes and times, found on a thread of its own.

A directory may lie on a share of the network, where each look at a file waits for an answer, or
for ever. The thread is a daemon thread: one that hangs in the kernel holds up no end of rigd.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from rigd.autofocus_logs.log_file import LogFile
from rigd.errors import RefusedError

MOST_FILES = 20_000
"""In one directory with all below it; more are not looked at."""
SCAN_LIMIT_S = 50.0
"""Below the minute after which the next look is due."""

Stamp = tuple[int, int]
"""Size and time of a file: what changes when it is written to."""
Stamps = dict[str, Stamp]
"""By the file's path."""


class FolderScan:
    """Looks at the files of one directory; only one look is under way at a time."""

    def __init__(self, limit_s: float = SCAN_LIMIT_S) -> None:
        self._limit_s = limit_s
        self._hanging: Thread | None = None
        """The thread of a scan that was given up."""

    async def run(self, look: Callable[[Event], Stamps]) -> Stamps:
        """Return what a look finds; its event is set once nobody waits any more.

        Raises:
            OSError: the directory cannot be read.
            RefusedError: it takes too long, or an earlier scan still hangs.
        """
        if self._hanging is not None and self._hanging.is_alive():
            raise RefusedError("does not answer")
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Stamps] = loop.create_future()
        given_up = Event()

        def finish(stamps: Stamps | None, error: OSError | None) -> None:
            if found.done():
                return
            if error is not None:
                found.set_exception(error)
            elif stamps is not None:
                found.set_result(stamps)

        def work() -> None:
            stamps, failed = None, None
            try:
                stamps = look(given_up)
            except OSError as error:
                failed = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, stamps, failed)

        self._hanging = Thread(target=work, name="rigd-scan", daemon=True)
        self._hanging.start()
        try:
            async with asyncio.timeout(self._limit_s):
                await asyncio.wait([found])
            self._hanging = None
            return found.result()
        except TimeoutError:
            msg = f"cannot be looked through within {self._limit_s:g} s"
            raise RefusedError(msg) from None
        finally:
            given_up.set()


def scan(root: Path, given_up: Event) -> Stamps:
    """Every file below a directory, at most `MOST_FILES`; fewer once nobody waits any more.

    Raises:
        OSError: the directory itself cannot be read.
    """
    stamps: Stamps = {}
    os.scandir(root).close()
    for folder, _, names in os.walk(root):
        for name in names:
            if given_up.is_set() or len(stamps) >= MOST_FILES:
                return stamps
            path = os.path.join(folder, name)  # noqa: PTH118 - a Path for each costs as much again
            try:
                status = os.stat(path)  # noqa: PTH116
            except OSError:
                continue  # gone since it was listed
            stamps[path] = (status.st_size, status.st_mtime_ns)
    return stamps


def find_news(logs: Mapping[str, LogFile], done: Stamps, given_up: Event) -> Stamps:
    """Those of these logs that have changed, and may tell of a run; fewer once nobody waits.

    Programs log every second of a night: a glance here saves a process for each of them.
    """
    stamps: Stamps = {}
    for path, log in logs.items():
        if given_up.is_set():
            break
        with suppress(OSError):  # gone since it was seen
            status = os.stat(path)  # noqa: PTH116
            stamp = (status.st_size, status.st_mtime_ns)
            if done.get(path) != stamp and log.has_news():
                stamps[path] = stamp
    return stamps
