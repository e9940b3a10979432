"""The catalog: everything that `profiles/` and the owner's own files know of equipment."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from rigd.catalog.entry_files import (
    ENTRY_MODELS,
    CatalogFile,
    line_in_file,
    other_names,
    read_catalog_data,
    read_catalog_text,
)
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.source import Source
from rigd.catalog.models.sourced import Confidence, Entry, Equipment
from rigd.catalog.parsed_files import parse_shipped
from rigd.catalog.provenance import entry_confidence, field_confidence
from rigd.catalog.relations import Fault, faults_of, name_faults, step_faults
from rigd.catalog.searched_text import SearchedText, search_words
from rigd.errors import CatalogError

AnyEntry = TypeVar("AnyEntry", bound=Entry)


STANDARDS = "standards"
"""The directory of `profiles/` whose names other files may use."""
_KIND_WORDS = {
    PartKind.OAG: "off-axis guider",
    PartKind.FILTER_DRAWER: "filter drawer",
    PartKind.ROTATOR: "rotator",
}
"""What people call a part whose maker calls it by letters."""
EXAMPLES = "examples"
"""The directory of `profiles/` that holds example rigs instead of catalog files."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """All entries by kind and id; `problems` tells which of the owner's files are out of use."""

    entries: Mapping[str, Mapping[str, Entry]]
    sources: Mapping[str, Source] = field(default_factory=dict)
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def all(self, model: type[AnyEntry]) -> tuple[AnyEntry, ...]:
        """Return every entry of one model, in the order of the files."""
        return tuple(
            entry
            for kind, own in ENTRY_MODELS.items()
            if issubclass(own, model)
            for entry in self.entries.get(kind, {}).values()
            if isinstance(entry, model)
        )

    def find(self, model: type[AnyEntry], entry_id: str) -> AnyEntry | None:
        """Return the entry of a model with an id, None if there is none."""
        for kind, own in ENTRY_MODELS.items():
            if own is model:
                entry = self.entries.get(kind, {}).get(entry_id)
                return entry if isinstance(entry, model) else None
        return None

    def get(self, model: type[AnyEntry], entry_id: str) -> AnyEntry:
        """Return the entry of a model with an id.

        Raises:
            CatalogError: There is none.
        """
        entry = self.find(model, entry_id)
        if entry is None:
            raise CatalogError(f"catalog: no {model.__name__.lower()} has the id {entry_id!r}")
        return entry

    def show(self, entry_id: str) -> tuple[tuple[str, Entry], ...]:
        """Return every entry with an id, with its kind: ids are unique within a kind only."""
        return tuple((kind, own[entry_id]) for kind, own in self.entries.items() if entry_id in own)

    def search(self, words: str, *, kind: str | None = None) -> tuple[tuple[str, Entry], ...]:
        """Return entries whose id, maker, model or names contain every word, closest first."""
        wanted = search_words(words)
        found = [
            (len(names.text), own_kind, entry)
            for own_kind, entry, names in self._texts
            if kind in (None, own_kind) and all(names.has(word) for word in wanted)
        ]
        found.sort(key=lambda row: (row[0], row[1], row[2].id))
        return tuple((own_kind, entry) for _, own_kind, entry in found)

    def confidence(self, entry: Entry, fact: str | None = None) -> Confidence:
        """Return how far an entry can be trusted, or one of its facts."""
        if fact is not None:
            return field_confidence(entry, fact, self.sources)
        return entry_confidence(entry, self.sources)

    def counts(self) -> dict[str, int]:
        """Number of entries of each kind."""
        return {kind: len(self.entries.get(kind, {})) for kind in ENTRY_MODELS}

    @cached_property
    def digest(self) -> str:
        """A fingerprint of every fact: it changes when any value does.

        SHA-256 of the rows in canonical JSON (RFC 8785): 55.0 is written as 55.
        """
        rows: list[list[object]] = [
            ["source", key, json.loads(one.model_dump_json(exclude_defaults=True))]
            for key, one in sorted(self.sources.items())
        ]
        rows += [
            [kind, json.loads(entry.model_dump_json(exclude_defaults=True))]
            for kind in sorted(self.entries)
            for _, entry in sorted(self.entries[kind].items())
        ]
        text = json.dumps(
            _whole_numbers(rows), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def _texts(self) -> tuple[tuple[str, Entry, SearchedText], ...]:
        return tuple(
            (kind, entry, SearchedText(_words(entry)))
            for kind, own in self.entries.items()
            for entry in own.values()
        )


def load_catalog(extra_dirs: Sequence[Path] = ()) -> Catalog:
    """Return the shipped catalog and the owner's own files on top of it.

    A broken file of the owner's is left out as a whole and named in `problems`.

    Raises:
        CatalogError: A shipped file is broken; its text names file, line, entry and field.
    """
    shipped = _shipped_catalog()
    if not extra_dirs:
        return shipped
    entries = {kind: dict(rows) for kind, rows in shipped.entries.items()}
    sources, origins = dict(shipped.sources), dict(shipped.origins)
    own, problems = _own_files(extra_dirs, other_names(shipped.all(Standard)))
    while own:
        faults = _file_faults(own, entries, sources)
        if not faults:
            break
        problems += [problem for where in own for problem in faults.get(where, ())]
        own = {where: content for where, content in own.items() if where not in faults}
    for where, content in own.items():
        _add(content, where, entries, sources, origins)
    return Catalog(entries=entries, sources=sources, origins=origins, problems=tuple(problems))


@cache
def _shipped_catalog() -> Catalog:
    """Read what rigd brings, once in a process: the files do not change under it."""
    entries: dict[str, dict[str, Entry]] = {kind: {} for kind in ENTRY_MODELS}
    sources: dict[str, Source] = {}
    origins: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    files = dict(shipped_files())
    texts = {where: file.read_text(encoding="utf-8") for where, file in files.items()}
    parsed = parse_shipped(texts, _root_of(files))
    for where, text in texts.items():
        content = read_catalog_data(parsed[where], text, where=where, names=names)
        _add(content, where, entries, sources, origins)
        names |= other_names(content.standard)
    return Catalog(entries=entries, sources=sources, origins=origins)


def _root_of(files: Mapping[str, Traversable]) -> Path | None:
    """Return the directory of all shipped files; None if they are packed."""
    one = next(iter(files.values()), None)
    return one.parent.parent if isinstance(one, Path) else None


def shipped_files() -> Iterator[tuple[str, Traversable]]:
    """Name and content of every catalog file that rigd brings, those with standards first."""
    root = resources.files("rigd.profiles")
    for directory in sorted(root.iterdir(), key=lambda one: (one.name != STANDARDS, one.name)):
        known = directory.name != EXAMPLES and not directory.name.startswith(("_", "."))
        if directory.is_dir() and known:
            for file in sorted(directory.iterdir(), key=lambda one: one.name):
                if file.name.endswith(".toml"):
                    yield f"profiles/{directory.name}/{file.name}", file


def catalog_faults(catalog: Catalog) -> tuple[Fault, ...]:
    """Return every relation that leads nowhere and every name that means two things."""
    return (
        *(
            fault
            for kind, own in catalog.entries.items()
            for entry in own.values()
            for fault in faults_of(kind, entry, catalog.entries, catalog.sources)
        ),
        *name_faults(catalog.entries),
        *step_faults(catalog.entries),
    )


def _own_files(
    directories: Sequence[Path], names: Mapping[str, str]
) -> tuple[dict[str, CatalogFile], list[str]]:
    """Return the owner's files that can be read, and what is wrong with the others."""
    own: dict[str, CatalogFile] = {}
    problems: list[str] = []
    for directory in directories:
        if not directory.is_dir():
            problems.append(f"{directory}: no such directory")
            continue
        for path in sorted(directory.rglob("*.toml")):
            try:
                text = path.read_text(encoding="utf-8")
                own[str(path)] = read_catalog_text(text, where=str(path), names=names)
            except CatalogError as error:
                problems.append(str(error))
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{path}: cannot be read: {error}")
    return own, problems


def _file_faults(
    own: Mapping[str, CatalogFile],
    shipped: Mapping[str, Mapping[str, Entry]],
    shipped_sources: Mapping[str, Source],
) -> dict[str, list[str]]:
    """Return what is wrong with each of the owner's files once all of them are together."""
    together: dict[str, dict[str, Entry]] = {kind: dict(rows) for kind, rows in shipped.items()}
    sources = dict(shipped_sources)
    owners: dict[tuple[str, str], str] = {}
    faults: dict[str, list[str]] = {}
    for where, content in own.items():
        for key, source in content.sources.items():
            if sources.get(key, source) != source:
                other = owners.get(("sources", key), "the shipped catalog")
                says = f"{other} says another thing of this source"
                fault = Fault(kind="sources", entry_id=key, field="address", says=says)
                faults.setdefault(where, []).append(_placed(fault, where))
                continue
            sources[key] = source
            owners["sources", key] = where
        for kind, entry in content.entries():
            if entry.id in together[kind]:
                other = owners.get((kind, entry.id), "the shipped catalog")
                says = f"{other} has this id already"
                fault = Fault(kind=kind, entry_id=entry.id, field="id", says=says)
                faults.setdefault(where, []).append(_placed(fault, where))
                continue
            together[kind][entry.id] = entry
            owners[kind, entry.id] = where
    for where, content in own.items():
        for kind, entry in content.entries():
            for fault in faults_of(kind, entry, together, sources):
                faults.setdefault(where, []).append(_placed(fault, where))
    for fault in (*name_faults(together), *step_faults(together)):
        owner = owners.get((fault.kind, fault.entry_id)) or owners.get(fault.other or ("", ""))
        if owner is not None:
            faults.setdefault(owner, []).append(_placed(fault, owner))
    return faults


def said_with_place(fault: Fault, catalog: Catalog) -> str:
    """Return what a fault says behind the file and line where its entry or source stands."""
    where = catalog.origins.get((fault.kind, fault.entry_id))
    return str(fault) if where is None else _placed(fault, where)


def _placed(fault: Fault, where: str) -> str:
    try:
        text = _text_of(where)
    except OSError:
        return f"{where}: {fault}"
    line = line_in_file(text, fault.kind, fault.entry_id, fault.field)
    return f"{where}:{line}: {fault}"


@lru_cache(maxsize=8)
def _shipped_text(where: str) -> str | None:
    return next(
        (file.read_text(encoding="utf-8") for name, file in shipped_files() if name == where), None
    )


def _text_of(where: str) -> str:
    shipped = _shipped_text(where) if where.startswith("profiles/") else None
    return Path(where).read_text(encoding="utf-8") if shipped is None else shipped


def _add(
    content: CatalogFile,
    where: str,
    entries: Mapping[str, dict[str, Entry]],
    sources: dict[str, Source],
    origins: dict[tuple[str, str], str],
) -> None:
    for key, source in content.sources.items():
        if sources.get(key, source) != source:
            raise CatalogError(f"{where}: sources {key}: another file says another thing of it")
        sources[key] = source
        origins["sources", key] = where
    for kind, entry in content.entries():
        if entry.id in entries[kind]:
            other = origins[kind, entry.id]
            raise CatalogError(f"{where}: {kind} {entry.id}: id: {other} has this id already")
        entries[kind][entry.id] = entry
        origins[kind, entry.id] = where


def _whole_numbers(node: object) -> object:
    """Return a tree with its numbers as canonical JSON writes them."""
    match node:
        case dict():
            return {name: _whole_numbers(value) for name, value in node.items()}
        case list():
            return [_whole_numbers(value) for value in node]
        case float() if node.is_integer():
            return int(node)
        case _:
            return node


def _words(entry: Entry) -> Iterator[str]:
    yield entry.id
    if isinstance(entry, Equipment):
        yield from (entry.maker, entry.model, *entry.aliases)
    for attribute in ("name", "title"):
        value = getattr(entry, attribute, None)
        if isinstance(value, str):
            yield value
    if isinstance(entry, Part):
        yield _KIND_WORDS.get(entry.kind, "")
    names = getattr(entry, "driver_names", None)
    if names is not None:
        yield from names.all()
