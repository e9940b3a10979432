"""Watched directories: the autofocus logs that other programs leave there are taken in.

A file counts once its size and time are the same at two looks; a program may still be writing it.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from rigd.autofocus_logs.reader import UnknownFormatError, read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError, RefusedError, RigdError
from rigd.service.fit_process import FitProcess
from rigd.service.folder_scan import SCAN_LIMIT_S, FolderScan, Stamps

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Files read at one look; the others wait for the next."""
READ_LIMIT_S = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """What was found in a file."""

    runs: tuple[AutofocusRun, ...] = ()
    refused: str | None = None
    """Why it is not taken in."""
    foreign: bool = False
    """Whether it is no autofocus log at all."""


@dataclass(slots=True, kw_only=True)
class WatchedFolder:
    """One directory, and what was seen there."""

    path: Path
    rig: str
    zone: tzinfo | None = None
    coordinates: Coordinates | None = None
    seen: Stamps = field(default_factory=dict)
    done: Stamps = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    """Files that are no autofocus logs, with the reason."""
    foreign_logged: int = 0
    """How many of them the log has named."""
    logged: set[str] = field(default_factory=set)
    """Files, and the directory itself, whose failure was logged."""


class WatchedFolders:
    """Looks at directories when told to."""

    def __init__(
        self,
        directories: Sequence[WatchedFolder],
        take: Callable[[str, Sequence[AutofocusRun], str], Awaitable[object]],
        worker: FitProcess | None = None,
        scan_limit_s: float = SCAN_LIMIT_S,
    ) -> None:
        """`take` gets the rig, the runs of a file, and who brings them."""
        self._directories = [(one, FolderScan(one.path, scan_limit_s)) for one in directories]
        self._take = take
        self._worker = worker or FitProcess(READ_LIMIT_S)

    async def look(self) -> None:
        """Take in what is new and no longer being written; never raises."""
        for directory, scan in self._directories:
            try:
                await self._look_at(directory, scan)
            except RigdError as error:
                _warn(directory, str(directory.path), str(error))
            except Exception:  # border: a job that fails must not end the others
                log.exception("watched directory %s", directory.path)

    async def _look_at(self, directory: WatchedFolder, scan: FolderScan) -> None:
        try:
            now = await scan.run()
        except OSError as error:
            reason = error.strerror or "cannot be read"
            _warn(directory, str(directory.path), reason)
            return
        directory.logged.discard(str(directory.path))
        settled = [
            path
            for path, stamp in now.items()
            if directory.seen.get(path) == stamp != directory.done.get(path)
        ]
        directory.seen = now
        directory.done = {path: stamp for path, stamp in directory.done.items() if path in now}
        chosen = sorted(settled, key=lambda path: now[path][1], reverse=True)[:AT_ONCE]
        if chosen:
            directory.done.update({path: now[path] for path in chosen})
            await self._take_in(directory, chosen)
        if len(chosen) == len(settled):
            _warn_of_foreign_files(directory)

    async def _take_in(self, directory: WatchedFolder, paths: Sequence[str]) -> None:
        read = await self._read(directory, paths)
        for path, content in zip(paths, read, strict=True):
            directory.foreign.pop(path, None)
            if content.foreign and content.refused is not None:
                directory.foreign[path] = content.refused
            elif content.refused is not None:
                _warn(directory, path, content.refused)
            elif content.runs:
                by = f"watched directory {directory.path}"
                await self._take(directory.rig, content.runs, by)

    async def _read(
        self, directory: WatchedFolder, paths: Sequence[str]
    ) -> tuple[FileContent, ...]:
        files = [Path(path) for path in paths]
        try:
            return await self._worker.run(read_files, files, directory.zone, directory.coordinates)
        except RefusedError as error:
            if len(files) == 1:
                return (FileContent(refused=f"{files[0].name}: cannot be read: {error}"),)
        # One of them is too much for the reader; the others shall not suffer.
        return tuple([(await self._read(directory, [path]))[0] for path in paths])


def read_files(
    paths: Sequence[Path], zone: tzinfo | None, coordinates: Coordinates | None
) -> tuple[FileContent, ...]:
    """What each file holds; in another process, so that no file can hold up a reply."""
    return tuple(_read(path, zone, coordinates) for path in paths)


def _read(path: Path, zone: tzinfo | None, coordinates: Coordinates | None) -> FileContent:
    try:
        return FileContent(runs=read_path(path, zone=zone, coordinates=coordinates))
    except UnknownFormatError as error:
        return FileContent(refused=str(error), foreign=True)
    except InvalidValueError as error:
        return FileContent(refused=str(error))


def _warn(directory: WatchedFolder, path: str, reason: str) -> None:
    """One line for each file, once."""
    if path in directory.logged:
        return
    directory.logged.add(path)
    log.warning("watched directory %s: %s", directory.path, reason)


def _warn_of_foreign_files(directory: WatchedFolder) -> None:
    """One line for all of them, and again only when they are twice as many.

    A person may watch a directory with thousands of pictures in it, and more every night.
    """
    directory.foreign = {p: why for p, why in directory.foreign.items() if p in directory.seen}
    number = len(directory.foreign)
    if number == 0 or number < 2 * directory.foreign_logged:
        return
    directory.foreign_logged = number
    reason = next(iter(directory.foreign.values()))
    if number > 1:
        reason = f"{number} files are not taken for autofocus logs, the first: {reason}"
    log.warning("watched directory %s: %s", directory.path, reason)
