"""Autofocus reports of N.I.N.A. and its Hocus Focus plug-in: one JSON file for each run."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, tzinfo

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.log_facts import NINA, Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_utc
from rigd.autofocus_logs.run import (
    AutofocusRun,
    Coordinates,
    CurvePoint,
    NoRunError,
    plausible_temperature_c,
)
from rigd.files.text import parse_name, parse_number

NO_SIZES = "which is not read: its figures are no star sizes, so no curve tells a focus from noise"
FACTS = LogFacts(
    program="N.I.N.A. and its plug-in Hocus Focus, reports",
    facts=(
        Cited(
            r"`%LOCALAPPDATA%\NINA\AutoFocus\DATE--TIME--PROFILE.json`, for every attempt "
            "that was measured through; those older than 180 days are deleted when the program "
            "starts.",
            f"{NINA} NINA.WPF.Base/ViewModel/AutoFocus/AutoFocusVM.cs `ReportDirectory`, "
            "`GenerateReport`; NINA.Core/Utility/CoreUtil.cs `APPLICATIONTEMPPATH`",
        ),
        Cited(
            "Hocus Focus writes into the same directory; where it saves a run it writes "
            "`autofocus_report_RegionN.json` besides, of which only region 0 is the run.",
            "github:ghilios/joko.nina.plugins@3c726d2 "
            "Joko.NINA.Plugins.HocusFocus/AutoFocus/HocusFocusVM.cs",
        ),
        Cited(
            f"A run by contrast detection, {NO_SIZES}: it is shown as one that failed.",
            f"{NINA} NINA.Core/Enum/AFMethodEnum.cs `CONTRASTDETECTION`",
        ),
    ),
    filter="its name",
    temperature="in the report",
    curve="every point; fitted anew",
    time="with its offset from UTC",
    needs_zone=False,
    remark="A report inside an answer of the Advanced API (`Response`) is read too.",
)
_CONTRAST = "CONTRASTDETECTION"
MAX_POINTS = 1000
MAX_CHARACTERS = 4_000_000
_REGION = re.compile(r"_Region(\d{1,4})\.json\b", re.IGNORECASE)
"""Hocus Focus writes a report for each region; `HocusFocusVM.cs` of ghilios/joko.nina.plugins."""


def is_this_format(text: str) -> bool:
    """Return whether this is such a report, or the beginning of one."""
    return text.lstrip()[:1] == "{" and ('"MeasurePoints"' in text or '"Calculated' in text)


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return the run of one report; ValueError with the reason if it is none.

    Any number may be the text "NaN", the filter may be null, the file may be half-written.
    """
    if len(text) > MAX_CHARACTERS:
        msg = f"{len(text)} characters, a report has at most {MAX_CHARACTERS}"
        raise ValueError(msg)
    try:
        report = json.loads(text)
    except RecursionError:
        msg = "JSON nested too deeply to be an autofocus report"
        raise ValueError(msg) from None
    except ValueError as error:
        msg = f"broken or half-written JSON: {str(error)[:100]}"
        raise ValueError(msg) from None
    if isinstance(report, dict) and isinstance(report.get("Response"), dict):
        report = report["Response"]  # as N.I.N.A.'s Advanced API answers
    if not isinstance(report, dict):
        msg = "JSON, but no autofocus report"
        raise ValueError(msg)  # noqa: TRY004 - the file is wrong, not the caller's type
    if (region := _REGION.search(source)) is not None and int(region[1]) > 0:
        msg = f"one region of the frame, number {region[1]}: the run is in the report of region 0"
        raise NoRunError(msg)
    is_contrast = parse_name(report.get("Method")) == _CONTRAST
    points = () if is_contrast else _points(report.get("MeasurePoints"))
    time = parse_utc(report.get("Timestamp"), zone)
    reasons = [] if time is not None else [_time_reason(report.get("Timestamp"))]
    fitted = refit(points)
    if is_contrast:
        reasons.append(f"by contrast detection, {NO_SIZES}")
    elif fitted.reason:
        reasons.append(fitted.reason)
    doubt = _own_verdict(report)
    if doubt:
        reasons.append(doubt)
    position = fitted.position_steps
    if position is None and not doubt:
        position = parse_number(_inner(report, "CalculatedFocusPoint").get("Position"))
    return (
        AutofocusRun(
            filter=parse_name(report.get("Filter")),
            position_steps=position,
            se_steps=fitted.se_steps,
            temperature_c=_temperature_c(report.get("Temperature")),
            time=time,
            coordinates=coordinates,
            source=source,
            ok=fitted.ok and not doubt,
            reason="; ".join(reasons) or None,
            points=points,
        ),
    )


def _points(listed: object) -> tuple[CurvePoint, ...]:
    points = []
    for entry in listed[:MAX_POINTS] if isinstance(listed, list) else []:
        if not isinstance(entry, dict):
            continue
        position, size = parse_number(entry.get("Position")), parse_number(entry.get("Value"))
        if position is None or size is None or size < 0:
            continue
        error = parse_number(entry.get("Error"))
        points.append(
            CurvePoint(
                position_steps=position,
                hfr_px=size,
                se_px=error if error is not None and error > 0 else None,
            )
        )
    return tuple(points)


def _own_verdict(report: Mapping[str, object]) -> str | None:
    """N.I.N.A. goes back to the start if R squared of its fitting is below its threshold.

    Hocus Focus writes a report of a run that found no focus, too, with -1 in its place.
    """
    if parse_number(_inner(report, "CalculatedFocusPoint").get("Position")) == -1:
        return "the program found no focus"
    threshold = parse_number(_inner(report, "FocuserOptions").get("RSquaredThreshold"))
    fitting = parse_name(report.get("Fitting")) or ""
    key = {"HYPERBOLIC": "Hyperbolic", "PARABOLIC": "Quadratic"}.get(fitting.upper())
    if threshold is None or key is None:
        return None
    reached = parse_number(_inner(report, "RSquares").get(key))
    if reached is None or reached >= threshold:
        return None
    return f"the program's own R squared {reached:.2f} is below its threshold {threshold:.2f}"


def _inner(report: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = report.get(key)
    return value if isinstance(value, dict) else {}


def _temperature_c(value: object) -> float | None:
    return plausible_temperature_c(parse_number(value))


def _time_reason(stamp: object) -> str:
    text = parse_name(stamp)
    return ASK_ZONE if parse_utc(text, UTC) is not None else f"no time in {text!r}"
