"""ASIAIR's `Autorun_Log_*.txt`: local times without a zone, one autofocus in many lines.

A run goes from `[AutoFocus|Begin] Run AF ..., temperature 12.3℃` over `Calculate V-Curve: detect
and calculate star size 4.1 ,  EAF position 12345` to `Auto focus succeeded, the focused position
is 12345`, or to a failure. The filter is that of the last `Filter change, L change to R`; before
the first one it is the name that the change came from.
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

FACTS = LogFacts(
    program="ZWO ASIAIR, Autorun log",
    facts=(
        Cited(
            "File `Autorun_Log_DATE_TIME.txt`, here of March 2022.",
            "a real one: github:metalglove/astro-guiding-performance "
            "data/Autorun_Log_2022-03-18_211302.txt",
        ),
    ),
    filter="of the last `Filter change`",
    temperature="at the start",
    curve="the points of `Calculate V-Curve` and `Calculate Focus Point`; fitted anew",
    time="local, without its zone",
    needs_zone=True,
)
_LINE = re.compile(r"(\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}) (.*)")
_TEMPERATURE = re.compile(r"temperature\s+(-?\d{1,3}(?:\.\d{1,3})?)\s*(℃|℉|°C|°F)?")
_SAMPLE = re.compile(r"Calculate \S+.*star size\s+(\d+(?:\.\d+)?)\s*,\s*EAF position\s+(-?\d+)")
_ENDS = ("Auto focus ", "Cancel AF", "[AutoFocus|End]")
_SUCCESS = re.compile(r"Auto focus succeeded, the focused position is\s+(-?\d+)")
_FILTER = re.compile(r"Filter change[,:]?\s+(\S[^,]{0,40}?)\s+change to\s+([^,]{1,40})", re.I)


@dataclass(slots=True)
class _OpenRun:
    """A run whose end has not been read yet."""

    temperature_c: float | None
    points: list[CurvePoint] = field(default_factory=list)


def is_this_format(text: str) -> bool:
    """Return whether the head is that of an Autorun log."""
    head = text[:4000].lstrip()
    return head.startswith("Log enabled at") or "[Autorun|Begin]" in head


@dataclass(slots=True, kw_only=True)
class AsiairLog(LineLog):
    """Reads an Autorun log.

    A run before the first change of filter waits for it: that change says from which filter.
    """

    WITHOUT_RUNS = "an ASIAIR log without a finished autofocus run"
    MARKS = (*_ENDS, "ilter change")

    filter: str | None = None
    open_run: _OpenRun | None = None
    waiting: list[AutofocusRun] = field(default_factory=list)

    def read_line(self, line: str) -> None:
        """Take in what a line says."""
        found = _LINE.match(line[:MAX_LINE])
        if found is None:
            return
        message = found[2]
        change = _FILTER.search(message)
        if change is not None:
            self._settle(parse_name(change[1]))
            self.filter = parse_name(change[2])
        if message.startswith("[AutoFocus|Begin]"):
            self.open_run = _OpenRun(temperature_c=_read_temperature_c(message))
            return
        if self.open_run is None or _take_sample(message, self.open_run):
            return
        if _ends_run(message):
            written = parse_wall_time(found[1])
            time = None if written is None else to_utc(written, self.zone)
            run = _run(self.open_run, message, time, self)
            self.open_run = None
            if self.filter is None:
                self.waiting.append(run)
            else:
                self.add(run)

    def close(self) -> None:
        """Give up waiting for a change of filter: the log has none."""
        self._settle(None)

    def _settle(self, name: str | None) -> None:
        for run in self.waiting:
            self.add(replace(run, filter=name))
        self.waiting.clear()


def _take_sample(message: str, open_run: _OpenRun) -> bool:
    """Add the point that a line reports to the run; return whether it reports one."""
    found = _SAMPLE.match(message)
    size, position = (parse_number(found[1]), parse_number(found[2])) if found else (None, None)
    if size is None or position is None or len(open_run.points) == MAX_POINTS:
        return False
    open_run.points.append(CurvePoint(position_steps=position, hfr_px=size))
    return True


def _ends_run(message: str) -> bool:
    return message.startswith(_ENDS)


def _run(open_run: _OpenRun, message: str, time: datetime | None, log: AsiairLog) -> AutofocusRun:
    points = tuple(open_run.points)
    fitted = refit(points)
    success = _SUCCESS.match(message)
    reasons = [ASK_ZONE] if time is None else []
    if success is None:
        reasons.append("failed or cancelled")
    if fitted.reason:
        reasons.append(fitted.reason)
    position = fitted.position_steps
    if position is None and success is not None:
        position = parse_number(success[1])
    return AutofocusRun(
        filter=log.filter,
        position_steps=position,
        se_steps=fitted.se_steps,
        temperature_c=open_run.temperature_c,
        time=time,
        coordinates=log.coordinates,
        source=log.place,
        # A log of the result alone, without its points, is believed.
        ok=success is not None and (fitted.ok or not points),
        reason="; ".join(reasons) or None,
        points=points,
    )


def _read_temperature_c(message: str) -> float | None:
    found = _TEMPERATURE.findall(message)
    if not found:
        return None
    reading, unit = found[-1]
    temperature = parse_number(reading)
    if temperature is None:
        return None
    return (temperature - 32) / 1.8 if unit in {"℉", "°F"} else temperature
