"""What is wrong with a value that a model refuses, in plain words."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic_core import PydanticCustomError

from rigd.files.names import say_name
from rigd.files.near_words import did_you_mean

_KIND = re.compile(r"float|int|str|bool|none|constrained-\w+|[\w-]+\[.*\]")
"""What pydantic calls a branch of a field that may be of several types: no key of a file."""
_PLAIN = {
    "missing": "is needed",
    "extra_forbidden": "unknown key",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "finite_number": "a finite number is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "string_type": "a text is needed",
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
}
_LENGTHS = {
    "string_too_short": ("at least", "min_length", "character", "characters"),
    "string_too_long": ("at most", "max_length", "character", "characters"),
    "too_short": ("at least", "min_length", "entry", "entries"),
    "too_long": ("at most", "max_length", "entry", "entries"),
}


_CHOICE = re.compile(r"'([^']*)'")


def wrong_at(key: str, said: str) -> PydanticCustomError:
    """Return an error for a model's validator to raise, which lies at a key of the model.

    Args:
        key: with points, from that model.
        said: what is wrong.
    """
    return PydanticCustomError("relation", "{said}", {"said": said, "at": key})


def what_is_wrong(error: Mapping[str, object]) -> str:
    """What one of pydantic's errors says, without the key and the value.

    Args:
        error: one of `ValidationError.errors()`.
    """
    kind, limits = str(error["type"]), error.get("ctx")
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _LENGTHS and isinstance(limits, Mapping):
        bound, key, one, several = _LENGTHS[kind]
        number = limits[key]
        return f"{bound} {number} {one if number == 1 else several}"
    if kind == "string_pattern_mismatch":
        return say_name(error.get("input"))
    said = str(error["msg"])
    if said.startswith("Input should be "):
        given, choices = error.get("input"), _CHOICE.findall(said)
        near = did_you_mean(given, choices) if isinstance(given, str) else ""
        return f"must be {said.removeprefix('Input should be ')}{near}"
    return said.removeprefix("Value error, ")


def wrong_fields(errors: Iterable[Mapping[str, object]]) -> list[str]:
    """Return each field that is wrong, with what is; once, also if it may be of several types.

    Args:
        errors: `ValidationError.errors()`.
    """
    found: dict[str, list[str]] = {}
    for error in errors:
        loc = error["loc"]
        said = found.setdefault(field_path(loc) if isinstance(loc, tuple) else "", [])
        if (what := what_is_wrong(error)) not in said:
            said.append(what)
    return [f"{field}: {' or '.join(said)}" for field, said in found.items()]


def field_path(loc: Sequence[int | str]) -> str:
    """Return where an error lies as a person writes it: `devices[0].kind`."""
    steps = [step for step in loc if isinstance(step, int) or not _KIND.fullmatch(step)]
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")
