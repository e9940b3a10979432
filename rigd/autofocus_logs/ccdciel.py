"""CCDciel's log: `2024-05-01T21:00:00.123 2: Autofocus finished, POS=... TEMP:12.3°C`, local time.

The log knows filters by their number in the wheel, counted from 1 (`Set filter position 3`): such a
filter is called `slot 3`, and means what the profile has there when the run comes. Its points carry
no positions, so nothing is refitted.
The program writes in its user's language: Czech, English, French, German, Lao, Russian, Simplified
Chinese and Spanish are read; its other translations have these sentences in English.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from rigd.autofocus_logs.line_log import MAX_LINE, LineLog
from rigd.autofocus_logs.log_facts import CCDCIEL, Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, plausible_temperature_c
from rigd.files.text import parse_number

FACTS = LogFacts(
    program="CCDciel",
    facts=(
        Cited(
            "File `Log_DATE_TIME.log` in the directory `Log` beside the configuration, or where "
            "the setting `/Files/LogDir` says; always written.",
            f"{CCDCIEL} src/pu_main.pas `InitLog`, `LogToFile`",
        ),
        Cited(
            "Czech, English, French, German, Lao, Russian, Simplified Chinese and Spanish are "
            "read; its other translations have these sentences in English.",
            f"{CCDCIEL} data/language/*.po",
        ),
    ),
    filter="its number in the wheel, counted from 1: it is called `slot 3`, and is the filter that "
    "the profile has in that slot when the run is imported",
    temperature="at the result",
    curve="none: the program's word is taken",
    time="local, without its zone",
    needs_zone=True,
)
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}) (?:\d: )?(.*)")
# The sentences of the program's translations, data/language/*.po of github:pchev/ccdciel@ada560d.
_FILTER = re.compile(
    r"(?:Set filter position|Nastavení polohy filtru|Filterposition einstellen"
    r"|Fijar posición filtro|Règle la position de filtre à|ຕັ້ງຕຳແໜ່ງຟິວເຕີ"
    r"|Установлено положение фильтра|设置滤镜位置) ?(\d{1,3})\b"
)
_RESULT = re.compile(
    r"\W ?POS=(-?\d+) HFD=(\S+) (?:PEAK|PICO|POINTE):\S+ (?:SNR|RSR):\S+"
    r"(?: TEMP:(-?[\d.,]+)\W*([CF])?)?(.*)"
)
_CANCELLED = re.compile(
    r"Autofocus canceled|Autofokus (?:wurde abgebrochen|wegen niedrigem SNR)"
    r"|ostř\w+ (?:bylo )?zrušen|Autoenfoque cancelado|L'autofocus est abandonné"
    r"|ການປັບຈຸດສຸມອັດຕະໂນມັດຖືກຍົກເລີກ|Автофокусировка отменена|取消自动对焦"
)
_OF_CANCELLED = (
    "anceled",
    "Autofokus",
    "ostř",
    "cancelado",
    "abandonné",
    "ຍົກເລີກ",
    "отменена",
    "取消",
)
"""One of them stands in each such sentence."""


def is_this_format(text: str) -> bool:
    """Return whether the head has such lines and the file speaks of an autofocus or a filter."""
    head = text[:2000].splitlines()
    return any(_LINE.match(line) for line in head[:5]) and (
        "CCDciel" in text
        or any(sentence.search(text) for sentence in (_RESULT, _FILTER, _CANCELLED))
    )


@dataclass(slots=True, kw_only=True)
class CcdcielLog(LineLog):
    """Reads a log of the program."""

    WITHOUT_RUNS = "a CCDciel log without an autofocus run"
    MARKS = ("POS=", *_OF_CANCELLED)

    filter: str | None = None

    def read_line(self, line: str) -> None:
        """Take in what a line says."""
        found = _LINE.match(line[:MAX_LINE])
        if found is None:
            return
        change = _FILTER.search(found[2])
        if change is not None:
            self.filter = f"slot {int(change[1])}"
        cancelled = _CANCELLED.search(found[2])
        # A run that was cancelled for its low signal has a result in its line, too.
        finished = None if cancelled else _RESULT.search(found[2])
        if finished is None and cancelled is None:
            return
        written = parse_wall_time(found[1])
        time = None if written is None else to_utc(written, self.zone)
        self.add(_run(finished, time, self))


def _run(finished: re.Match[str] | None, time: datetime | None, log: CcdcielLog) -> AutofocusRun:
    reasons = [ASK_ZONE] if time is None else []
    ok = finished is not None and "error" not in finished[5].lower()
    if finished is None:
        reasons.append("cancelled")
    elif not ok:
        reasons.append("the program calls its result an error")
    return AutofocusRun(
        filter=log.filter,
        position_steps=None if finished is None else parse_number(finished[1]),
        temperature_c=None if finished is None else _temperature_c(finished[3], finished[4]),
        time=time,
        coordinates=log.coordinates,
        source=log.place,
        ok=ok,
        reason="; ".join(reasons) or None,
    )


def _temperature_c(text: str | None, unit: str | None) -> float | None:
    temperature = parse_number(text)
    if temperature is None:
        return None
    celsius = (temperature - 32) / 1.8 if unit == "F" else temperature
    return plausible_temperature_c(celsius)
