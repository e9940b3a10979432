"""One thing under two names."""

import re
from collections.abc import Iterator
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.sourced import Equipment
from rigd.catalog.relations import Fault

_WORD: Final = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|\+")
_THREAD: Final = re.compile(r"\bM\d\d")
_IDLE: Final = frozenset({"the", "camera", "filter", "filters", "focuser", "wheel", "mm"})
"""Words that tell no two things of one kind apart."""


def duplicate_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield entries of one kind and maker that have the same model, or it as another name."""
    for kind, entries in catalog.entries.items():
        equipment = [one for one in entries.values() if isinstance(one, Equipment)]
        models: dict[tuple[str, ...], str] = {}
        for entry in equipment:
            keys = (_letters(entry, entry.model), _words(entry, entry.model))
            others = {models.setdefault(key, entry.id) for key in keys} - {entry.id}
            for other in others:
                says = f"{other} has the same model: are they one thing?"
                yield Fault(kind=kind, entry_id=entry.id, field="model", says=says)
        for entry in equipment:
            for alias in entry.aliases:
                keys = (_letters(entry, alias), _words(entry, alias))
                for other in {models.get(key, entry.id) for key in keys} - {entry.id}:
                    says = f"{alias!r} is the model of {other}: are they one thing?"
                    yield Fault(kind=kind, entry_id=entry.id, field="aliases", says=says)


def _letters(entry: Equipment, model: str) -> tuple[str, ...]:
    """Return maker and model, without spaces, dashes and brackets, and what is fitted to it."""
    maker = normalise(entry.maker)
    plain = normalise(model).translate(str.maketrans("", "", '()/,."'))
    return maker, plain.removeprefix(maker) + _fitted(entry)


def _words(entry: Equipment, model: str) -> tuple[str, ...]:
    """Return maker, the words of a model in any order, and what is fitted to it.

    An adapter from one thread to another is not the one that leads back.
    """
    words = _WORD.findall(model.casefold().removeprefix(entry.maker.casefold()))
    telling = [word for word in words if word not in _IDLE]
    if len(_THREAD.findall(model)) < 2:
        telling.sort()
    return normalise(entry.maker), *telling, _fitted(entry)


def _fitted(entry: Equipment) -> str:
    return getattr(entry, "accessory", None) or ""
