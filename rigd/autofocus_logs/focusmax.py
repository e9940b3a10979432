"""FocusMax: its own log, and the log of ACP's `FocusOffsets` script, which drives it.

Both have times of day alone (`21:13:22   text`); the date is in the file's name
(`20120105_180312.log`, `FocusOffsets-05-Jan-2012@180312.log`). FocusMax itself knows no filter: its
runs are shown, but say that their filter is unknown. ACP's script names the filter first:
`Measuring reference filter L`, `Measuring R filter...`, `FocusMax auto-focus successful!`,
`HFD = 3.26`, `Focus position = 5230`. Neither has points, so the program's word is taken.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rigd.autofocus_logs.line_log import MAX_LINE, LineLog
from rigd.autofocus_logs.log_facts import Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, to_utc
from rigd.autofocus_logs.run import AutofocusRun
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="FocusMax, and ACP's script FocusOffsets",
    facts=(
        Cited(
            "ACP comes with a script FocusOffsets.vbs that finds the offsets of all filters with "
            "FocusMax; run it in ACP's console.",
            "http://solo.dc3.com/ar/RefDocs/HelpFiles/ACP81Help/filters.htm",
        ),
        Cited(
            "FocusMax' own log has a sequence AcquireStar for each run, with its best focus and "
            "temperature; it is called `DATE_TIME.log`.",
            "github:joshwalawender/IQMon@be2e38d VYSOS_MakeNightlyPlots.py, which reads it",
        ),
    ),
    filter="its name in the script's log; none in FocusMax' own, so its runs do not count until "
    "one says it (`rigd runs restate KEY --filter NAME`)",
    temperature="in FocusMax' own log",
    curve="none: the program's word is taken",
    time="local times of day; the date is in the file's name, which must be kept",
    needs_zone=True,
)
NO_DATE = "the log has times of day alone, and its name no date: keep the name it was given"
_LINE = re.compile(r"\s?(\d{1,2}):(\d\d):(\d\d)\s+(\S.*)")
_OWN_START = re.compile(r"\*\* Starting AcquireStar Sequence")
_OWN_BEST = re.compile(r"Best Focus is:\s*(-?\d{1,9})")
_OWN_TEMPERATURE = re.compile(r"Temperature = (-?\d{1,3}(?:[.,]\d{1,3})?)")
_OWN_END = re.compile(r"AcquireStar (not )?completed")
_ACP_FILTER = re.compile(r"Measuring (?:reference filter (.{1,80})|(.{1,80}) filter\.\.\.)$")
_ACP_POSITION = re.compile(r"Focus position(?: \(simulated\))? = (-?\d{1,9})")
_ACP_FAILED = re.compile(r"\*\*AutoFocus (?:failed|took)", re.IGNORECASE)
_NAMED = (
    (re.compile(r"(\d{4})(\d\d)(\d\d)_\d{5,6}"), "%Y%m%d"),
    (re.compile(r"(\d\d)-([A-Z][a-z]{2})-(\d{4})@"), "%d%b%Y"),
)


@dataclass(slots=True)
class _OpenRun:
    """A run whose end has not been read yet."""

    filter: str | None = None
    position: float | None = None
    temperature_c: float | None = None
    failed: bool = False


@dataclass(slots=True)
class _Clock:
    """Turns times of day into times: a step back is the next day."""

    day: date | None
    last: tuple[int, int, int] = (0, 0, 0)

    def at(self, hour: int, minute: int, second: int) -> datetime | None:
        now = (hour, minute, second)
        if self.day is None or hour > 23 or minute > 59 or second > 59:
            return None
        if now < self.last:
            self.day += timedelta(days=1)
        self.last = now
        return datetime(self.day.year, self.day.month, self.day.day, *now)  # noqa: DTZ001 - local


def is_this_format(text: str) -> bool:
    """Return whether lines look so and speak of FocusMax's autofocus."""
    named = "Starting AcquireStar Sequence" in text or "FocusMax auto-focus" in text
    return named and any(_LINE.match(line) for line in text[:4000].splitlines()[:40])


@dataclass(slots=True, kw_only=True)
class FocusmaxLog(LineLog):
    """Reads a log of FocusMax, or of ACP's script."""

    WITHOUT_RUNS = "a FocusMax log without a finished autofocus run"
    MARKS = ("AcquireStar", "Focus position", "**")

    clock: _Clock | None = None
    open_run: _OpenRun | None = None

    def read_line(self, line: str) -> None:
        """Take in what a line says."""
        found = _LINE.match(line[:MAX_LINE])
        if found is None:
            return
        if self.clock is None:
            self.clock = _Clock(_date_in_name(self.source))
        time = self.clock.at(int(found[1]), int(found[2]), int(found[3]))
        message = found[4].rstrip()
        if _OWN_START.match(message):
            self.open_run = _OpenRun()
        elif (measured := _ACP_FILTER.match(message)) is not None:
            self.open_run = _OpenRun(filter=parse_name(measured[1] or measured[2]))
        if self.open_run is not None and _take_line(self.open_run, message):
            self.add(_run(self.open_run, time, self))
            self.open_run = None


def _take_line(open_run: _OpenRun, message: str) -> bool:
    """Record what a line says of the run, and return whether it ends the run."""
    if (best := _OWN_BEST.match(message)) is not None:
        open_run.position = parse_number(best[1])
    elif (temperature := _OWN_TEMPERATURE.match(message)) is not None:
        open_run.temperature_c = parse_number(temperature[1])
    elif (end := _OWN_END.match(message)) is not None:
        open_run.failed = end[1] is not None
        return True
    elif (position := _ACP_POSITION.match(message)) is not None:
        open_run.position = parse_number(position[1])
        return True
    elif _ACP_FAILED.match(message):
        open_run.failed = True
        return True
    return False


def _run(open_run: _OpenRun, written: datetime | None, log: FocusmaxLog) -> AutofocusRun:
    time = None if written is None else to_utc(written, log.zone)
    reasons = []
    if written is None:
        reasons.append(NO_DATE)
    elif time is None:
        reasons.append(ASK_ZONE)
    if open_run.failed:
        reasons.append("failed: FocusMax goes back to the start")
    elif open_run.position is None:
        reasons.append("no position")
    return AutofocusRun(
        filter=open_run.filter,
        position_steps=None if open_run.failed else open_run.position,
        temperature_c=open_run.temperature_c,
        time=time,
        coordinates=log.coordinates,
        source=log.place,
        ok=not open_run.failed and open_run.position is not None,
        reason="; ".join(reasons) or None,
    )


def _date_in_name(name: str) -> date | None:
    for shape, written in _NAMED:
        found = shape.search(name)
        if found is not None:
            try:
                return datetime.strptime("".join(found.groups()), written).date()  # noqa: DTZ007
            except ValueError:
                return None
    return None
