"""An event as plain JSON, to be compared with what is made of a replay."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from rigd.devices.events import Event

TIMES = frozenset({"at_s", "temperature_at_s"})
"""On the monotonic clock of the computer that recorded: nobody else's."""


def facts_of(event: Event) -> Mapping[str, Any]:
    """What an event says, without its times."""
    plain = _plain(event)
    assert isinstance(plain, dict)  # noqa: S101 - an event is a dataclass
    return plain


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {
            one.name: _plain(getattr(value, one.name))
            for one in fields(value)
            if one.name not in TIMES
        }
    if isinstance(value, frozenset):
        return sorted(str(_plain(one)) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
