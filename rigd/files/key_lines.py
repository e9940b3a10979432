"""In which line of a TOML text a key stands: tomllib keeps no positions. Pure."""

import re
from collections.abc import Mapping

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ROW = re.compile(rf"\s*\[\[\s*({_PATH})\s*\]\]")
_HEADER = re.compile(rf"\s*\[\s*({_PATH})\s*\]")
_KEY = re.compile(rf"\s*({_PATH})\s*=")


def key_lines(text: str) -> dict[str, int]:
    """Return the line number of each key of a TOML text, as far as a simple scan finds it.

    The second [[rigs]] is `rigs.1`. A key that the scan misses only lacks its line in the error.
    """
    found: dict[str, int] = {}
    rows: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if row := _ROW.match(line):
            name = _numbered(_plain(row[1]), rows)
            table = f"{name}.{rows.get(name, 0)}"
            rows[name] = rows.get(name, 0) + 1
            found.setdefault(name, number)
            found.setdefault(table, number)
        elif header := _HEADER.match(line):
            table = _numbered(_plain(header[1]), rows)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _plain(key[1])
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def find_line(lines: Mapping[str, int], key: str) -> int | None:
    """Return the line of a key, else of the table or list that holds it; None: of neither.

    Args:
        lines: what `key_lines` found; under "" the line of the whole.
        key: with points; capitals, blanks and hyphens do not count, since keys are derived.
    """
    alike = {_derived(one): number for one, number in reversed(list(lines.items()))}
    parts = key.split(".")
    for length in range(len(parts), 0, -1):
        path = ".".join(parts[:length])
        if (number := lines.get(path, alike.get(_derived(path)))) is not None:
            return number
    return lines.get("")


def _numbered(path: str, rows: Mapping[str, int]) -> str:
    """The path of a table that belongs to a row of another: the second [rigs.equipment]."""
    for name, number in rows.items():
        if path.startswith(f"{name}."):
            return f"{name}.{number - 1}{path.removeprefix(name)}"
    return path


def _plain(path: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in re.findall(_PART, path))


def _derived(path: str) -> str:
    return re.sub(r"[^\w.]+|_+", "-", path.casefold())
