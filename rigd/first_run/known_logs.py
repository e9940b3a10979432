"""Autofocus runs in other programs' logs, in their usual places."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from time import monotonic
from typing import Final

from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError
from rigd.first_run.usual_places import LOGS, find_places

MOST_FILES: Final = 2000
"""Of one directory, the newest."""
LIMIT_S: Final = 30.0
"""For all of them: what is not read by then is read once rigd watches the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLogs:
    """A directory of logs with the runs in it."""

    program: str
    path: Path
    runs: tuple[AutofocusRun, ...]
    files: int
    complete: bool = True
    """Whether all files were read."""

    @property
    def good_runs(self) -> tuple[AutofocusRun, ...]:
        """Those that found a focus."""
        return tuple(run for run in self.runs if run.ok)


def find_logs(
    below: tuple[Path, ...], named: Sequence[Path], zone: tzinfo | None
) -> tuple[KnownLogs, ...]:
    """Read the logs in the usual places, and in the directories named.

    The positions are the focuser's own counts: rigd was not there yet.

    Args:
        below: homes.
        named: directories that a person named.
        zone: of times that are written without one.
    """
    until_s = monotonic() + LIMIT_S
    places = [("", path) for path in named] + list(find_places(LOGS, below))
    found = []
    for path in dict.fromkeys(path for _, path in places):
        program = next(word for word, one in places if one == path)
        logs = _read(program, path, zone, until_s)
        if logs.runs:
            found.append(logs)
    return tuple(found)


def _read(program: str, path: Path, zone: tzinfo | None, until_s: float) -> KnownLogs:
    files = list(_newest_files(path))
    runs: list[AutofocusRun] = []
    read = 0
    for file in files[:MOST_FILES]:
        if monotonic() > until_s:
            break
        read += 1
        with suppress(InvalidValueError):  # what is no log is no matter here
            runs += read_path(file, zone=zone, coordinates=Coordinates.RAW, named=file.name)
    return KnownLogs(
        program=program, path=path, runs=tuple(runs), files=read, complete=read == len(files)
    )


def _newest_files(path: Path) -> Iterator[Path]:
    with suppress(OSError):
        files = [one for one in path.rglob("*") if one.is_file()]
        yield from sorted(files, key=_changed_at, reverse=True)


def _changed_at(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
