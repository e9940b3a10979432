"""A log that is read line by line, also while its program still writes it.

All that a reader knows is in its fields, so it can wait in another process for the lines to come.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import ClassVar

from rigd.autofocus_logs.log_time import put_behind
from rigd.autofocus_logs.run import AutofocusRun, Coordinates

MAX_RUNS = 20_000
"""In one log; no real log comes near it."""
MAX_POINTS = 1000
"""In one run."""
MAX_LINE = 1000
"""Characters of a line that are looked at, where its kind has no longer ones."""


@dataclass(slots=True, kw_only=True)
class LineLog(ABC):
    """Reads one log."""

    WITHOUT_RUNS: ClassVar[str]
    """What is said of a log that has no run."""
    MARKS: ClassVar[tuple[str, ...]] = ()
    """One of them stands in each line that ends a run, and seldom in another: in a growing log
    nothing is new until one comes. Without any, each line may end a run."""

    source: str
    """The format and the file's name."""
    zone: tzinfo | None = None
    """Of times that the log writes without one."""
    coordinates: Coordinates | None = None
    line_number: int = 0
    runs: int = 0
    """Those that have ended."""
    last_time: datetime | None = None
    """When the last of them ended."""
    _ended: list[AutofocusRun] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it reads: the source of a run that ends on this line."""
        return f"{self.source} line {self.line_number}"

    def feed(self, line: str) -> None:
        """Read the next line, without its end.

        Raises:
            ValueError: there are more runs than any log has.
        """
        self.line_number += 1
        self.read_line(line)

    @abstractmethod
    def read_line(self, line: str) -> None:
        """Take in what a line says."""

    def close(self) -> None:  # noqa: B027 - most readers wait for nothing
        """Settle what waited for a later line: there is none for now."""

    def take(self) -> tuple[AutofocusRun, ...]:
        """Return the runs that have ended since the last time, in the log's order."""
        ended, self._ended = tuple(self._ended), []
        return ended

    def add(self, run: AutofocusRun) -> None:
        """Add a run that has ended.

        Raises:
            ValueError: there are more than any log has.
        """
        if self.runs == MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
        self.runs += 1
        if run.time is not None and self.zone is not None:
            if self.last_time is not None:
                run = replace(run, time=put_behind(run.time, self.last_time, self.zone))
            self.last_time = run.time
        self._ended.append(run)
