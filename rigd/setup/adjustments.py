"""Fields of a train file that a person sets beside the names: `optic.gender=female`. Pure."""

import re
from collections.abc import Iterator, Sequence
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


def adjust(tables: dict[str, Any], key: str, value: str | float | bool) -> list[str]:
    """Set a field of a table, or of the device or part that has the id; return what is wrong."""
    table, _, field = key.rpartition(".")
    rows = [row for row in (*tables["devices"], *tables["parts"]) if row.get("id") == table]
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


def _what_is_wrong(tables: dict[str, Any], key: str, field: str) -> str:
    """Say which tables there are; or, where the field alone is named, of which it may be one."""
    ids = [str(row["id"]) for row in (*tables["devices"], *tables["parts"])]
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
        id = tables[row["table"]][int(row["number"])].get("id") if row else None
        yield fault if row is None or id is None else f"{id}{fault[row.end() :]}"
