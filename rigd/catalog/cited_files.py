"""Whether the repository files that entries cite hold the numbers that they are cited for."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.provenance import facts_of, is_marked, supporters
from rigd.catalog.relations import Fault
from rigd.units import um_from_nm

_ADDRESS: Final = re.compile(
    r"github:(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:@(?P<commit>[0-9a-f]{7,40}))? (?P<paths>\S.*)"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class CitedFile:
    """A file of a public repository, at a commit or at the newest that is at hand."""

    owner: str
    name: str
    commit: str | None
    path: str


ReadCited = Callable[[CitedFile], str | None]
"""Returns the text of a file; None if no copy of it is at hand."""


def cited_files(address: str) -> tuple[CitedFile, ...]:
    """Return the files that an address names; several of one folder stand behind commas."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return ()
    first, *others = found["paths"].split(", ")
    folder = first.rpartition("/")[0]
    paths = [first, *(f"{folder}/{other}" for other in others)]
    return tuple(CitedFile(found["owner"], found["name"], found["commit"], path) for path in paths)


def cited_file_faults(catalog: Catalog, read: ReadCited) -> Iterator[Fault]:
    """Yield numbers that none of the files of a source holds; files that are not at hand pass."""
    held: dict[str, frozenset[float] | None] = {}
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            for field, value in facts_of(entry).items():
                if is_marked(entry.derived, field) or is_marked(entry.assumed, field):
                    continue
                for key in supporters(entry, field, catalog.sources):
                    if key not in held:
                        held[key] = _numbers(catalog.sources[key].address, read)
                    numbers = held[key]
                    for number in _wanted(value) if numbers is not None else ():
                        if not _holds(numbers or frozenset(), number, field):
                            says = f"{number:g} is not in the file that {key} names"
                            yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)


def _numbers(address: str, read: ReadCited) -> frozenset[float] | None:
    texts = [read(file) for file in cited_files(address)]
    if not texts or any(text is None for text in texts):
        return None
    return frozenset(float(one) for text in texts for one in _NUMBER.findall(text or ""))


def _holds(numbers: frozenset[float], number: float, field: str) -> bool:
    """Whether a number is among others, as it is or with more digits than the entry gives.

    Programs give pixels in nanometres too.
    """
    digits = len(f"{number:g}".partition(".")[2])
    if number in numbers or any(round(one, digits) == number for one in numbers):
        return True
    return field.endswith("_um") and any(um_from_nm(one) == number for one in numbers)


def _wanted(value: object) -> Iterator[float]:
    match value:
        case bool() | str():
            return
        case int() | float():
            yield float(value)
        case list():
            for one in value:
                yield from _wanted(one)
        case _:
            return
