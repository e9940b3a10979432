"""Ekos' focus logs (`focuslogs/autofocus-*.txt`): one line for each autofocus that succeeded.

`date, time, position, temperature, filter, HFR, altitude` in local time; newer ones name the
focuser before the position: `2025-05-01, 22:10:03, [ZWO EAF] 20150, 8.5, Red, 1.532, 61.4`. They
have no points, so the program's word is taken; its curves are in the analyze logs.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, plausible_temperature_c
from rigd.files.text import parse_name, parse_number

MAX_RUNS = 20_000
_MAX_LINE = 1000
_HEADER = ["date", "time", "position", "temperature", "filter", "hfr"]
_DEVICE = re.compile(r"\[(.{0,100}?)\]\s*(.*)")


def is_this_format(text: str) -> bool:
    """Return whether the first line names the columns of such a log."""
    return _columns(text)[: len(_HEADER)] == _HEADER


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return all runs of the log; ValueError if it has none.

    Positions of several focusers cannot be told from one another: then no run counts.
    """
    width = len(_columns(text))
    runs: list[AutofocusRun] = []
    focusers: set[str] = set()
    for line in text.splitlines()[1:]:
        fields = [field.strip() for field in line[:_MAX_LINE].split(",")]
        if len(fields) < width:
            continue  # half-written
        # A filter's name may have a comma in it: all other columns are counted from the ends.
        tail = width - len(_HEADER) + 1
        name = ", ".join(fields[4:-tail])
        device = _DEVICE.fullmatch(fields[2])
        position = parse_number(fields[2] if device is None else device[2])
        if position is None:
            continue
        if len(runs) == MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
        focusers.add("" if device is None else device[1])
        altitude = parse_number(fields[6 - width]) if width > len(_HEADER) else None
        runs.append(_run(fields, name, position, altitude, source, zone, coordinates))
    if not runs:
        msg = "an Ekos focus log without a run"
        raise ValueError(msg)
    if len(focusers) == 1:
        return tuple(runs)
    names = ", ".join(sorted(name or "without a name" for name in focusers))
    mixed = f"the log holds several focusers ({names[:120]}): keep the lines of one"
    return tuple(replace(run, ok=False, reason=mixed) for run in runs)


def _run(  # noqa: PLR0917 - one call, beside the names
    fields: Sequence[str],
    name: str,
    position: float,
    altitude: float | None,
    source: str,
    zone: tzinfo | None,
    coordinates: Coordinates | None,
) -> AutofocusRun:
    written = parse_wall_time(f"{fields[0]} {fields[1]}")
    time = None if written is None else to_utc(written, zone)
    temperature = parse_number(fields[3])
    reason = None if time is not None else ASK_ZONE if written is not None else "no time"
    return AutofocusRun(
        filter=parse_name(name),
        position_steps=position,
        # Ekos writes -1000000 where there is no sensor and no mount.
        temperature_c=plausible_temperature_c(temperature),
        altitude_deg=altitude if altitude is not None and -90 <= altitude <= 90 else None,
        time=time,
        coordinates=coordinates,
        source=source,
        ok=True,
        reason=reason,
    )


def _columns(text: str) -> list[str]:
    head = text.lstrip()[:400].splitlines()
    return [name.strip().lower() for name in head[0].split(",")] if head else []
