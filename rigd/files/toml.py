"""TOML files that people write: read within limits, and what is wrong in them named by line."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rigd.errors import ConfigError
from rigd.files.key_lines import find_line
from rigd.files.model_keys import field_at, is_row, is_table, keys_at, tables_with, unit_of
from rigd.files.near_words import find_near
from rigd.files.toml_faults import say_fault
from rigd.files.wrong_values import what_is_wrong

MOST_CHARS = 200_000
"""Of a profile's text; a big one with fifty filters has some ten thousand."""


def parse_toml(text: str, where: Path | str) -> dict[str, object]:
    """Return the tables of a TOML text.

    Args:
        text: the text.
        where: what errors call it.

    Raises:
        ConfigError: it is no TOML; names the line and what is wrong in it.
    """
    try:
        text.encode()
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        number, said = say_fault(text, broken)
        raise ConfigError(f"{place(where, number)}: {said}") from broken
    except (UnicodeEncodeError, RecursionError) as broken:
        raise ConfigError(f"{where}: {broken}") from broken


def place(where: Path | str, line: int | None) -> str:
    """Return what an error calls a line of a file; without the line, if that is not known."""
    return str(where) if line is None else f"{where}, line {line}"


def config_error(
    where: Path | str,
    failure: ValidationError,
    model: type[BaseModel],
    lines: Mapping[str, int] = MappingProxyType({}),
    names: Mapping[str, str] = MappingProxyType({}),
) -> ConfigError:
    """Return an error with one line for each wrong key or value of a file.

    Args:
        where: the file.
        failure: what is wrong with it.
        model: what was to be read.
        lines: the line of each key, where that is known.
        names: what a person calls a row of tables, for instance `rig demo` for `rigs.0`; under ""
            what the whole is.
    """
    said = []
    for error in failure.errors():
        loc = error["loc"]
        key = ".".join(str(part) for part in (*loc, *_inner_place(error)))
        what, value = _say(error, model), error.get("input")
        shown = isinstance(value, str | int | float | bool) and "at" not in error.get("ctx", {})
        given = f" (given: {value!r})" if shown else ""
        number = find_line(lines, key)
        row = next((r for r in (".".join(str(p) for p in loc[:2]), "") if r in names), None)
        if row is not None:
            key = f"{names[row]}: {key.removeprefix(row).removeprefix('.') or 'the table'}"
        said.append(f"{place(where, number)}: {key or 'the file'}: {what}{given}")
    return ConfigError("\n".join(said))


def _inner_place(error: ErrorDetails) -> tuple[str, ...]:
    at = error.get("ctx", {}).get("at")
    return () if at is None else (str(at),)


def _say(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong with a key, and what is right by the model."""
    kind, loc, value = error["type"], error["loc"], error.get("input")
    if kind == "extra_forbidden":
        return say_unknown(model, loc, value)
    what, field = what_is_wrong(error), field_at(model, loc)
    if field is None:
        return what
    if kind == "missing" and field.description:
        return f"{what}: {field.description.rstrip('.')}"
    if kind == "tuple_type" and is_row(field):
        return f"each one begins with [[{loc[-1]}]], in two brackets"
    if isinstance(value, str) and what.endswith("number is needed"):
        unit = unit_of(str(loc[-1]))
        if unit is None:
            return f"{what}, without quotes"
        return f"a number of {unit} is needed, without quotes and without its unit"
    return what


def say_unknown(model: type[BaseModel], loc: Sequence[int | str], value: object) -> str:
    """Say that a table has no such key, with the key or the table that was meant."""
    key, known = str(loc[-1]), keys_at(model, loc[:-1])
    rows = isinstance(value, list) and any(isinstance(one, dict) for one in value)
    is_a_table = rows or isinstance(value, dict)
    what = "unknown table" if is_a_table else "unknown key"
    owners = tables_with(model, key)
    if owners and not is_a_table:
        return f"{what}; it belongs in {' or '.join(f'[{one}]' for one in owners)}"
    near = find_near(key, known)
    if near is None:
        return f"{what}; there are: {', '.join(known)}" if known else what
    field = field_at(model, (*loc[:-1], near))
    if field is not None and is_table(field) and len(loc) == 1:
        return f"{what}; did you mean {f'[[{near}]]' if is_row(field) else f'[{near}]'}?"
    unit = unit_of(near)
    of_unit = "" if unit is None or unit_of(key) == unit else f", in {unit}"
    return f"{what}; did you mean {near}{of_unit}?"


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ConfigError: the file is missing, huge, or unreadable.
    """
    try:
        # UTF-8 has at most four bytes for a character.
        if path.stat().st_size > 4 * MOST_CHARS:
            msg = f"{path}: {path.stat().st_size} bytes; rigd's files have at most {4 * MOST_CHARS}"
            raise ConfigError(msg)
        return path.read_text(encoding="utf-8-sig")  # Windows' editors put a mark before the text
    except FileNotFoundError as missing:
        msg = f"{path}: no such file"
        raise ConfigError(msg) from missing
    except UnicodeDecodeError as broken:
        wrong = broken.object[broken.start]
        msg = f"{path}: no text in UTF-8 (byte {broken.start + 1} is 0x{wrong:02x})"
        raise ConfigError(msg) from broken
    except OSError as broken:
        msg = f"{path}: {broken}"
        raise ConfigError(msg) from broken
