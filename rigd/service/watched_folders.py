"""Watched directories: the autofocus logs that other programs leave there are taken in.

They are looked through every minute; logs that grow are looked at every second.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from rigd.autofocus_logs.log_file import LogFile
from rigd.autofocus_logs.own_positions import PositionRange, choose_own_runs
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import RefusedError, RigdError
from rigd.files.text import make_printable
from rigd.service.file_content import FileContent, FileToRead
from rigd.service.fit_process import FitProcess
from rigd.service.folder_scan import SCAN_LIMIT_S, FolderScan, Stamps, find_news, scan
from rigd.service.process_work import read_files
from rigd.view.watching import SkippedFile, WatchedDirectory

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Files read at one look; the others wait for the next."""
READ_LIMIT_S = 50.0
GROWTH_S = 1.0
"""Between two looks at logs that grow: a glance at their sizes. The rest of the five seconds within
which a run is learnt is for the process that reads its lines.
"""
MOST_SKIPPED = 1000
"""That are named."""
STILL_WRITTEN = "it is read once it is no longer written to"
NOT_STORED = "its runs could not be stored; rigd's log says why"
MOST_GROWING = 20
"""Of a directory, the newest: a season's old logs on a share shall not be asked for every time."""


@dataclass(slots=True, kw_only=True)
class WatchedFolder:
    """One directory, and what was seen there."""

    path: Path
    rig: str
    zone: tzinfo | None = None
    coordinates: Coordinates | None = None
    positions: PositionRange | None = None
    """Where the rig's focuser finds its focus; runs elsewhere are another's."""
    seen: Stamps = field(default_factory=dict)
    done: Stamps = field(default_factory=dict)
    logs: dict[str, LogFile] = field(default_factory=dict)
    """Logs that may grow, as far as they are read."""
    settled: set[str] = field(default_factory=set)
    """Those of which nothing waits for a line to come."""
    foreign: dict[str, str] = field(default_factory=dict)
    """Files that are no autofocus logs, with the reason."""
    foreign_logged: int = 0
    """How many of them the log has named."""
    waiting: set[str] = field(default_factory=set)
    """Files that are read once nobody writes to them."""
    broken: dict[str, str] = field(default_factory=dict)
    """Autofocus logs that cannot be taken in, with the reason."""
    looked_at: datetime | None = None
    """When it was last looked through."""
    problem: str | None = None
    """Why it cannot be looked through now."""
    runs: int = 0
    """Read since the start."""
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
        tell_problems: Callable[[str, tuple[str, ...]], None] | None = None,
    ) -> None:
        """`take` gets the rig, the runs of a file, and who brings them.

        `tell_problems` gets a rig and what is wrong with its directories, when that has changed.
        """
        self._directories = [(one, FolderScan(scan_limit_s), asyncio.Lock()) for one in directories]
        """Each with a lock that a look holds: two at once would take in the same lines."""
        self._take = take
        self._tell_problems = tell_problems
        self._worker = worker or FitProcess(READ_LIMIT_S)
        # A few lines are milliseconds of work; a process that yields to all others takes ten
        # seconds to start on a busy computer.
        self._prompt_worker = worker or FitProcess(READ_LIMIT_S, niceness=0)

    async def look(self) -> None:
        """Look the directories through, and take in what is new; never raises."""
        for directory, scanning, looking in self._directories:
            async with looking:
                problem = await _attempt(directory, self._look_at(directory, scanning))
            self._note_problem(directory, problem)

    async def keep_reading(self) -> None:
        """Take in the lines that logs grow by, until cancelled."""
        while True:
            await asyncio.sleep(GROWTH_S)
            await self.look_at_growing()

    async def look_at_growing(self) -> None:
        """Take in the lines that logs have grown by; never raises.

        A directory that is being looked through, which may take long, holds up no other.
        """
        for directory, scanning, looking in self._directories:
            if directory.logs and not looking.locked():
                async with looking:
                    await _attempt(directory, self._read_on(directory, scanning))

    def report(self, rig: str) -> tuple[WatchedDirectory, ...]:
        """Return what was read in the directories of a rig, and what was skipped and why."""
        return tuple(_report(one) for one, _, _ in self._directories if one.rig == rig)

    def _note_problem(self, directory: WatchedFolder, problem: str | None) -> None:
        if directory.problem == problem:
            return
        directory.problem = problem
        if self._tell_problems is not None:
            of_rig = [one for one, _, _ in self._directories if one.rig == directory.rig]
            told = (f"watched directory {one.path}: {one.problem}" for one in of_rig if one.problem)
            self._tell_problems(directory.rig, tuple(told))

    async def _look_at(self, directory: WatchedFolder, scanning: FolderScan) -> None:
        now = await scanning.run(lambda given_up: scan(directory.path, given_up))
        directory.logged.discard(str(directory.path))
        directory.looked_at = datetime.now(UTC)
        before, directory.seen = directory.seen, now
        directory.waiting &= now.keys()
        for reasons in (directory.foreign, directory.broken):
            for path in reasons.keys() - now.keys():
                del reasons[path]
        directory.done = {path: stamp for path, stamp in directory.done.items() if path in now}
        directory.logs = {path: one for path, one in directory.logs.items() if path in now}
        directory.settled &= directory.logs.keys()
        at_rest = {path for path, stamp in now.items() if before.get(path) == stamp}
        due = [
            path
            for path, stamp in now.items()
            if directory.done.get(path) != stamp
            or (path in directory.logs and path in at_rest - directory.settled)
        ]
        chosen = sorted(due, key=lambda path: now[path][1], reverse=True)[:AT_ONCE]
        await self._take_in(directory, chosen, at_rest, self._worker)
        if len(chosen) == len(due):
            _warn_of_foreign_files(directory)

    async def _read_on(self, directory: WatchedFolder, scanning: FolderScan) -> None:
        newest = sorted(directory.logs, key=lambda path: directory.done[path][1], reverse=True)
        logs = {path: directory.logs[path] for path in newest[:MOST_GROWING]}
        now = await scanning.run(lambda given_up: find_news(logs, directory.done, given_up))
        directory.seen = {**directory.seen, **now}
        await self._take_in(directory, list(now), set(), self._prompt_worker)

    async def _take_in(
        self,
        directory: WatchedFolder,
        paths: Sequence[str],
        at_rest: set[str],
        worker: FitProcess,
    ) -> None:
        if not paths:
            return
        stamps = {path: directory.seen[path] for path in paths}
        read = await _read(
            directory,
            [
                FileToRead(path=Path(one), at_rest=one in at_rest, log=directory.logs.get(one))
                for one in paths
            ],
            worker,
        )
        for path, content in zip(paths, read, strict=True):
            directory.foreign.pop(path, None)
            directory.broken.pop(path, None)
            directory.waiting.discard(path)
            if not await self._store(directory, path, content):
                continue
            if content.waits:
                directory.waiting.add(path)
                continue
            directory.done[path] = stamps[path]
            if content.log is not None:
                directory.logs[path] = content.log
                (directory.settled.add if path in at_rest else directory.settled.discard)(path)
            elif content.foreign and content.refused is not None:
                directory.foreign[path] = content.refused
            elif content.refused is not None:
                directory.broken[path] = content.refused
                _warn(directory, path, content.refused)

    async def _store(self, directory: WatchedFolder, path: str, content: FileContent) -> bool:
        """Hand over the runs of one file; one that fails holds up no other, and is read again."""
        if not (runs := choose_own_runs(content.runs, directory.positions)):
            return True
        directory.broken[path] = NOT_STORED
        try:
            await self._take(directory.rig, runs, f"watched directory {directory.path}")
        except RigdError as error:
            _warn(directory, path, f"{make_printable(Path(path).name)}: {error}")
            return False
        except Exception:  # border: a job that fails must not end the others
            if path not in directory.logged:
                directory.logged.add(path)
                log.exception("watched directory %s: %s", directory.path, make_printable(path))
            return False
        directory.runs += len(runs)
        del directory.broken[path]
        return True


async def _read(
    directory: WatchedFolder, files: Sequence[FileToRead], worker: FitProcess
) -> tuple[FileContent, ...]:
    try:
        return await worker.run(read_files, files, directory.zone, directory.coordinates)
    except RefusedError as error:
        if len(files) == 1:
            return (FileContent(refused=f"{files[0].path.name}: cannot be read: {error}"),)
    # One of them is too much for the reader; the others shall not suffer.
    return tuple([(await _read(directory, [file], worker))[0] for file in files])


async def _attempt(directory: WatchedFolder, work: Awaitable[None]) -> str | None:
    """Do some work; return what is wrong with the directory, which is logged once."""
    try:
        await work
    except OSError as error:
        problem = error.strerror or "cannot be read"
    except RigdError as error:
        problem = str(error)
    except Exception:  # border: a job that fails must not end the others
        log.exception("watched directory %s", directory.path)
        return "a fault in rigd; its log says more"
    else:
        return None
    _warn(directory, str(directory.path), problem)
    return problem


def _report(directory: WatchedFolder) -> WatchedDirectory:
    skipped = directory.foreign | directory.broken | dict.fromkeys(directory.waiting, STILL_WRITTEN)
    names = {path: make_printable(os.path.relpath(path, directory.path)) for path in skipped}
    told = [
        SkippedFile(
            path=names[path],
            reason=reason.removeprefix(f"{make_printable(Path(path).name)}: "),
            waits=path in directory.waiting,
        )
        for path, reason in sorted(skipped.items())
    ]
    return WatchedDirectory(
        path=str(directory.path),
        looked_at=None if directory.looked_at is None else directory.looked_at.isoformat(),
        problem=directory.problem,
        files=len(directory.seen),
        followed=len(directory.logs),
        runs=directory.runs,
        skipped=tuple(told[:MOST_SKIPPED]),
        skipped_count=len(told),
    )


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
    number = len(directory.foreign)
    if number == 0 or number < 2 * directory.foreign_logged:
        return
    directory.foreign_logged = number
    reason = next(iter(directory.foreign.values()))
    if number > 1:
        reason = f"{number} files are not taken for autofocus logs, the first: {reason}"
    log.warning("watched directory %s: %s", directory.path, reason)
