"""Fields of a train file that a person sets beside the names: `optic.gender=female`. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from rigd.train.file_format import (
    CameraEntry,
    DeviceEntry,
    Entry,
    GuideCameraEntry,
    OpticEntry,
    PartEntry,
    SearchEntry,
)

_ROW = re.compile(r"(?P<table>devices|parts|filters)\[(?P<number>\d+)\]")
_ADJUSTABLE: dict[str, type[Entry]] = {
    "optic": OpticEntry,
    "camera": CameraEntry,
    "guide_camera": GuideCameraEntry,
    "search": SearchEntry,
}
"""The tables whose fields may be set; every other name is a device's or a part's."""


def adjust(
    tables: dict[str, Any],
    key: str,
    value: str | float | bool,
    named: Mapping[str, dict[str, object]],
) -> list[str]:
    """Set a field of a table, or of a device or part; return what is wrong.

    Args:
        tables: The tables of a train file.
        key: Table and field; of a device or part its id, or its name if it has no id.
        value: What is to stand there.
        named: The devices by what they are in the request: `oag`, `wheel`.
    """
    table, _, field = key.rpartition(".")
    rows = [row for row in (*tables["devices"], *tables["parts"]) if _name(row) == table]
    if not rows and table in named:
        rows = [named[table]]
    if table in _ADJUSTABLE and table in tables:
        rows = [tables[table]]
    is_part = any(row in tables["parts"] for row in rows)
    model = _ADJUSTABLE.get(table, PartEntry if is_part else DeviceEntry)
    if rows and field and field not in model.model_fields:
        near = get_close_matches(field, model.model_fields, 1)
        meant = f"; is it {table}.{near[0]}?" if near else ""
        return [f"adjust: {key!r} is no field of {table}{meant}"]
    if not rows or not field:
        return [f"adjust: {_what_is_wrong(tables, key, field)}"]
    for row in rows:
        row[field] = value
    return []


def _name(row: Mapping[str, object]) -> str:
    """What a row of the file is called: its id, or the name that its owner gives it."""
    return str(row.get("id") or row.get("name"))


def _what_is_wrong(tables: dict[str, Any], key: str, field: str) -> str:
    """Say which tables there are; or, where the field alone is named, of which it may be one."""
    ids = [_name(row) for row in (*tables["devices"], *tables["parts"])]
    known = [name for name in _ADJUSTABLE if name in tables]
    models: list[tuple[str, type[Entry]]]
    models = [*((name, _ADJUSTABLE[name]) for name in known), *((id, DeviceEntry) for id in ids)]
    meant = [f"{name}.{field}" for name, model in models if field in model.model_fields]
    if meant and "." not in key:
        return f"{key!r} is a field of what? {' or '.join(meant)}"
    among = f"{key!r} is no field of {', '.join([*known, *ids])}"
    return among if "." in key else f"{among}; write it as FIELD=VALUE, optic.gender=female"


def name_rows(faults: Sequence[str], tables: dict[str, Any]) -> Iterator[str]:
    """Yield faults with the ids of rows in place of their numbers, as `--adjust` names them."""
    for fault in faults:
        row = _ROW.match(fault)
        entry = tables[row["table"]][int(row["number"])] if row else {}
        named = row is not None and ("id" in entry or "name" in entry)
        yield f"{_name(entry)}{fault[row.end() :]}" if row and named else fault
