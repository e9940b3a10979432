"""A view as JSON: the one place that knows how the API, the command line and others write it.

A frozen dataclass becomes an object with its fields in their order, so a field's name is a name of
the interface. What is unknown stays, as null; what does not apply is a class of its own without
the field. `json_schema.py` describes the same rules.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

MERGED: Mapping[str, bool] = {"merged": True}
"""Metadata of a field whose own fields stand in its place: one report, alone or under a heading."""


def is_merged(metadata: Mapping[Any, Any]) -> bool:
    """Whether a field with this metadata is merged."""
    return bool(metadata.get("merged"))


def to_json(view: object) -> dict[str, Any]:
    """A view as a JSON object.

    Raises:
        TypeError: it, or something in it, is nothing that a view is made of.
    """
    found = _plain(view)
    if not isinstance(found, dict):
        msg = f"{type(view).__name__} is no view"
        raise TypeError(msg)
    return found


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if is_dataclass(value):
        found: dict[str, object] = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            if is_merged(one.metadata):
                found |= to_json(inner)
            else:
                found[one.name] = _plain(inner)
        return found
    msg = f"{type(value).__name__} has no place in JSON"
    raise TypeError(msg)
