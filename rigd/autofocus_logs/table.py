"""A plain table of runs: one header line, then one line for each run.

Columns: filter, position_steps, temperature_c, time; se_steps, frame and ok where known. Comma,
semicolon or tab between them; with the latter two, numbers may have a decimal comma.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Protocol

from rigd.autofocus_logs.log_facts import LogFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_wall_time, to_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="A table of your own",
    facts=(),
    filter="column `filter`",
    temperature="column `temperature_c`",
    curve="none; an error in the column `se_steps`",
    time="column `time`, with an offset or without; a column `time_utc` is in UTC",
    needs_zone=True,
    needs_frame=False,
    remark="Columns `filter` and `position_steps` must be there; a time with an offset needs no "
    "`--zone`, a column `frame` (raw, logical) no `--frame`. Comma, semicolon or tab between.",
)
MAX_RUNS = 100_000


class _Rows(Protocol):
    """A reader of the csv module, which has no public type."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


_NAMES = {
    "filter": ("filter", "filter_name"),
    "position": ("position_steps", "position", "focus_position", "focuser_position"),
    "temperature": ("temperature_c", "temp_c", "temperature", "temp"),
    "time": ("time", "time_utc", "time_local", "timestamp", "date_time", "datetime"),
    "se": ("se_steps", "position_se", "se"),
    "frame": ("frame",),
    "ok": ("ok",),
}
_NO = {"false", "no", "0", "failed"}


def is_this_format(text: str) -> bool:
    """Return whether the first line names the columns that a run cannot do without."""
    head = text.lstrip()[:2000].splitlines()
    if not head:
        return False
    found = _columns(head[0].split(_delimiter(head[0])))
    return "filter" in found and "position" in found


def read(
    text: str, source: str, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> tuple[AutofocusRun, ...]:
    """Return one run for each line; ValueError if there is none or a column is missing."""
    body = text.lstrip()
    before = text[: len(text) - len(body)].count("\n")
    first = body[:2000].splitlines()[0]
    rows = csv.reader(io.StringIO(body), delimiter=_delimiter(first))
    try:
        head = next(rows)
        _check_head(head)
        columns = _columns(head)
        if head[columns.get("time", 0)].strip().lower() == "time_utc":
            zone = UTC
        runs = [
            _run(
                {key: _cell(row, at) for key, at in columns.items()},
                f"{source} line {before + line}",
                zone,
                coordinates,
            )
            for line, row in _limit_rows(rows)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        msg = f"broken table: {error}"
        raise ValueError(msg) from None
    if not runs:
        msg = "a table without a run"
        raise ValueError(msg)
    return tuple(runs)


def _limit_rows(rows: _Rows) -> list[tuple[int, list[str]]]:
    """Return the rows, each with the line that it ends on."""
    kept = []
    for row in rows:
        kept.append((rows.line_num, row))
        if len(kept) > MAX_RUNS:
            msg = f"more than {MAX_RUNS} runs"
            raise ValueError(msg)
    return kept


def _run(
    cells: Mapping[str, str], source: str, zone: tzinfo | None, coordinates: Coordinates | None
) -> AutofocusRun:
    written = parse_wall_time(cells.get("time", ""))
    position = parse_number(cells.get("position"))
    time = None if written is None else to_utc(written, zone)
    se = parse_number(cells.get("se"))
    reasons = []
    failed = cells.get("ok", "").strip().lower() in _NO
    if failed:
        reasons.append("marked as failed")
    if position is None:
        reasons.append(f"no position in {cells.get('position', '')[:40]!r}")
    if written is None:
        reasons.append(_describe_no_time(cells.get("time")))
    elif time is None:
        reasons.append(ASK_ZONE)
    if se is not None and se <= 0:
        reasons.append(f"{cells['se'][:40]!r} is no error above 0, so it has none")
    stated = cells.get("frame", "").strip().lower()
    return AutofocusRun(
        filter=parse_name(cells.get("filter")),
        position_steps=position,
        se_steps=se if se is not None and se > 0 else None,
        temperature_c=parse_number(cells.get("temperature")),
        time=time,
        coordinates=Coordinates(stated) if stated in set(Coordinates) else coordinates,
        source=source,
        ok=position is not None and not failed,
        reason="; ".join(reasons) or None,
    )


def _describe_no_time(cell: str | None) -> str:
    if cell is None:
        return "the table has no column time"
    if not cell.strip():
        return "its time is empty"
    return f"{cell[:40]!r} is no time that is read: write 2026-10-03 20:00:00"


def _check_head(names: list[str]) -> None:
    """Refuse a table in which nobody can tell which of two columns is meant."""
    clean = _clean(names)
    for aliases in _NAMES.values():
        twice = next((name for name in aliases if clean.count(name) > 1), None)
        if twice is not None:
            msg = f"a table with two columns {twice!r}: which of them is meant?"
            raise ValueError(msg)


def _clean(names: list[str]) -> list[str]:
    return [name.strip().strip('"').lower() for name in names]


def _columns(names: list[str]) -> dict[str, int]:
    clean = _clean(names)
    found = {}
    for key, aliases in _NAMES.items():
        at = next((clean.index(alias) for alias in aliases if alias in clean), None)
        if at is not None:
            found[key] = at
    return found


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)
