"""Ekos' `.analyze` logs: one line for each autofocus, seconds since the log's start.

Version 2: `AutofocusComplete,t,temperature,reason,reasonInfo,filter,samples,useWeights[,curve[,
title[,focuser]]]`; version 1: `AutofocusComplete,t,filter,samples[,curve[,title]]` with the
temperature in `AutofocusStarting`. Samples are `position|value|weight|outlier` (version 2) or
`position|value`, joined by `|`. The last sample is where the focuser stood at the end.

A weight is 1 over the variance of the star sizes in that frame, if Ekos' own fit uses weights, else
1 for all (kstars/ekos/focus/focus.cpp `calculateStarWeight`, auxiliary/robuststatistics.h).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.line_log import MAX_POINTS, LineLog
from rigd.autofocus_logs.log_facts import KSTARS, Cited, LogFacts
from rigd.autofocus_logs.log_time import (
    ASK_ZONE,
    ask_zone,
    parse_wall_time,
    to_utc,
    zone_of_log,
)
from rigd.autofocus_logs.run import AutofocusRun, CurvePoint, plausible_temperature_c
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="KStars / Ekos, Analyze",
    facts=(
        Cited(
            "Files `*.analyze` in the directory `analyze` beside the one of the logs: every "
            "session is recorded.",
            f"{KSTARS}@1bf56b6 doc/ekos-analyze.docbook",
        ),
        Cited(
            "A line `AutofocusComplete` or `AutofocusAborted` with the filter and the samples.",
            f"{KSTARS}@004f4d9 kstars/ekos/analyze/analyze.cpp `Analyze::autofocusComplete`",
        ),
        Cited(
            "Newer versions end that line with the name of the focuser.",
            f"{KSTARS} kstars/ekos/analyze/analyze.cpp `resolveFocuserDevice`",
        ),
    ),
    filter="its name",
    temperature="at the start or at the result, by the log's version",
    curve="every sample, with the weight that Ekos gives it; fitted anew",
    time="local, with an abbreviation of its zone; one that means several zones is asked for",
    needs_zone=False,
    remark="Runs of two optical trains stand in one file: see *Two trains* below.",
)
_LATEST_S = 30 * 86400.0
_DONE, _ABORTED, _STARTING = "AutofocusComplete", "AutofocusAborted", "AutofocusStarting"
_WANTED = (_DONE, _ABORTED, _STARTING, "AnalyzeStartTime")
_MOST_FIELDS = 20
"""More than there are, for commas in names."""
_SAMPLES = re.compile(r"\s*-?\d[\d.]*\|")
_FOCUSER = 10
"""The field that names it, of one that ended well and of one that did not."""


def is_this_format(text: str) -> bool:
    """Return whether the head is that of an analyze log."""
    head = text[:2000]
    return "Analyze log version" in head or "\nAnalyzeStartTime," in "\n" + head


@dataclass(slots=True, kw_only=True)
class EkosAnalyzeLog(LineLog):
    """Reads an analyze log."""

    WITHOUT_RUNS = "an Ekos analyze log without an autofocus run"
    MARKS = ("Autofocus",)

    start: datetime | None = None
    no_start: str = ASK_ZONE
    """Why it is not known when the log began."""
    temperature_c: float | None = None

    def read_line(self, line: str) -> None:
        """Take in what a line says; one that was cut short says nothing."""
        if not line.startswith(_WANTED):
            return
        fields = _split(line)
        match fields[0]:
            case "AnalyzeStartTime":
                self.start = _start(fields, self.zone)
                self.no_start = _describe_no_start(fields)
            case "AutofocusStarting" if len(fields) > 3:
                numbers = (parse_number(field) for field in fields[3:])
                self.temperature_c = next((one for one in numbers if one is not None), None)
            case "AutofocusComplete" | "AutofocusAborted" if _is_whole(fields):
                self.add(_run(fields, self))
                self.temperature_c = None


def read_frames(text: str, *, zone: tzinfo | None = None) -> tuple[LightFrame, ...]:
    """Return the finished frames whose stars were measured.

    `CaptureComplete,t,exposure,filter,hfr,file,...`; a radius of -1 was not measured.
    """
    start: datetime | None = None
    frames: list[LightFrame] = []
    for line in text.splitlines():
        if not line.startswith(("AnalyzeStartTime,", "CaptureComplete,")):
            continue
        fields = line.split(",", _MOST_FIELDS)
        if fields[0] == "AnalyzeStartTime":
            start = _start(fields, zone)
            continue
        # The name is written as it is, and may have a comma: the next number is the radius.
        places = range(4, len(fields))
        radius = next((at for at in places if parse_number(fields[at]) is not None), 4)
        seconds, hfr_px = parse_number(_at(fields, 1)), parse_number(_at(fields, radius))
        name = parse_name(",".join(fields[3:radius]))
        if start is None or name is None or seconds is None or not 0 <= seconds < _LATEST_S:
            continue
        if hfr_px is not None and hfr_px > 0:
            time = start + timedelta(seconds=seconds)
            frames.append(LightFrame(filter=name, time=time, hfr_px=hfr_px))
    return tuple(frames)


def _split(line: str) -> list[str]:
    """Return the fields of a line, with the filter's name in one.

    Ekos writes names and texts as they are, also with a comma; what comes next are the samples.
    """
    fields = line.split(",", _MOST_FIELDS)
    samples = next((at for at, field in enumerate(fields) if _SAMPLES.match(field)), 0)
    name = 5 if _is_number(_at(fields, 2)) else 2
    if samples > name + 1:
        if name == 5 and fields[4].strip():  # a reason in words: the comma may as well be its own
            name = samples - 1
            fields[4:name] = [",".join(fields[4:name])]
            name, samples = 5, 6
        fields[name:samples] = [",".join(fields[name:samples])]
    return [field.strip() for field in fields]


def _is_number(text: str) -> bool:
    """Whether it is one as programs write them, also no number at all (nan, inf)."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _describe_no_start(fields: Sequence[str]) -> str:
    if parse_wall_time(_at(fields, 1)) is None:
        return f"the log began at {_at(fields, 1)[:40]!r}, which is no time"
    return ask_zone(_at(fields, 2))


def _start(fields: Sequence[str], zone: tzinfo | None) -> datetime | None:
    written = parse_wall_time(_at(fields, 1))
    return None if written is None else to_utc(written, zone_of_log(_at(fields, 2)) or zone)


def _is_whole(fields: Sequence[str]) -> bool:
    """Whether the line goes on beyond its filter; a cut one has a temperature in its place."""
    return len(fields) >= 8 or (len(fields) >= 4 and parse_number(fields[2]) is None)


def _run(fields: Sequence[str], log: EkosAnalyzeLog) -> AutofocusRun:
    newer = len(fields) >= 8
    name, samples = (fields[5], fields[6]) if newer else (_at(fields, 2), _at(fields, 3))
    points, last = _points(samples, width=4 if newer else 2)
    seconds = parse_number(_at(fields, 1))
    time = None
    if log.start is not None and seconds is not None and 0 <= seconds < _LATEST_S:
        time = log.start + timedelta(seconds=seconds)
    fitted = refit(points)
    reasons = [] if time is not None else [log.no_start if log.start is None else "no time"]
    if fields[0] == _ABORTED:
        reasons.append("aborted or failed")
    if fitted.reason:
        reasons.append(fitted.reason)
    temperature_c = parse_number(_at(fields, 2)) if newer else log.temperature_c
    focuser = parse_name(_at(fields, _FOCUSER)) if newer else None
    return AutofocusRun(
        filter=parse_name(name),
        position_steps=_position(fields[0], fitted.position_steps, last),
        se_steps=fitted.se_steps,
        temperature_c=plausible_temperature_c(temperature_c),
        time=time,
        coordinates=log.coordinates,
        source=log.place if focuser is None else f"{log.place}, {focuser}",
        ok=fitted.ok and fields[0] == _DONE,
        reason="; ".join(reasons) or None,
        points=points,
        focuser=focuser,
    )


def _points(samples: str, *, width: int) -> tuple[tuple[CurvePoint, ...], float | None]:
    """Return the samples that measured something, and where the focuser ended."""
    cells = samples.split("|", MAX_POINTS * width)[: MAX_POINTS * width]
    points: list[CurvePoint] = []
    weights: list[float | None] = []
    last: float | None = None
    for at in range(0, len(cells) - width + 1, width):
        position, size = parse_number(cells[at]), parse_number(cells[at + 1])
        if position is None:
            continue
        last = position
        outlier = width == 4 and (parse_number(cells[at + 3]) or 0) != 0
        if size is not None and size > 0 and not outlier:
            points.append(CurvePoint(position_steps=position, hfr_px=size))
            weights.append(parse_number(cells[at + 2]) if width == 4 else None)
    return _weighted(points, weights), last


def _weighted(
    points: Sequence[CurvePoint], weights: Sequence[float | None]
) -> tuple[CurvePoint, ...]:
    """Return the points with their errors, up to a factor that all have in common.

    Of one star there is no variance: such a frame counts like the roughest of the others.
    """
    known = [weight for weight in weights if weight is not None and weight > 0]
    if not known or len(set(weights)) == 1:
        return tuple(points)
    return tuple(
        replace(point, se_px=(weight if weight is not None and weight > 0 else min(known)) ** -0.5)
        for point, weight in zip(points, weights, strict=True)
    )


def _at(fields: Sequence[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _position(ending: str, fitted: float | None, last: float | None) -> float | None:
    """Return where focus is: by our fit, else where a run that Ekos calls complete ended."""
    return last if fitted is None and ending == _DONE else fitted
