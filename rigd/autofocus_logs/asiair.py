"""ASIAIR's `Autorun_Log_*.txt`: local times without a zone, one autofocus in many lines.

A run goes from `[AutoFocus|Begin] Run AF ..., temperature 12.3℃` over `Calculate V-Curve: detect
and calculate star size 4.1 ,  EAF position 12345` to `Auto focus succeeded, the focused position
is 12345`, or to a failure. The filter is that of the last `Filter change, L change to R`; before
the first one it is the name that the change came from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.files.text import parse_name, parse_number

MAX_RUNS = 20_000
MAX_POINTS = 1000
_MAX_LINE = 1000
_LINE = re.compile(r"(\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}) (.*)")
_TEMPERATURE = re.compile(r"temperature\s+(-?\d{1,3}(?:\.\d{1,3})?)\s*(℃|℉|°C|°F)?")
_SAMPLE = re.compile(r"Calculate \S+.*star size\s+(\d+(?:\.\d+)?)\s*,\s*EAF position\s+(-?\d+)")
_SUCCESS = re.compile(r"Auto focus succeeded, the focused position is\s+(-?\d+)")
_FILTER = re.compile(r"Filter change[,:]?\s+(\S[^,]{0,40}?)\s+change to\s+([^,]{1,40})", re.I)


@dataclass(slots=True)
class _OpenRun:
    """A run whose end has not been read yet."""

    filter: str | None
    temperature_c: float | None
    points: list[CurvePoint] = field(default_factory=list)


def is_this_format(text: str) -> bool:
    """Return whether the head is that of an Autorun log."""
    head = text[:4000].lstrip()
    return head.startswith("Log enabled at") or "[Autorun|Begin]" in head


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return all autofocus runs of the log; ValueError if it has none."""
    lines = [line[:_MAX_LINE] for line in text.splitlines()]
    current = _first_filter(lines)
    open_run: _OpenRun | None = None
    runs: list[AutofocusRun] = []
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        message = found[2]
        change = _FILTER.search(message)
        if change is not None:
            current = parse_name(change[2])
        if message.startswith("[AutoFocus|Begin]"):
            open_run = _OpenRun(filter=current, temperature_c=_read_temperature_c(message))
            continue
        ended = open_run is not None and _ends_run(message)
        if open_run is None or (not ended and not _take_sample(message, open_run)):
            continue
        if ended:
            written = parse_wall_time(found[1])
            time = None if written is None else to_utc(written, zone)
            runs.append(_run(open_run, message, time, source, coordinates))
            open_run = None
        if len(runs) > MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
    if not runs:
        msg = "an ASIAIR log without a finished autofocus run"
        raise ValueError(msg)
    return tuple(runs)


def _first_filter(lines: Sequence[str]) -> str | None:
    changes = (_FILTER.search(line) for line in lines)
    first = next((change for change in changes if change is not None), None)
    return None if first is None else parse_name(first[1])


def _take_sample(message: str, open_run: _OpenRun) -> bool:
    """Add the point that a line reports to the run; return whether it reports one."""
    found = _SAMPLE.match(message)
    size, position = (parse_number(found[1]), parse_number(found[2])) if found else (None, None)
    if size is None or position is None or len(open_run.points) == MAX_POINTS:
        return False
    open_run.points.append(CurvePoint(position_steps=position, hfr_px=size))
    return True


def _ends_run(message: str) -> bool:
    return message.startswith(("Auto focus ", "Cancel AF", "[AutoFocus|End]"))


def _run(
    open_run: _OpenRun,
    message: str,
    time: datetime | None,
    source: str,
    coordinates: Coordinates | None,
) -> AutofocusRun:
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
        filter=open_run.filter,
        position_steps=position,
        se_steps=fitted.se_steps,
        temperature_c=open_run.temperature_c,
        time=time,
        coordinates=coordinates,
        source=source,
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
