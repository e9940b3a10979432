"""CCDciel's log: `2024-05-01T21:00:00.123 2: Autofocus finished, POS=... TEMP:12.3°C`, local time.

The log knows filters by their number in the wheel, counted from 1 (`Set filter position 3`); that
number, as text, is the filter's name here. Its points carry no positions, so nothing is refitted.
Only logs in English are recognised.
"""

import re
from datetime import datetime, tzinfo

from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, plausible_temperature_c
from rigd.files.text import parse_number

MAX_RUNS = 20_000
_MAX_LINE = 1000
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}) (?:\d: )?(.*)")
_FILTER = re.compile(r"Set filter position (\d{1,3})\b")
_FINISHED = re.compile(
    r"Autofocus finished, POS=(-?\d+) HFD=(\S+) PEAK:\S+ SNR:\S+"
    r"(?: TEMP:(-?[\d.,]+)\W*([CF])?)?(.*)"
)
_CANCELLED = re.compile(r"Autofocus canceled .*")


def is_this_format(text: str) -> bool:
    """Return whether the head has such lines and the file speaks of an autofocus or a filter."""
    head = text[:2000].splitlines()
    return any(_LINE.match(line) for line in head[:5]) and (
        "Autofocus " in text or "Set filter position" in text or "CCDciel" in text
    )


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return all autofocus runs of the log; ValueError if it has none."""
    filter_number: str | None = None
    runs: list[AutofocusRun] = []
    for line in text.splitlines():
        found = _LINE.match(line[:_MAX_LINE])
        if found is None:
            continue
        change = _FILTER.search(found[2])
        if change is not None:
            filter_number = change[1]
        finished, cancelled = _FINISHED.search(found[2]), _CANCELLED.search(found[2])
        if finished is None and cancelled is None:
            continue
        if len(runs) == MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
        written = parse_wall_time(found[1])
        time = None if written is None else to_utc(written, zone)
        runs.append(_run(finished, filter_number, time, source, coordinates))
    if not runs:
        msg = "a CCDciel log without an autofocus run"
        raise ValueError(msg)
    return tuple(runs)


def _run(
    finished: re.Match[str] | None,
    filter_number: str | None,
    time: datetime | None,
    source: str,
    coordinates: Coordinates | None,
) -> AutofocusRun:
    reasons = [ASK_ZONE] if time is None else []
    ok = finished is not None and "error" not in finished[5].lower()
    if finished is None:
        reasons.append("cancelled")
    elif not ok:
        reasons.append("the program calls its result an error")
    return AutofocusRun(
        filter=filter_number,
        position_steps=None if finished is None else parse_number(finished[1]),
        temperature_c=None if finished is None else _temperature_c(finished[3], finished[4]),
        time=time,
        coordinates=coordinates,
        source=source,
        ok=ok,
        reason="; ".join(reasons) or None,
    )


def _temperature_c(text: str | None, unit: str | None) -> float | None:
    temperature = parse_number(text)
    if temperature is None:
        return None
    celsius = (temperature - 32) / 1.8 if unit == "F" else temperature
    return plausible_temperature_c(celsius)
