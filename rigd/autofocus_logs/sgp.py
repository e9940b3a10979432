"""Sequence Generator Pro's log: `[05/21/19 22:10:03.120][DEBUG] [AF Thread] text`, local time.

The sentences are those that another reader of its real logs looks for, SGP AutoFocus Viewer
(github:mafze/SGP-AutoFocus-Viewer@dd3a606 SGP AutoFocus Viewer/MainForm.vb `ReadSGPLogfile`).

A run goes from `Auto focus data` over `Focuser moving to 12345` and `Auto focus HFR calculated at:
2.53` to `Auto focus is complete (12345; HFR 1.92)`, or to an abort. Its filter is known only from
`Auto focus: setting filter to Ha` of the same request: sequences turn the wheel in other words. The
date's order follows the computer's locale: it is read only if some date of the file settles it.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.line_log import MAX_LINE, MAX_POINTS, LineLog
from rigd.autofocus_logs.log_facts import Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, CurvePoint
from rigd.files.text import parse_name, parse_number

VIEWER = (
    "github:mafze/SGP-AutoFocus-Viewer@dd3a606 SGP AutoFocus Viewer/MainForm.vb `ReadSGPLogfile`"
)
FACTS = LogFacts(
    program="Sequence Generator Pro",
    facts=(
        Cited(
            "Its log, `.txt` or `.log`, in the words of 3.1 and of 4.2, with its own star sizes, "
            "ASTAP's or PinPoint's.",
            VIEWER,
        ),
    ),
    filter="its name, if the autofocus itself sets it; a run that sets none does not count "
    "until you say it (`rigd runs restate KEY --filter NAME`)",
    temperature="with the last position",
    curve="every point; fitted anew",
    time="local, without its zone; day before month or after it as the computer has it",
    needs_zone=True,
    remark="No public page was found that says where the program puts its log. Without a date past "
    "the 12th of a month in it its times are not known.",
)
ASK_ORDER = "no date of the log tells day from month: save it with other nights, or as a table"
_LINE = re.compile(r"\[(\S{6,10}) (\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)\](.*)")
_REQUEST = "SGM_FOCUSER_AUTO_FOCUS"
"""Begins an autofocus; its repetitions follow without another one."""
_FILTER = re.compile(r"Auto focus: setting filter (?:to )?(\S.{0,79}?)\s*$")
_MOVE = re.compile(r"Focuser moving to\s*:?\s*(-?\d+)")
_SIZE = re.compile(r"Auto focus (?:HFR|HFD|Half Flux \w+|FWHM) calculated at: (\d[\d.,]*)")
_TEMPERATURE = re.compile(r"New focus position is at -?\d+ ?\(@ ?(-?[\d.,]+) ?C\)")
_DONE = re.compile(r"Auto focus is complete \((?:[^;]*?:\s*)?(-?\d+)\s*;")
_RESTART = ("Focus is asymmetric.", "Focus cannot be determined.", "Rerun auto focus")
_ABORT = ("AF abort requested", "Smart focus failed", "Killing smart focus")


@dataclass(slots=True)
class _OpenRun:
    """A run whose end has not been read yet."""

    points: list[CurvePoint] = field(default_factory=list)
    temperature_c: float | None = None


def is_this_format(text: str) -> bool:
    """Return whether lines look like SGP's and speak of its autofocus."""
    head = text[:4000].splitlines()
    named = "S E Q U E N C E   G E N E R A T O R" in text[:20_000] or "Auto focus" in text
    return named and any(_LINE.match(line) for line in head[:40])


@dataclass(slots=True, kw_only=True)
class SgpLog(LineLog):
    """Reads a log of the program.

    Runs wait until a date of the log tells day from month.
    """

    WITHOUT_RUNS = "an SGP log without a finished autofocus run"
    MARKS = ("Auto focus is complete", *_ABORT)

    filter: str | None = None
    position: float | None = None
    open_run: _OpenRun | None = None
    day_first: bool | None = None
    waiting: list[tuple[str, str, AutofocusRun]] = field(default_factory=list)

    def read_line(self, line: str) -> None:
        """Take in what a line says."""
        found = _LINE.match(line[:MAX_LINE])
        if found is None:
            return
        message = found[3]
        if self.day_first is None:
            self.day_first = _day_first(found[1])
            if self.day_first is not None:
                self._settle()
        if _REQUEST in message:
            self.filter = None
        if (change := _FILTER.search(message)) is not None:
            self.filter = parse_name(change[1])
        if (move := _MOVE.search(message)) is not None:
            self.position = parse_number(move[1])
        if "Auto focus data" in message or (
            self.open_run and any(words in message for words in _RESTART)
        ):
            self.open_run = _OpenRun()
        if self.open_run is None:
            return
        _take_line(self.open_run, message, self.position)
        done = _DONE.search(message)
        if done is None and not any(words in message for words in _ABORT):
            return
        run = _run(self.open_run, done, self)
        self.open_run = None
        self.waiting.append((found[1], found[2], run))
        if self.day_first is not None or found[1][:4].isdigit():
            self._settle()

    def close(self) -> None:
        """Give up waiting for a date that tells: the log has none."""
        self._settle()

    def _settle(self) -> None:
        for date, clock, run in self.waiting:
            written = _wall_time(date, clock, day_first=self.day_first)
            time = None if written is None else to_utc(written, self.zone)
            asked = [] if time is not None else [ASK_ORDER if written is None else ASK_ZONE]
            reason = "; ".join([*asked, *([run.reason] if run.reason else [])]) or None
            self.add(replace(run, time=time, reason=reason))
        self.waiting.clear()


def _take_line(open_run: _OpenRun, message: str, position: float | None) -> None:
    size = _SIZE.search(message)
    hfr_px = parse_number(size[1]) if size else None
    if hfr_px is not None and position is not None and len(open_run.points) < MAX_POINTS:
        open_run.points.append(CurvePoint(position_steps=position, hfr_px=hfr_px))
    temperature = _TEMPERATURE.search(message)
    if temperature is not None:
        open_run.temperature_c = parse_number(temperature[1])


def _run(open_run: _OpenRun, done: re.Match[str] | None, log: SgpLog) -> AutofocusRun:
    points = tuple(open_run.points)
    fitted = refit(points)
    reasons = ["aborted"] if done is None else []
    if fitted.reason:
        reasons.append(fitted.reason)
    position = fitted.position_steps
    if position is None and done is not None:
        position = parse_number(done[1])
    return AutofocusRun(
        filter=log.filter,
        position_steps=position,
        se_steps=fitted.se_steps,
        temperature_c=open_run.temperature_c,
        coordinates=log.coordinates,
        source=log.place,
        ok=done is not None and (fitted.ok or not points),
        reason="; ".join(reasons) or None,
        points=points,
    )


def _day_first(date: str) -> bool | None:
    """Return whether 03/04/20 is in April; None if this date leaves it open."""
    parts = re.split(r"[/.-]", date)
    if len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[0]) < 3:
        if int(parts[0]) > 12:
            return True
        if int(parts[1]) > 12:
            return False
    return None


def _wall_time(date: str, clock: str, *, day_first: bool | None) -> datetime | None:
    parts = re.split(r"[/.-]", date)
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    if len(parts[0]) == 4:
        year, month, day = parts
    elif day_first is None:
        return None
    else:
        first, second, year = parts
        day, month = (first, second) if day_first else (second, first)
    year = f"20{year}" if len(year) == 2 else year
    return parse_wall_time(f"{year}-{month:0>2}-{day:0>2} {clock.replace(',', '.')}")
