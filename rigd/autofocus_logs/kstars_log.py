"""KStars' own log (`log_HH-mm-ss.txt`): one line for each autofocus of Ekos that succeeded.

`[2024-05-01T22:10:03.120 CEST INFO ][   org.kde.kstars.ekos.focus] - Autofocus values: position,
20150 , temperature, 8.5 , filter, "Red" , HFR, 1.532 , altitude, 61.4`: written by
`Logging::Write` of kstars/auxiliary/ksutils.cpp and `Focus::completeFocusProcedure` of
kstars/ekos/focus/focus.cpp, in older versions without HFR and altitude. In English whatever the
user's language. It has no points, so the program's word is taken; the same run in an analyze log,
which has them, counts once.
"""

import re
from dataclasses import dataclass

from rigd.autofocus_logs.ekos_focus_log import build_run_without_curve
from rigd.autofocus_logs.line_log import MAX_LINE, LineLog
from rigd.autofocus_logs.log_facts import KSTARS, Cited, LogFacts
from rigd.autofocus_logs.log_time import parse_wall_time, zone_of_log
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="KStars / Ekos, its own text log",
    facts=(
        Cited(
            "File `log_HH-mm-ss.txt`, while KStars logs to a file.",
            f"{KSTARS} kstars/auxiliary/ksutils.cpp `Logging::UseFile`",
        ),
        Cited(
            "A line `Autofocus values:` for each autofocus that succeeded, always in English; of "
            "one that failed there is none.",
            f"{KSTARS} kstars/ekos/focus/focus.cpp `Focus::completeFocusProcedure`",
        ),
        Cited(
            "Logging is switched on for each feature (here Focus) in Ekos' Logs.",
            f"{KSTARS}@2fb6d94 doc/ekos-logs.docbook, kstars/auxiliary/ksutils.cpp "
            "`Logging::SyncFilterRules` (`focusLogging`)",
        ),
    ),
    filter="its name",
    temperature="at the result",
    curve="none: the program's word is taken",
    time="local, with an abbreviation of its zone; one that means several zones is asked for",
    needs_zone=False,
    remark="It names no focuser: of two optical trains nobody can tell the runs apart.",
)
_LINE = re.compile(
    r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}) (.{0,60}?) ?(?:INFO|DEBG|WARN|CRIT|FATL|UNKN) \]"
    r"\[ *([\w.]{1,80})\] - (.*)"
)
# A text is written in quotes, with a backslash before a quote in it.
_VALUES = re.compile(
    r"Autofocus values: position, +(-?\d{1,9}) , temperature, +(\S{1,20}) , filter, +"
    r'"((?:[^"\\]|\\.){0,160})"(?: , HFR, +\S{1,20} , altitude, +(\S{1,20}))?\s*$'
)
_ESCAPED = re.compile(r"\\([\"\\])")


def is_this_format(text: str) -> bool:
    """Return whether lines at the head are of KStars' log."""
    found = (_LINE.match(line[:MAX_LINE]) for line in text[:20_000].splitlines()[:60])
    return any(line is not None and line[3].startswith("org.kde.kstars") for line in found)


@dataclass(slots=True, kw_only=True)
class KstarsLog(LineLog):
    """Reads a log of the program."""

    WITHOUT_RUNS = "a KStars log without an autofocus that succeeded"
    MARKS = ("Autofocus values",)

    def read_line(self, line: str) -> None:
        """Take in what a line says; a half-written one says nothing."""
        found = _LINE.match(line[:MAX_LINE])
        values = None if found is None else _VALUES.match(found[4])
        if found is None or values is None:
            return
        self.add(
            build_run_without_curve(
                self,
                filter=parse_name(_ESCAPED.sub(r"\1", values[3])),
                position_steps=parse_number(values[1]),
                temperature=values[2],
                altitude=values[4],
                written=parse_wall_time(found[1]),
                zone=zone_of_log(found[2]) or self.zone,
                zone_said=found[2],
            )
        )
