"""One thing under two names."""

from collections.abc import Iterator

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.sourced import Equipment
from rigd.catalog.relations import Fault


def duplicate_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield entries of one kind and maker that have the same model, or it as another name."""
    for kind, entries in catalog.entries.items():
        equipment = [one for one in entries.values() if isinstance(one, Equipment)]
        models: dict[tuple[str, str], str] = {}
        for entry in equipment:
            other = models.setdefault(_key(entry, entry.model), entry.id)
            if other != entry.id:
                says = f"{other} has the same model: are they one thing?"
                yield Fault(kind=kind, entry_id=entry.id, field="model", says=says)
        for entry in equipment:
            for alias in entry.aliases:
                other = models.get(_key(entry, alias), entry.id)
                if other != entry.id:
                    says = f"{alias!r} is the model of {other}: are they one thing?"
                    yield Fault(kind=kind, entry_id=entry.id, field="aliases", says=says)


def _key(entry: Equipment, model: str) -> tuple[str, str]:
    """Return maker and model, without spaces, dashes and brackets, and what is fitted to it."""
    maker = normalise(entry.maker)
    plain = normalise(model).translate(str.maketrans("", "", '()/,."'))
    return maker, plain.removeprefix(maker) + (getattr(entry, "accessory", None) or "")
