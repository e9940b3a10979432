"""One thing under two names."""

from collections import defaultdict
from collections.abc import Iterator

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.sourced import Equipment
from rigd.catalog.relations import Fault


def duplicate_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield entries of one kind and maker that have the same model, or it as another name."""
    for kind, entries in catalog.entries.items():
        named: dict[tuple[str, str], list[str]] = defaultdict(list)
        for entry in entries.values():
            if isinstance(entry, Equipment):
                names = (entry.model, *entry.aliases)
                with_it = getattr(entry, "accessory", None) or ""
                for name in {_key(entry.maker, one) + with_it for one in names}:
                    named[normalise(entry.maker), name].append(entry.id)
        for ids in named.values():
            for other in ids[1:]:
                says = f"{ids[0]} has this model, or calls itself so: are they one thing?"
                yield Fault(kind=kind, entry_id=other, field="model", says=says)


def _key(maker: str, model: str) -> str:
    """Return a model without its maker, spaces, dashes and brackets."""
    plain = normalise(model).translate(str.maketrans("", "", '()/,."'))
    return plain.removeprefix(normalise(maker))
