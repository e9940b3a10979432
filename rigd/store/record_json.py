"""Frozen records as JSON text, without the deep copies of `dataclasses.asdict`.

A filter change waits while its ledger and its move are written.
"""

import json
from dataclasses import fields
from functools import lru_cache
from typing import Any


def record_json(record: object) -> str:
    """A frozen dataclass, or a list of them, as JSON; its fields by name."""
    return _ENCODER.encode(record)


def _fields_of(record: Any) -> dict[str, object]:
    kind: Any = type(record)  # mypy takes a type for unhashable
    return {name: getattr(record, name) for name in _names(kind)}


@lru_cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))  # TypeError: no dataclass


_ENCODER = json.JSONEncoder(default=_fields_of)
