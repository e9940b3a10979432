"""TOML files that people write: read within limits, and what is wrong in them named by line."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from rigd.errors import ConfigError
from rigd.files.wrong_values import what_is_wrong

MOST_CHARS = 200_000
"""Of a profile's text; a big one with fifty filters has some ten thousand."""
_HEADER = re.compile(r"\s*\[([\w.\- ]+)\]")
_ROW = re.compile(r"\s*\[\[([\w.\- ]+)\]\]")
_KEY = re.compile(r"\s*([\w.\- ]+?)\s*=")


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file.

    Raises:
        ConfigError: the file is missing, unreadable, or no TOML; names file and line.
    """
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as broken:
        msg = f"{path}: {broken}"
        raise ConfigError(msg) from broken


def config_error(
    where: Path | str,
    failure: ValidationError,
    lines: Mapping[str, int] | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> ConfigError:
    """Return an error with one line for each wrong key or value of a file.

    Args:
        where: the file.
        failure: what is wrong with it.
        lines: the line of each key, where that is known.
        names: what a person calls a row of tables, for instance `rig demo` for `rigs.0`.
    """
    said = []
    for error in failure.errors():
        key = ".".join(str(part) for part in error["loc"])
        what = what_is_wrong(error)
        value = error.get("input")
        given = f" (given: {value!r})" if isinstance(value, str | int | float | bool) else ""
        number = (lines or {}).get(key)
        line = "" if number is None else f", line {number}"
        row = ".".join(str(part) for part in error["loc"][:2])
        if row in names:
            key = f"{names[row]}: {key.removeprefix(row).removeprefix('.') or 'the table'}"
        said.append(f"{where}: {key or 'the file'}: {what}{given}{line}")
    return ConfigError("\n".join(said))


def key_lines(text: str) -> dict[str, int]:
    """Return the line number of each key of a TOML text, as far as a simple scan finds it.

    tomllib keeps no positions. A key that the scan misses only lacks its line in the error.
    """
    found: dict[str, int] = {}
    rows: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if row := _ROW.match(line):
            name = row[1].replace(" ", "")
            table = f"{name}.{rows.get(name, 0)}"
            rows[name] = rows.get(name, 0) + 1
            found.setdefault(table, number)
        elif header := _HEADER.match(line):
            table = header[1].replace(" ", "")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1].replace(" ", "")
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


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
        return path.read_text(encoding="utf-8")
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
