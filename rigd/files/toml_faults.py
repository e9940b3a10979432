"""Why a text is no TOML, said of the line as a person wrote it. Pure."""

import re
from collections.abc import Callable
from tomllib import TOMLDecodeError

_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_WORD = re.compile(r"(?P<key>[\w.\-]+)\s*=\s*(?P<value>[^\W\d]\w*([ \-]\w+)*)\s*(#.*)?")
_COMMA = re.compile(r"(?P<key>[\w.\-]+)\s*=\s*(?P<value>[+-]?\d+,\d+)\s*(#.*)?")
_COLON = re.compile(r"(?P<key>[\w.\-]+)\s*:\s*(?P<value>\S.*)")
_UNIT = re.compile(r"(?P<key>[\w.\-]+)\s*=\s*(?P<value>[+-]?\d+(\.\d+)?)\s*[^\W\d_]+\s*(#.*)?")
_TABLE = re.compile(r"\[+[^\[\]#]*\]*\s*(#.*)?")
_BACKSLASH = re.compile(r'(?P<key>[\w.\-]+)\s*=\s*"(?P<value>[^"]*\\[^"]*)"\s*(#.*)?')
_OPEN_TEXT = re.compile(r"""(?P<key>[\w.\-]+)\s*=\s*("[^"]*|'[^']*)""")
_NO_VALUE = re.compile(r"(?P<key>[\w.\-]+)\s*=\s*(#.*)?")
_OPEN_LIST = re.compile(r"(?P<key>[\w.\-]+)\s*=\s*\[[^\]]*")
_TRUTHS = {"true", "false", "yes", "no", "on", "off"}


def say_fault(text: str, broken: TOMLDecodeError) -> tuple[int | None, str]:
    """Return the line that is no TOML, if it is known, with what is wrong and what is right."""
    said = str(broken)
    lines = text.splitlines()
    if twice := _find_twice(lines, said):
        return twice
    found = _LINE.search(said)
    if found is None:
        for number, line in enumerate(lines, 1):
            for pattern in (_OPEN_TEXT, _NO_VALUE, _OPEN_LIST):
                if pattern.fullmatch(line.strip()) and not _is_closed_later(pattern, lines, number):
                    return number, _say(line) or said
        return None, said
    number = int(found[1])
    line = lines[number - 1] if number <= len(lines) else ""
    explained = _say(line)
    if explained is None and number > 1:  # a line is broken where the one before it was left open
        before = _say(lines[number - 2])
        if before is not None and "is missing" in before:
            return number - 1, before
    if explained is None:
        explained = f"'{line.strip()}': {_LINE.sub('', said).strip()}"
        if "Invalid value" in said:
            explained += '; a text stands in straight quotes: "ZWO EAF"'
    return number, explained


def _is_closed_later(pattern: re.Pattern[str], lines: list[str], number: int) -> bool:
    return pattern is _OPEN_LIST and any("]" in line and "[" not in line for line in lines[number:])


def _say(line: str) -> str | None:
    line = line.strip()
    for pattern, right in _KNOWN:
        if found := pattern.fullmatch(line):
            said = right(found)
            return None if said is None else f"'{line}': {said}"
    return None


def _word(found: re.Match[str]) -> str | None:
    key, value = found["key"], found["value"]
    if value in {"true", "false", "inf", "nan"}:
        return None
    if value.casefold() in _TRUTHS:
        truth = "true" if value.casefold() in {"true", "yes", "on"} else "false"
        return f"yes and no are written true and false: {key} = {truth}"
    return f'a text stands in quotes: {key} = "{value}"'


def _comma(found: re.Match[str]) -> str:
    right = found["value"].replace(",", ".")
    return f"a number has a point, no comma: {found['key']} = {right}"


def _table(found: re.Match[str]) -> str | None:
    line = found[0].split("#")[0].strip()
    opened = len(line) - len(line.lstrip("["))
    lacking = opened - (len(line) - len(line.rstrip("]")))
    return f"a {']' * lacking} is missing at its end" if lacking > 0 else None


_KNOWN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (_WORD, _word),
    (_COMMA, _comma),
    (_UNIT, lambda m: f"a number stands without its unit: {m['key']} = {m['value']}"),
    (_COLON, lambda m: f"an = stands between key and value: {m['key']} = {m['value']}"),
    (_BACKSLASH, lambda m: f"a path with \\ stands in single quotes: {m['key']} = '{m['value']}'"),
    (_OPEN_TEXT, lambda _: "the closing quote is missing at its end"),
    (_NO_VALUE, lambda m: f"a value is missing after {m['key']} ="),
    (_OPEN_LIST, lambda _: "the ] that closes the list is missing"),
    (_TABLE, _table),
)


def _find_twice(lines: list[str], said: str) -> tuple[int, str] | None:
    """Return the second place of a table or key that stands in two."""
    if "twice" not in said and "overwrite" not in said:
        return None
    seen: dict[str, int] = {}
    table = ""
    for number, line in enumerate(lines, 1):
        short = line.split("#")[0].strip()
        if short.startswith("["):
            table = short if not short.startswith("[[") else f"{short} of line {number}"
            name = table
        elif "=" in short:
            name = f"{table} {short.split('=')[0].strip()}"
        else:
            continue
        if name in seen:
            what = "put what belongs to it there" if short.startswith("[") else "keep one of them"
            return number, f"'{short}': it stands in line {seen[name]} already; {what}"
        seen[name] = number
    return None
