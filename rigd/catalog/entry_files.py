"""Files of catalog entries: reading one, with errors that name the line, and their JSON Schemas."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import Field, ValidationError

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Family
from rigd.catalog.models.filter import Filter, Substrate
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.sourced import Entry, FactModel, Text
from rigd.errors import CatalogError
from rigd.files.wrong_values import what_is_wrong

_WRITTEN = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of entry and, as `catalog-file`, of a whole file, by name."""
    found = {
        f"catalog-{kind}": _dialect(model.model_json_schema())
        for kind, model in ENTRY_MODELS.items()
    }
    found["catalog-file"] = _file_schema()
    return found


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
    return _dialect(schema)


def _dialect(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _WRITTEN, **schema}


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
    """One file of the catalog, sources and maker filled in."""

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
    sources: dict[str, Text] = Field(
        default_factory=dict,
        description="Short keys for sources that several entries of the file cite.",
    )


def read_catalog_text(text: str, *, where: str) -> CatalogFile:
    """Return the entries of a file.

    Args:
        text: The file's TOML.
        where: The file's name, for the error.

    Raises:
        CatalogError: The text is no TOML, or an entry breaks the schema.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{where}: not valid TOML: {error}") from error
    try:
        filled = _fill_in(data)
        return CatalogFile.model_validate_json(json.dumps(filled, allow_nan=True))
    except ValidationError as error:
        raise CatalogError(_explain(error, data, text, where)) from error
    except TypeError as error:
        raise CatalogError(f"{where}: a value has a type that no field accepts: {error}") from error


def _fill_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with the maker and the short keys of sources put into every entry."""
    head = {key: data[key] for key in ("maker", "sources") if key in data}
    CatalogFileText.model_validate(head)
    filled = {key: value for key, value in data.items() if key not in head}
    sources: Mapping[str, str] = head.get("sources", {})
    maker = head.get("maker")
    for kind, rows in filled.items():
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                continue
            if maker is not None and kind in _WITH_MAKER:
                row.setdefault("maker", maker)
            if sources:
                _expand_sources(row, sources)
    return filled


def _expand_sources(node: dict[str, Any], sources: Mapping[str, str]) -> None:
    """Replace short keys by the sources that they stand for, at every depth."""
    for key, value in node.items():
        if key == "source" and isinstance(value, list):
            node[key] = [sources.get(item, item) for item in value if isinstance(item, str)]
        elif isinstance(value, dict):
            _expand_sources(value, sources)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _expand_sources(item, sources)


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
