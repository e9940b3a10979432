"""Frozen dataclasses made anew with some fields changed, faster than by `dataclasses` itself.

The state of a rig is made anew at every event, several times each. `dataclasses.replace` looks at
each field in Python and sets each by name through `object.__setattr__`: for the fifty fields of a
rig that takes longer than all that is thought about them.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["replace"]

if TYPE_CHECKING:
    from dataclasses import replace  # mypy compares the fields of this one
else:

    def replace(value, /, **changes):
        """Return a frozen dataclass with these fields changed: itself if they are so already."""
        for name, changed in changes.items():
            if getattr(value, name) is not changed:
                break
        else:
            return value
        cls = value.__class__
        twin = _twin_of(cls)
        if twin is None:
            return dataclasses.replace(value, **changes)
        values = [*twin.read(value)]
        for name, changed in changes.items():
            values[twin.places[name]] = changed
        made = twin.make(*values)
        made.__class__ = cls
        return made


@dataclasses.dataclass(frozen=True, slots=True)
class _Twin:
    """How to make what a class holds by way of a class of the same slots that is not frozen."""

    make: Callable[..., Any]
    read: Callable[[Any], tuple[Any, ...]]
    places: dict[str, int]


@cache
def _twin_of(cls: type) -> _Twin | None:
    """The twin of a class; None for one that does more than hold its own slots."""
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields]
    # An `attrgetter` of one name gives the value instead of a tuple.
    plain = len(names) > 1 and all(field.init for field in fields)
    if not plain or cls.__bases__ != (object,) or hasattr(cls, "__post_init__"):
        return None
    if cls.__dict__.get("__slots__") != tuple(names):
        return None
    twin = dataclasses.make_dataclass(
        cls.__name__, [(name, Any) for name in names], slots=True, eq=False, repr=False
    )
    places = {name: place for place, name in enumerate(names)}
    return _Twin(make=twin, read=attrgetter(*names), places=places)
