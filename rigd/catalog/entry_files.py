"""Files of catalog entries: reading one, with errors that name the line, and their JSON Schemas."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from pydantic import Field, ValidationError

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Family, normalise
from rigd.catalog.models.filter import Filter, Substrate
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.source import Source
from rigd.catalog.models.sourced import Entry, FactModel, Identifier, Text
from rigd.catalog.spelling import spell
from rigd.errors import CatalogError
from rigd.files.wrong_values import what_is_wrong

_WRITTEN = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of entry and, as `catalog-file`, of a whole file, by name."""
    found = {
        f"catalog-{kind}": dialect(model.model_json_schema())
        for kind, model in ENTRY_MODELS.items()
    }
    found["catalog-file"] = _file_schema()
    return found


def dialect(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with the dialect that it is written in."""
    return {"$schema": _WRITTEN, **schema}


def json_text(schema: dict[str, Any]) -> str:
    """Return a schema as its committed file has it."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _file_schema() -> dict[str, Any]:
    """Return the schema of a file as a person writes it: the maker may stand at its top."""
    schema = CatalogFile.model_json_schema()
    head = CatalogFileText.model_json_schema()
    schema["title"] = "CatalogFile"
    schema["properties"] = {**head["properties"], **schema["properties"]}
    for definition in schema["$defs"].values():
        required = definition.get("required", [])
        if "maker" in required:
            definition["required"] = [name for name in required if name != "maker"]
    return dialect(schema)


ENTRY_MODELS: Final[Mapping[str, type[Entry]]] = {
    "standard": Standard,
    "substrate": Substrate,
    "family": Family,
    "camera": Camera,
    "filterwheel": FilterWheel,
    "focuser": Focuser,
    "optic": Optic,
    "part": Part,
    "filter": Filter,
    "solution": Solution,
}
"""The table of a catalog file that holds each kind of entry."""

_WITH_MAKER: Final = frozenset({"camera", "filterwheel", "focuser", "optic", "part", "filter"})


class CatalogFile(FactModel):
    """One file of the catalog, the maker filled in."""

    sources: dict[Identifier, Source] = Field(
        default_factory=dict,
        description="Sources by the key that entries cite, in this file and in others.",
    )
    standard: tuple[Standard, ...] = Field(default=(), description="Threads and other joints.")
    substrate: tuple[Substrate, ...] = Field(default=(), description="Glasses.")
    family: tuple[Family, ...] = Field(default=(), description="Names without a model.")
    camera: tuple[Camera, ...] = Field(default=(), description="Cameras.")
    filterwheel: tuple[FilterWheel, ...] = Field(default=(), description="Filter wheels.")
    focuser: tuple[Focuser, ...] = Field(default=(), description="Focusers.")
    optic: tuple[Optic, ...] = Field(default=(), description="Telescopes and correctors.")
    part: tuple[Part, ...] = Field(default=(), description="Parts of a train.")
    filter: tuple[Filter, ...] = Field(default=(), description="Filters.")
    solution: tuple[Solution, ...] = Field(default=(), description="Trains that were built.")

    def entries(self) -> tuple[tuple[str, Entry], ...]:
        """Return every entry with the name of its kind, in the file's order within a kind."""
        return tuple((kind, entry) for kind in ENTRY_MODELS for entry in getattr(self, kind))


class CatalogFileText(FactModel):
    """One file of the catalog as a person writes it."""

    maker: Text | None = Field(
        default=None, description="Maker of every entry of the file that names no other."
    )


def read_catalog_text(
    text: str, *, where: str, names: Mapping[str, str] | None = None
) -> CatalogFile:
    """Return the entries of a file.

    Args:
        text: The file's TOML.
        where: The file's name, for the error.
        names: Exact names of standards by the keys of all their spellings.

    Raises:
        CatalogError: The text is no TOML, or an entry breaks the schema.
    """
    data = parse_catalog_text(text, where)
    return read_catalog_data(data, text, where=where, names=names)


def parse_catalog_text(text: str, where: str) -> dict[str, Any]:
    """Return what a file's TOML holds.

    Raises:
        CatalogError: The text is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{where}: not valid TOML: {error}") from error


def read_catalog_data(
    data: Mapping[str, Any], text: str, *, where: str, names: Mapping[str, str] | None = None
) -> CatalogFile:
    """Return the entries of a file that is parsed already; `text` is its TOML, for the error.

    Raises:
        CatalogError: An entry breaks the schema.
    """
    try:
        filled = _fill_in(data)
        if names:
            _name_standards_exactly(filled, names)
        return CatalogFile.model_validate_json(
            json.dumps(filled, allow_nan=True, default=day_as_text)
        )
    except ValidationError as error:
        raise CatalogError(_explain(error, data, text, where)) from error
    except TypeError as error:
        raise CatalogError(f"{where}: a value has a type that no field accepts: {error}") from error


def _fill_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with the maker put into every entry."""
    head = {key: data[key] for key in ("maker",) if key in data}
    CatalogFileText.model_validate(head)
    filled = {key: value for key, value in data.items() if key not in head}
    maker = head.get("maker")
    for kind, rows in filled.items():
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                continue
            if maker is not None and kind in _WITH_MAKER:
                row.setdefault("maker", maker)
    return filled


def _name_standards_exactly(node: object, names: Mapping[str, str]) -> None:
    """Replace other names of standards ("T2") by the exact ones, at every depth."""
    match node:
        case dict():
            for key, value in node.items():
                if key == "standard" and isinstance(value, str):
                    node[key] = names.get(standard_key(value), value)
                elif key == "options" and isinstance(value, list):
                    node[key] = [names.get(standard_key(str(one)), one) for one in value]
                else:
                    _name_standards_exactly(value, names)
        case list():
            for value in node:
                _name_standards_exactly(value, names)
        case _:
            return


def standard_key(name: str) -> str:
    """Return what all spellings of a standard's name have in common: "M48 x 0.75", "2 inch"."""
    return normalise(spell(name))


def other_names(standards: Collection[Standard]) -> dict[str, str]:
    """Return the exact name of each standard by every spelling that means it alone."""
    named = {
        one.name: {standard_key(alias) for alias in (one.name, *one.aliases)} for one in standards
    }
    meant = Counter(alias for aliases in named.values() for alias in aliases)
    return {alias: name for name, own in named.items() for alias in own if meant[alias] == 1}


def day_as_text(value: object) -> str:
    """Return a day as JSON has it; TOML has days of its own."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value} is no text, number or day")


def _explain(error: ValidationError, data: Mapping[str, Any], text: str, where: str) -> str:
    """Return the first faults in a user's words: file, line, entry, field, value, rule."""
    faults = error.errors(include_url=False)
    lines = [
        _fault(fault["loc"], what_is_wrong(fault), fault["input"], data, text)
        for fault in faults[:5]
    ]
    more = [f"{where}: and {len(faults) - 5} more"] if len(faults) > 5 else []
    return "\n".join([f"{where}:{line}" for line in lines] + more)


def _fault(
    loc: Sequence[str | int], message: str, value: object, data: Mapping[str, Any], text: str
) -> str:
    table = str(loc[0]) if loc else ""
    if table == "sources" and len(loc) > 1:
        field = ".".join(str(step) for step in loc[2:]) or "source"
        return f"{_line_of(text, 0, str(loc[1]))}: sources {loc[1]}: {field}: {message}"
    if len(loc) < 2 or not isinstance(loc[1], int):
        return f"{_line_of(text, 0, table)}: {table}: {message}"
    rows = data.get(table, [])
    row = rows[loc[1]] if isinstance(rows, list) and loc[1] < len(rows) else {}
    identifier = row.get("id", f"number {loc[1] + 1}") if isinstance(row, dict) else "?"
    names = [str(step) for step in loc[2:] if isinstance(step, str)]
    line = _line_of(text, _start_of(text, table, loc[1]), names[-1] if names else "")
    field = ".".join(names) or "entry"
    shown = "" if message == "is needed" else f", got {value!r:.60}"
    return f"{line}: {table} {identifier}: {field}: {message}{shown}"


def line_in_file(text: str, kind: str, entry_id: str, field: str) -> int:
    """Return the line of a field of an entry or a source in a file's text; 1 if it has neither."""
    name = next((step for step in reversed(field.split(".")) if not step.isdigit()), "")
    if kind == "sources":
        found = re.search(rf'^\[sources\."?{re.escape(entry_id)}"?\]', text, re.M)
        return _line_of(text, found.start(), name) if found else 1
    for header in re.finditer(rf"^\[\[{re.escape(kind)}\]\]", text, re.M):
        end = text.find("\n[[", header.end())
        block = text[header.start() : end if end > 0 else len(text)]
        if re.search(rf"""^id\s*=\s*["']{re.escape(entry_id)}["']""", block, re.M):
            return _line_of(text, header.start(), name)
    return 1


def _start_of(text: str, table: str, index: int) -> int:
    """Offset of the entry's own header in the text; 0 if it has none."""
    headers = [m.start() for m in re.finditer(rf"^\[\[{re.escape(table)}\]\]", text, re.M)]
    return headers[index] if index < len(headers) else 0


def _line_of(text: str, start: int, name: str) -> int:
    """Line of the first mention of a field behind an offset, else the offset's own line."""
    end = text.find("\n[[", start + 1)
    for header in re.finditer(r"^\[\[\w+\]\]", text[start + 1 :], re.M):
        end = start + 1 + header.start()
        break
    span = text[start : end if end > start else len(text)]
    found = re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", span) if name else None
    return text.count("\n", 0, start + (found.start() if found else 0)) + 1
