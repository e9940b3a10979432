"""A file of a watched folder that is to be read, and what was found in it."""

from dataclasses import dataclass
from pathlib import Path

from rigd.autofocus_logs.log_file import LogFile
from rigd.autofocus_logs.run import AutofocusRun


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToRead:
    """One file, and what is known of it."""

    path: Path
    at_rest: bool
    log: LogFile | None = None
    """What was read of it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """What was found in a file."""

    runs: tuple[AutofocusRun, ...] = ()
    log: LogFile | None = None
    """A log that may grow, as far as it is read."""
    waits: bool = False
    """Whether it is to be read once it is at rest."""
    refused: str | None = None
    """Why it is not taken in."""
    foreign: bool = False
    """Whether it is no autofocus log at all."""
