"""Watched directories: the autofocus logs that other programs leave there are taken in.

A file counts once its size and time are the same at two looks; a program may still be writing it.
"""

import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError, RefusedError, RigdError
from rigd.service.fit_process import FitProcess

log = logging.getLogger(__name__)

MOST_FILES = 20_000
"""In one directory with all below it; more are not looked at."""
AT_ONCE = 50
"""Files read at one look; the others wait for the next."""
READ_LIMIT_S = 50.0

Stamp = tuple[int, int]
"""Size and time of a file: what changes when it is written to."""
Read = tuple[tuple[AutofocusRun, ...], str | None]
"""The runs of a file, or why it is refused."""


@dataclass(slots=True, kw_only=True)
class WatchedFolder:
    """One directory, and what was seen there."""

    path: Path
    rig: str
    zone: tzinfo | None = None
    coordinates: Coordinates | None = None
    seen: dict[Path, Stamp] = field(default_factory=dict)
    done: dict[Path, Stamp] = field(default_factory=dict)
    told: set[Path] = field(default_factory=set)
    """Files, and the directory itself, whose failure was logged."""


class WatchedFolders:
    """Looks at directories when told to."""

    def __init__(
        self,
        directories: Sequence[WatchedFolder],
        take: Callable[[str, Sequence[AutofocusRun], str], Awaitable[object]],
        worker: FitProcess | None = None,
    ) -> None:
        """`take` gets the rig, the runs of a file, and who brings them."""
        self._directories = directories
        self._take = take
        self._worker = worker or FitProcess(READ_LIMIT_S)

    async def look(self) -> None:
        """Take in what is new and no longer being written; never raises."""
        for directory in self._directories:
            try:
                await self._look_at(directory)
            except RigdError as error:
                _tell(directory, directory.path, str(error))
            except Exception:  # border: a job that fails must not end the others
                log.exception("watched directory %s", directory.path)

    async def _look_at(self, directory: WatchedFolder) -> None:
        try:
            now = _stamps(directory.path)
        except OSError as error:
            reason = error.strerror or "cannot be read"
            _tell(directory, directory.path, reason)
            return
        settled = [
            path
            for path, stamp in now.items()
            if directory.seen.get(path) == stamp != directory.done.get(path)
        ]
        directory.seen = now
        directory.done = {path: stamp for path, stamp in directory.done.items() if path in now}
        chosen = tuple(sorted(settled, key=lambda path: now[path][1], reverse=True)[:AT_ONCE])
        if not chosen:
            return
        directory.done.update({path: now[path] for path in chosen})
        read = await self._read(directory, chosen)
        for path, (runs, refused) in zip(chosen, read, strict=True):
            if refused is not None:
                _tell(directory, path, refused)
            elif runs:
                await self._take(directory.rig, runs, f"watched directory {directory.path}")

    async def _read(self, directory: WatchedFolder, paths: Sequence[Path]) -> tuple[Read, ...]:
        try:
            return await self._worker.run(read_files, paths, directory.zone, directory.coordinates)
        except RefusedError as error:
            if len(paths) == 1:
                return (((), f"{paths[0].name}: cannot be read: {error}"),)
        # One of them is too much for the reader; the others shall not suffer.
        return tuple([(await self._read(directory, [path]))[0] for path in paths])


def read_files(
    paths: Sequence[Path], zone: tzinfo | None, frame: Coordinates | None
) -> tuple[Read, ...]:
    """What each file holds; in another process, so that no file can hold up a reply."""
    return tuple(_read(path, zone, frame) for path in paths)


def _read(path: Path, zone: tzinfo | None, frame: Coordinates | None) -> Read:
    try:
        return read_path(path, zone=zone, coordinates=frame), None
    except InvalidValueError as error:
        return (), str(error)


def _stamps(root: Path) -> dict[Path, Stamp]:
    stamps: dict[Path, Stamp] = {}
    os.scandir(root).close()
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            try:
                status = path.stat()
            except OSError:
                continue  # gone since it was listed
            stamps[path] = (status.st_size, status.st_mtime_ns)
            if len(stamps) >= MOST_FILES:
                return stamps
    return stamps


def _tell(directory: WatchedFolder, path: Path, reason: str) -> None:
    """One line for each file, once."""
    if path in directory.told:
        return
    directory.told.add(path)
    log.warning("watched directory %s: %s", directory.path, reason)
