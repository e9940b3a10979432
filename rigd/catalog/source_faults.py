"""Sources that do not hold what is hung on them."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.source import SourceKind
from rigd.catalog.models.sourced import Confidence, Entry, Equipment
from rigd.catalog.provenance import (
    cited_by,
    covers,
    facts_of,
    field_confidence,
    fields_of,
    is_marked,
    may_know,
)
from rigd.catalog.relations import Fault

ANY_MAKER = "generic"
"""The maker of what many make alike: rings, T-rings, nosepieces."""
_CHAT: Final = re.compile(
    r"chatgpt\.com|chat\.openai\.com|claude\.ai|gemini\.google\.com|perplexity\.ai"
    r"|copilot\.microsoft\.com|grok\.com|chat\.deepseek\.com",
    re.IGNORECASE,
)
"""Where language models answer."""


def source_faults(catalog: Catalog, *, today: date | None = None) -> Iterator[Fault]:
    """Yield facts that nobody supports, claims that support nothing, and sources of no use."""
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            fields = fields_of(entry)
            for field, says in (
                *_unnamed_entry(entry),
                *_bare_facts(entry, catalog),
                *_empty_claims(entry, fields, catalog),
                *_empty_marks(entry, fields),
            ):
                yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)
    yield from _sources_of_no_use(catalog)
    for key, source in catalog.sources.items():
        if today is not None and source.read is not None and source.read > today:
            says = f"{source.read} is still to come"
            yield Fault(kind="sources", entry_id=key, field="read", says=says)
        if source.kind is not SourceKind.GENERATED and _CHAT.search(source.address):
            yield _fault(key, "a talk with a language model is of kind generated")


def _unnamed_entry(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield an entry that no source names: nothing says that there is such a thing.

    A part of any maker is no product: it has the dimensions that a standard or a set of sizes
    leaves to it, and says how they follow.
    """
    if entry.sources:
        return
    of_any_maker = isinstance(entry, Equipment) and entry.maker == ANY_MAKER
    if not of_any_maker:
        yield "sources", "no source names it"
    elif not entry.derived:
        yield "derived", "a part of any maker says which standard its dimensions follow from"


def _bare_facts(entry: Entry, catalog: Catalog) -> Iterator[tuple[str, str]]:
    for field in facts_of(entry):
        if field_confidence(entry, field, catalog.sources) is Confidence.UNSOURCED:
            yield field, "no source supports it; name one, or mark it as derived or assumed"


def _empty_claims(
    entry: Entry, fields: Collection[str], catalog: Catalog
) -> Iterator[tuple[str, str]]:
    for key, claims in entry.sources.items():
        source = catalog.sources.get(key)
        if not claims:
            yield f"sources.{key}", "supports nothing: name the fields that it holds"
        for claim in claims:
            meant = [field for field in fields if covers(claim, field)]
            if not meant:
                yield f"sources.{key}", f"{claim!r} is no field that has a value here"
            elif source is not None and not any(may_know(source, field) for field in meant):
                yield f"sources.{key}", f"a {source.kind} of this kind cannot know {claim!r}"
            elif all(is_marked(entry.assumed, field) for field in meant):
                yield f"sources.{key}", f"{claim!r} is assumed: no source supports it"


def _empty_marks(entry: Entry, fields: Collection[str]) -> Iterator[tuple[str, str]]:
    for name, marks in (
        ("derived", entry.derived),
        ("assumed", entry.assumed),
        ("stock", entry.stock),
    ):
        for marked in marks:
            if not any(covers(marked, field) for field in fields):
                yield f"{name}.{marked}", "is no field that has a value here"


def _sources_of_no_use(catalog: Catalog) -> Iterator[Fault]:
    cited = {
        key
        for entries in catalog.entries.values()
        for entry in entries.values()
        for key in cited_by(entry)
    }
    described: dict[str, list[str]] = defaultdict(list)
    for key, source in catalog.sources.items():
        described[f"{source.address} {source.note or ''}"].append(key)
        if key not in cited:
            yield _fault(key, "no entry cites it")
        # What somebody measured himself was not read anywhere.
        measured = source.kind is SourceKind.MEASUREMENT
        if source.read is None and source.note is None and not measured:
            says = "has neither the day on which it was read nor a note that says why not"
            yield Fault(kind="sources", entry_id=key, field="read", says=says)
        repository = _repository(source.address)
        if repository and source.kind in (SourceKind.MAKER, SourceKind.MANUAL, SourceKind.DEALER):
            yield _fault(
                key, f"a file of {repository} is no page of a maker or a shop: it quotes one"
            )
    for keys in described.values():
        for key in keys[1:]:
            yield _fault(key, f"is the same source as {keys[0]}")


def _repository(address: str) -> str | None:
    found = re.match(r"github:[^@ ]+", address)
    return found[0] if found else None


def _fault(key: str, says: str) -> Fault:
    return Fault(kind="sources", entry_id=key, field="address", says=says)
