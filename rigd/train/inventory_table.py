"""An inventory from a table: the CSV of the AstroAdapt project becomes an inventory file of rigd.

Its columns: Manufacturer, Model, Type, Target Type, Target Size, Sensor Type, Sensor Size, BF,
Length, Threads, Reversible, InsertionPoint, Qty, ShortCode. Target is the telescope's side,
Receiver is female, Inserter male. Threads is the recess behind a face: the distance to the sensor
of a camera, and length that an optic already takes from its back focus (BF).
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

from pydantic import ValidationError

from rigd.errors import TrainError
from rigd.files.wrong_values import wrong_fields
from rigd.train.file_format import InventoryFile

COLUMNS = (
    "Manufacturer",
    "Model",
    "Type",
    "Target Type",
    "Target Size",
    "Sensor Type",
    "Sensor Size",
    "BF",
    "Length",
    "Threads",
    "Reversible",
    "Qty",
)
GENDERS = {"Receiver": "female", "Inserter": "male"}
SIZES = {
    "M42": ("thread", "M42x0.75"),
    "M48": ("thread", "M48x0.75"),
    "M48T": ("thread", "M48x0.75"),
    "M285x125": ("thread", "M28.5x0.6"),
    "SmallSCT": ("thread", "SCT 2in-24tpi"),
    "LargeSCT325": ("thread", "SCT 3.25in-16tpi"),
    "LargeSCT328": ("thread", "SCT 3.28in-16tpi"),
    "OneQuarterInchSleeve": ("push_fit", "1.25in barrel"),
    "TwoInchSleeve": ("push_fit", "2in barrel"),
    "CameraLens": ("bayonet", "camera lens, of a kind that the table does not say"),
}
"""Sizes of the table whose meaning is one joint; a size that fits two is left to a person."""
POWERED = ("Barlow", "FocalReducer", "Flattener", "Eyepiece", "Other")
DEVICES = {"FilterWheel": "wheel", "OffAxisGuider": "guider", "FilterDrawer": "drawer"}
IGNORED = "Terminator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What was read, and each row that was left out, with the reason."""

    inventory: InventoryFile
    left_out: tuple[str, ...]


def import_table(text: str) -> Import:
    """Read the table.

    Raises:
        TrainError: names the missing column, or the line, the column and the value.
    """
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise TrainError(f"line 1: column {', '.join(missing)} is missing")
    things: dict[str, list[dict[str, object]]] = {
        "optics": [],
        "cameras": [],
        "devices": [],
        "parts": [],
    }
    left_out: list[str] = []
    names: dict[str, int] = {}
    for row in rows:
        where = f"line {rows.line_num}"
        name = f"{_cell(row, 'Manufacturer')} {_cell(row, 'Model')}".strip()
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        try:
            kind, thing = _thing(where, name, row)
        except _LeftOutError as reason:
            left_out.append(f"{where}: {name}: {reason}")
        else:
            things[kind].append(thing)
    try:
        inventory = InventoryFile.model_validate(things)
    except ValidationError as error:
        wrong = wrong_fields(error.errors())
        raise TrainError("; ".join(wrong)) from error
    return Import(inventory=inventory, left_out=tuple(left_out))


def inventory_toml(inventory: InventoryFile) -> str:
    """Return the text of an inventory file."""
    lines = ['# What is at hand. A train file names this one with inventory = "…".']
    data = inventory.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    for table in ("optics", "cameras", "devices", "parts"):
        for thing in data.get(table, ()):
            lines += ["", f"[[{table}]]"]
            lines += [f"{key} = {_value(value)}" for key, value in thing.items()]
    return "\n".join(lines) + "\n"


class _LeftOutError(Exception):
    """A row that is no passive part, device, camera or optic."""


def _cell(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _number(where: str, row: Mapping[str, str | None], column: str) -> float:
    text = _cell(row, column)
    try:
        value = float(text)
    except ValueError as error:
        raise TrainError(f"{where}: {column}: {text!r} is not a number") from error
    if not 0.0 <= value < 10_000.0:
        raise TrainError(f"{where}: {column}: {text} is outside 0 to 10000")
    return value


def _end(where: str, row: Mapping[str, str | None], side: str) -> dict[str, str]:
    kind, size = _cell(row, f"{side} Type"), _cell(row, f"{side} Size")
    if kind not in GENDERS:
        raise _LeftOutError(f"{side} Type {kind!r} is neither Receiver nor Inserter")
    if size not in SIZES:
        raise _LeftOutError(f"{side} Size {size!r} is not one joint that rigd knows")
    coupling, standard = SIZES[size]
    return {"coupling": coupling, "standard": standard, "gender": GENDERS[kind]}


def _thing(where: str, name: str, row: Mapping[str, str | None]) -> tuple[str, dict[str, object]]:
    kind = _cell(row, "Type")
    length, recess = _number(where, row, "Length"), _number(where, row, "Threads")
    if _cell(row, "Target Type") == IGNORED:
        optic: dict[str, object] = {"id": name, "name": name, "end": _end(where, row, "Sensor")}
        if back_focus := _number(where, row, "BF"):
            optic["required_back_focus_mm"] = back_focus - recess
        return "optics", optic
    if _cell(row, "Sensor Type") == IGNORED:
        end = _end(where, row, "Target")
        flange_mm = length + recess
        return "cameras", {"id": name, "name": name, "flange_distance_mm": flange_mm, "end": end}
    if kind in POWERED:
        raise _LeftOutError(f"{kind}: it may change the light's path, and is no spacer")
    body: dict[str, object] = {
        "id": name,
        "optical_length_mm": length,
        "front": _end(where, row, "Target"),
        "back": _end(where, row, "Sensor"),
    }
    if recess:
        raise _LeftOutError(
            f"Threads {recess:g}: the table does not say whether that shortens the part"
        )
    if kind in DEVICES:
        return "devices", {**body, "kind": DEVICES[kind]}
    if _cell(row, "Reversible").casefold() == "true" and body["front"] != body["back"]:
        body["reversible"] = True
    count = _number(where, row, "Qty")
    if not count.is_integer():
        raise TrainError(f"{where}: Qty: {count:g} is not a whole number")
    body["count"] = int(count)
    if code := _cell(row, "ShortCode"):
        body["name"] = code
    return "parts", body


def _value(value: object) -> str:
    """Return TOML of what an inventory holds; a JSON string is a TOML string."""
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)
