"""What is wrong with a value that a model refuses, in plain words."""

from collections.abc import Mapping

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
    said = str(error["msg"])
    if said.startswith("Input should be "):
        return f"must be {said.removeprefix('Input should be ')}"
    return said.removeprefix("Value error, ")
