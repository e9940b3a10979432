"""N.I.N.A.'s own program log: `time|LEVEL|File.cs|Member|line|text`, local time without a zone.

A run goes from `Autofocus starting notification received`, over `Moving Focuser to position N`,
`Starting Exposure - ...; Filter: L; ...` and `Average HFR: ...`, to `Autofocus notification
received - Temperature ...` (or, in older versions, `AutoFocus completed`), or to the restored start
of a failure. A star size is logged after the next move: sizes belong to the exposures in their
order. Hocus Focus measures several exposures at once, so its sizes belong to nobody, and the
program's result is taken; its reports have the points.
"""

import math
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.line_log import MAX_LINE, MAX_POINTS, LineLog
from rigd.autofocus_logs.log_facts import NINA, Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, CurvePoint, plausible_temperature_c
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="N.I.N.A., program log",
    facts=(
        Cited(
            r"`%LOCALAPPDATA%\NINA\Logs\DATE-TIME-VERSION.PROCESS-MONTH.log`; those older than 90 "
            "days are deleted when the program starts.",
            f"{NINA} NINA.Core/Utility/Logger.cs",
        ),
        Cited(
            "The lines that count are of level INFO, which is what the program logs if left alone.",
            f"{NINA} NINA.Core/Utility/Logger.cs `levelSwitch`, "
            "NINA.WPF.Base/Mediator/FocuserMediator.cs",
        ),
    ),
    filter="its name",
    temperature="at the result",
    curve="every point; none of Hocus Focus, whose reports have it",
    time="local, without its zone",
    needs_zone=True,
)
MAD_TO_SD = 1.4826
"""Standard deviation of normal noise, over its median absolute deviation."""
_HEADER = "DATE|LEVEL|SOURCE|MEMBER|LINE|MESSAGE"
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d{1,7})\|[A-Z]{4,7}\|([^|]{0,80})\|[^|]{0,80}\|\d{0,6}\|(.*)"
)
_STARTS = ("Autofocus starting notification", "Starting AutoFocus with initial position")
_MOVE = re.compile(r"Moving Focuser to position (-?\d{1,9})\b")
_EXPOSURE = re.compile(r"Starting Exposure - Exposure Time: [^;]{0,40}; Filter: ([^;]{0,80});")
_SIZE = re.compile(
    r"Average HFR: (NaN|\d+(?:[.,]\d+)?(?:E[+-]?\d+)?), HFR"
    r"(?: (\S+): (NaN|\d+(?:[.,]\d+)?(?:E[+-]?\d+)?), Detected Stars (\d+))?"
)
_ENDING = re.compile(r"\bending at (?:position )?(-?\d{1,9})\b")
_LINES_TO_TEMPERATURE = 40
"""Our choice: it follows within a few lines."""
_WHEEL = re.compile(r"Moving to Filter (.{1,80}?) at Position \d")
_FINISHED = ("AutoFocus completed", "Autofocus notification received")
_DONE = re.compile("|".join(_FINISHED) + r"(?: - Temperature (-?\d+(?:[.,]\d+)?|NaN))?")
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
    sizes: list[tuple[float | None, float | None]] = field(default_factory=list)
    """Star sizes with their errors."""
    together: bool = False
    """Several exposures are measured at once."""


def is_this_format(text: str) -> bool:
    """Return whether the head is that of the program's log."""
    head = text[:20_000]
    return _HEADER in head or any(
        _LINE.match(line[:MAX_LINE]) and ".cs|" in line for line in head.splitlines()[:60]
    )


@dataclass(slots=True, kw_only=True)
class NinaLog(LineLog):
    """Reads a log of the program.

    A run without a temperature waits for it: Hocus Focus ends its run before the program says it.
    """

    WITHOUT_RUNS = "a N.I.N.A. log without a finished autofocus run"
    MARKS = (*_FINISHED, *_FAILED)

    filter: str | None = None
    open_run: _OpenRun | None = None
    waiting: AutofocusRun | None = None
    waited: int = 0

    def read_line(self, line: str) -> None:
        """Take in what a line says."""
        found = _LINE.match(line[:MAX_LINE])
        if found is None:
            return
        module, message = found[2], found[3]
        done = _DONE.match(message)
        if self.waiting is not None:
            self._find_temperature(done)
        if (wheel := _WHEEL.match(message)) is not None:
            self.filter = parse_name(wheel[1])
            if self.open_run is not None and not self.open_run.exposed:
                self.open_run.filter = self.filter
        if message.startswith(_STARTS):
            self.close()
            # Both sentences may announce the same run.
            if self.open_run is None or self.open_run.exposed:
                self.open_run = _OpenRun(filter=self.filter)
            self.open_run.together |= module.startswith("AutoFocusEngine")
            return
        if self.open_run is None:
            return
        _take_line(self.open_run, module, message)
        if done is not None or message.startswith(_FAILED):
            self._end(self.open_run, done, found[1], message)

    def close(self) -> None:
        """Give up waiting for a temperature: none was written."""
        if self.waiting is not None:
            self.add(self.waiting)
            self.waiting = None

    def _end(
        self, open_run: _OpenRun, done: re.Match[str] | None, clock: str, message: str
    ) -> None:
        ending = _ENDING.search(message)
        if ending is not None:
            open_run.position = parse_number(ending[1])
        written = parse_wall_time(clock.replace(",", "."))
        run = _run(open_run, done, None if written is None else to_utc(written, self.zone), self)
        self.open_run = None
        if run.ok and run.temperature_c is None:
            self.waiting, self.waited = run, 0
        else:
            self.add(run)

    def _find_temperature(self, done: re.Match[str] | None) -> None:
        self.waited += 1
        temperature = None if done is None else parse_number(done[1])
        if self.waiting is not None and temperature is not None:
            self.waiting = replace(self.waiting, temperature_c=plausible_temperature_c(temperature))
        if temperature is not None or self.waited == _LINES_TO_TEMPERATURE:
            self.close()


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
        open_run.sizes.append((parse_number(size[1]), _error_px(size)))


def _error_px(size: re.Match[str]) -> float | None:
    """Return the standard error of a mean star size; of one star nobody knows it."""
    spread, stars = parse_number(size[3]), parse_number(size[4])
    if stars is not None and stars < 2:  # its spread is 0, or NaN
        return parse_number(size[1])
    if not spread or stars is None:
        return None
    return (MAD_TO_SD if size[2] == "MAD" else 1) * spread / math.sqrt(stars)


def _run(
    open_run: _OpenRun, done: re.Match[str] | None, time: datetime | None, log: NinaLog
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
        coordinates=log.coordinates,
        source=log.place,
        ok=done is not None and position is not None and (fitted.ok or not points),
        reason="; ".join(reasons) or None,
        points=points,
    )


def _points(open_run: _OpenRun) -> tuple[CurvePoint, ...]:
    """Return the curve, if every exposure has one size and every size one exposure."""
    if open_run.together or len(open_run.exposed) != len(open_run.sizes):
        return ()
    return tuple(
        CurvePoint(position_steps=position, hfr_px=size, se_px=error)
        for position, (size, error) in zip(open_run.exposed, open_run.sizes, strict=True)
        if position is not None and size is not None and size > 0
    )
