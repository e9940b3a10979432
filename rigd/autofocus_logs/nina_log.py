"""N.I.N.A.'s own program log: `time|LEVEL|File.cs|Member|line|text`, local time without a zone.

A run goes from `Autofocus starting notification received`, over `Moving Focuser to position N`,
`Starting Exposure - ...; Filter: L; ...` and `Average HFR: ...`, to `Autofocus notification
received - Temperature ...` (or, in older versions, `AutoFocus completed`), or to the restored start
of a failure. A star size is logged after the next move: sizes belong to the exposures in their
order. Hocus Focus measures several exposures at once, so its sizes belong to nobody, and the
program's result is taken; its reports have the points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint, plausible_temperature_c
from rigd.files.text import parse_name, parse_number

MAX_RUNS = 20_000
MAX_POINTS = 1000
_MAX_LINE = 1000
_HEADER = "DATE|LEVEL|SOURCE|MEMBER|LINE|MESSAGE"
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d{1,7})\|[A-Z]{4,7}\|([^|]{0,80})\|[^|]{0,80}\|\d{0,6}\|(.*)"
)
_STARTS = ("Autofocus starting notification", "Starting AutoFocus with initial position")
_MOVE = re.compile(r"Moving Focuser to position (-?\d{1,9})\b")
_EXPOSURE = re.compile(r"Starting Exposure - Exposure Time: [^;]{0,40}; Filter: ([^;]{0,80});")
_SIZE = re.compile(r"Average HFR: (NaN|\d+(?:[.,]\d+)?(?:E[+-]?\d+)?), HFR")
_WHEEL = re.compile(r"Moving to Filter (.{1,80}?) at Position \d")
_DONE = re.compile(
    r"AutoFocus completed|Autofocus notification received"
    r"(?: - Temperature (-?\d+(?:[.,]\d+)?|NaN))?"
)
_AGAIN = re.compile(r"Potentially bad auto-focus\..*(?:[Rr]eattempt|re-attempt)")
_FAILED = (
    "AutoFocus did not complete successfully",
    "Potentially bad auto-focus. Restoring",
    "AutoFocus cancelled",
    "Failure during AutoFocus",
)


@dataclass(slots=True)
class _OpenRun:
    """A run whose end has not been read yet."""

    filter: str | None
    position: float | None = None
    exposed: list[float | None] = field(default_factory=list)
    """Where the focuser stood at each exposure."""
    sizes: list[float | None] = field(default_factory=list)
    together: bool = False
    """Several exposures are measured at once."""


def is_this_format(text: str) -> bool:
    """Return whether the head is that of the program's log."""
    head = text[:20_000]
    return _HEADER in head or any(
        _LINE.match(line[:_MAX_LINE]) and ".cs|" in line for line in head.splitlines()[:60]
    )


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return all ended autofocus runs of the log; ValueError if it has none."""
    name: str | None = None
    open_run: _OpenRun | None = None
    runs: list[AutofocusRun] = []
    for line in text.splitlines():
        found = _LINE.match(line[:_MAX_LINE])
        if found is None:
            continue
        module, message = found[2], found[3]
        if (wheel := _WHEEL.match(message)) is not None:
            name = parse_name(wheel[1])
            if open_run is not None and not open_run.exposed:
                open_run.filter = name
        if message.startswith(_STARTS):
            # Both sentences may announce the same run.
            if open_run is None or open_run.exposed:
                open_run = _OpenRun(filter=name)
            open_run.together = open_run.together or module.startswith("AutoFocusEngine")
            continue
        if open_run is None:
            continue
        _take_line(open_run, module, message)
        done = _DONE.match(message)
        if done is None and not message.startswith(_FAILED):
            continue
        if len(runs) == MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
        written = parse_wall_time(found[1].replace(",", "."))
        time = None if written is None else to_utc(written, zone)
        runs.append(_run(open_run, done, time, source, coordinates))
        open_run = None
    if not runs:
        msg = "a N.I.N.A. log without a finished autofocus run"
        raise ValueError(msg)
    return tuple(runs)


def _take_line(open_run: _OpenRun, module: str, message: str) -> None:
    open_run.together = open_run.together or module.startswith(("HocusFocus", "AutoFocusEngine"))
    if (move := _MOVE.match(message)) is not None:
        open_run.position = parse_number(move[1])
    if _AGAIN.match(message):
        open_run.exposed.clear()
        open_run.sizes.clear()
    if (exposure := _EXPOSURE.match(message)) is not None and len(open_run.exposed) < MAX_POINTS:
        open_run.exposed.append(open_run.position)
        open_run.filter = parse_name(exposure[1]) or open_run.filter
    if (size := _SIZE.match(message)) is not None and len(open_run.sizes) < MAX_POINTS:
        open_run.sizes.append(parse_number(size[1]))


def _run(
    open_run: _OpenRun,
    done: re.Match[str] | None,
    time: datetime | None,
    source: str,
    coordinates: Coordinates | None,
) -> AutofocusRun:
    points = _points(open_run)
    fitted = refit(points)
    reasons = [ASK_ZONE] if time is None else []
    if done is None:
        reasons.append("failed or cancelled: the program went back to the start")
    if points and fitted.reason:
        reasons.append(fitted.reason)
    position = fitted.position_steps
    if position is None and done is not None:
        position = open_run.position
    if position is None and done is not None:
        reasons.append("the log does not say where the focuser went")
    temperature = None if done is None else parse_number(done[1])
    return AutofocusRun(
        filter=open_run.filter,
        position_steps=position,
        se_steps=fitted.se_steps,
        temperature_c=plausible_temperature_c(temperature),
        time=time,
        coordinates=coordinates,
        source=source,
        ok=done is not None and position is not None and (fitted.ok or not points),
        reason="; ".join(reasons) or None,
        points=points,
    )


def _points(open_run: _OpenRun) -> tuple[CurvePoint, ...]:
    """Return the curve, if every exposure has one size and every size one exposure."""
    if open_run.together or len(open_run.exposed) != len(open_run.sizes):
        return ()
    pairs: Sequence[tuple[float | None, float | None]] = list(
        zip(open_run.exposed, open_run.sizes, strict=True)
    )
    return tuple(
        CurvePoint(position_steps=position, hfr_px=size)
        for position, size in pairs
        if position is not None and size is not None and size > 0
    )
