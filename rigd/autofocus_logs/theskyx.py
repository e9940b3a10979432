"""TheSkyX @Focus training files (.foc): a few lines for each filter, one list of runs each.

Version, telescope, focuser, number of filters; then per filter its name and one line
`filter number, time, position, filter number + 0.5, temperature, time, position, ...`.
"""

from datetime import tzinfo

from rigd.autofocus_logs.log_facts import Cited, LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="TheSkyX, focuser training (`.foc`)",
    facts=(
        Cited(
            "A file `*.foc` with a row of runs for each filter. Neither TheSkyX nor AFProfiler "
            "saves it by itself: save it before the focuser is disconnected.",
            "github:rrskybox/AFProfiler@0234c4e README.md",
        ),
    ),
    filter="its name",
    temperature="of each run",
    curve="none: the program's word is taken",
    time="local, without its zone",
    needs_zone=True,
)
_FIELDS = 4
MAX_RUNS = 20_000


def is_this_format(text: str) -> bool:
    """Return whether the head is that of a training file."""
    lines = text[:4000].splitlines()
    if len(lines) < 5 or lines[0].strip() != "1" or not lines[3].strip().isdigit():
        return False
    fields = [field.strip() for field in lines[5].split(",")] if len(lines) > 5 else ["0"]
    return fields[0].isdigit() and (len(fields) < 2 or parse_wall_time(fields[1]) is not None)


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return all runs of the file in its order; ValueError if it has none."""
    lines = [line.strip() for line in text.splitlines()]
    runs: list[AutofocusRun] = []
    for row, (name, listed) in enumerate(zip(lines[4::2], lines[5::2], strict=False)):
        fields = [field.strip() for field in listed.split(",")][1:]
        for at in range(0, len(fields), _FIELDS):
            if len(runs) == MAX_RUNS:
                msg = f"more than {MAX_RUNS} runs"
                raise ValueError(msg)
            place = f"{source} line {6 + 2 * row}, run {1 + at // _FIELDS}"
            runs.append(_run(fields[at : at + _FIELDS], name, place, zone, coordinates))
    if not runs:
        msg = "a TheSkyX training file without a run"
        raise ValueError(msg)
    return tuple(runs)


def _run(
    fields: list[str], name: str, source: str, zone: tzinfo | None, coordinates: Coordinates | None
) -> AutofocusRun:
    written = parse_wall_time(fields[0])
    position = parse_number(fields[1]) if len(fields) > 1 else None
    whole = len(fields) == _FIELDS and written is not None and position is not None
    time = None if written is None else to_utc(written, zone)
    reason = "cut short" if not whole else ASK_ZONE if time is None else None
    return AutofocusRun(
        filter=parse_name(name),
        position_steps=position,
        temperature_c=parse_number(fields[3]) if whole else None,
        time=time,
        coordinates=coordinates,
        source=source,
        ok=whole,
        reason=reason,
    )
