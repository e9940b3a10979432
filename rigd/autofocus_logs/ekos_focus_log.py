"""Ekos' focus logs (`focuslogs/autofocus-*.txt`): one line for each autofocus that succeeded.

`date, time, position, temperature, filter, HFR, altitude` in local time; newer ones name the
focuser before the position: `2025-05-01, 22:10:03, [ZWO EAF] 20150, 8.5, Red, 1.532, 61.4`. They
have no points, so the program's word is taken; its curves are in the analyze logs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rigd.autofocus_logs.line_log import MAX_LINE, LineLog
from rigd.autofocus_logs.log_facts import KSTARS, Cited, LogFacts
from rigd.autofocus_logs.log_time import ask_zone, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, plausible_temperature_c
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="KStars / Ekos, focus log",
    facts=(
        Cited(
            "File `focuslogs/autofocus-DATE.txt` in KStars' data directory "
            "(`AppLocalDataLocation`), written while logging of the Focus module is on "
            "(`focusLogging`).",
            f"{KSTARS} kstars/ekos/focus/focusmodule.cpp `FocusModule::appendFocusLogText`",
        ),
    ),
    filter="its name",
    temperature="at the result",
    curve="none: the program's word is taken",
    time="local, without its zone",
    needs_zone=True,
    remark="Newer versions name the focuser in each line: see *Two trains* below.",
)
_HEADER = ["date", "time", "position", "temperature", "filter", "hfr"]
_DEVICE = re.compile(r"\[(.{0,100}?)\]\s*(.*)")


def is_this_format(text: str) -> bool:
    """Return whether the first line names the columns of such a log."""
    return _columns(text)[: len(_HEADER)] == _HEADER


@dataclass(slots=True, kw_only=True)
class EkosFocusLog(LineLog):
    """Reads a focus log."""

    WITHOUT_RUNS = "an Ekos focus log without a run"

    width: int = 0

    def read_line(self, line: str) -> None:
        """Take in what a line says; a half-written one says nothing."""
        if not self.width:
            self.width = len(_columns(line))
            return
        fields = [field.strip() for field in line[:MAX_LINE].split(",")]
        if len(fields) < max(self.width, len(_HEADER)):
            return
        device = _DEVICE.fullmatch(fields[2])
        position = parse_number(fields[2] if device is None else device[2])
        if position is not None:
            focuser = None if device is None else parse_name(device[1])
            self.add(_run(fields, position, focuser, self))


def _run(
    fields: Sequence[str], position: float, focuser: str | None, log: EkosFocusLog
) -> AutofocusRun:
    # A filter's name may have a comma in it: all other columns are counted from the ends.
    name = ", ".join(fields[4 : -(log.width - len(_HEADER) + 1)])
    return build_run_without_curve(
        log,
        filter=parse_name(name),
        position_steps=position,
        temperature=fields[3],
        altitude=fields[6 - log.width] if log.width > len(_HEADER) else "",
        written=parse_wall_time(f"{fields[0]} {fields[1]}"),
        zone=log.zone,
        focuser=focuser,
    )


def build_run_without_curve(
    log: LineLog,
    *,
    filter: str | None,
    position_steps: float | None,
    temperature: str | None,
    altitude: str | None,
    written: datetime | None,
    zone: tzinfo | None,
    focuser: str | None = None,
    zone_said: str = "",
) -> AutofocusRun:
    """Return a run that Ekos tells in one line, on which the log stands.

    Args:
        log: Where it was read.
        filter: Its name.
        position_steps: Where focus is.
        temperature: As written; -1e+06 or -274 where there is no sensor.
        altitude: As written; -1e+06 where there is no mount.
        written: When it ended, by the clock on the wall.
        zone: That of the clock, if it is known.
        focuser: Its name, if the line has it.
        zone_said: The zone as the line has it.
    """
    time = None if written is None else to_utc(written, zone)
    altitude_deg = parse_number(altitude)
    return AutofocusRun(
        filter=filter,
        position_steps=position_steps,
        temperature_c=plausible_temperature_c(parse_number(temperature)),
        altitude_deg=altitude_deg
        if altitude_deg is not None and -90 <= altitude_deg <= 90
        else None,
        time=time,
        coordinates=log.coordinates,
        source=log.place if focuser is None else f"{log.place}, {focuser}",
        ok=True,
        focuser=focuser,
        reason=None if time is not None else ask_zone(zone_said) if written else "no time",
    )


def _columns(text: str) -> list[str]:
    head = text.lstrip()[:400].splitlines()
    return [name.strip().lower() for name in head[0].split(",")] if head else []
