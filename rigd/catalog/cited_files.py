"""Whether the repository files that entries cite hold the numbers that they are cited for."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.sourced import Entry
from rigd.catalog.provenance import facts_of, is_marked, supporters
from rigd.catalog.relations import Fault
from rigd.units import um_from_nm

_ADDRESS: Final = re.compile(
    r"github:(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:@(?P<commit>[0-9a-f]{7,40}))? (?P<paths>\S.*)"
)
_TELLING: Final = 32
"""A smaller whole number says little where it stands; our choice."""
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
    """Return the files that an address names; others stand behind commas.

    One without a folder is in that of the first.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return ()
    first, *others = found["paths"].split(", ")
    folder = first.rpartition("/")[0]
    paths = [first, *(other if "/" in other else f"{folder}/{other}" for other in others)]
    return tuple(CitedFile(found["owner"], found["name"], found["commit"], path) for path in paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedComparison:
    """What was found in the files that sources name, and what could not be looked for."""

    faults: tuple[Fault, ...]
    compared: Mapping[str, int]
    """Numbers that were looked for, by source."""
    small: int
    """Whole numbers below 32 among those compared: most files hold them somewhere."""
    without_copy: Mapping[str, int]
    """Numbers that sources with a repository file support, of which no copy is at hand."""
    without_file: Mapping[str, int]
    """Numbers that sources without a repository file support: pages, manuals, measurements."""

    def numbers(self) -> dict[str, Mapping[str, int]]:
        """Return how many numbers were compared and not, by source."""
        return {
            "compared": self.compared,
            "without_copy": self.without_copy,
            "without_file": self.without_file,
        }

    def __str__(self) -> str:
        return (
            f"snapshots: {_say(self.compared)} compared ({self.small} of them below 32, which "
            f"most files hold anyway), {len(self.faults)} not found; "
            f"{_say(self.without_copy)} not compared because no copy is at hand, "
            f"{_say(self.without_file)} because they are no repository files"
        )


def compare_cited_files(catalog: Catalog, read: ReadCited) -> CitedComparison:
    """Look for the numbers of the catalog in the files that their sources name."""
    held: dict[str, frozenset[float] | None] = {}
    faults: list[Fault] = []
    small = 0
    compared, without_copy, without_file = Counter[str](), Counter[str](), Counter[str]()
    for kind, entry, field, key, number in _cited_numbers(catalog):
        address = catalog.sources[key].address
        if not cited_files(address):
            without_file[key] += 1
            continue
        if key not in held:
            held[key] = _numbers(address, read)
        numbers = held[key]
        if numbers is None:
            without_copy[key] += 1
            continue
        compared[key] += 1
        small += number < _TELLING and number.is_integer()
        if not _holds(numbers, number, field):
            says = f"{number:g} is not in the file that {key} names"
            faults.append(Fault(kind=kind, entry_id=entry.id, field=field, says=says))
    return CitedComparison(
        faults=tuple(faults),
        compared=compared,
        small=small,
        without_copy=without_copy,
        without_file=without_file,
    )


def _cited_numbers(catalog: Catalog) -> Iterator[tuple[str, Entry, str, str, float]]:
    """Yield kind, entry, field, source and number of every figure that a source supports."""
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            for field, value in facts_of(entry).items():
                if is_marked(entry.derived, field) or is_marked(entry.assumed, field):
                    continue
                for key in supporters(entry, field, catalog.sources):
                    yield from ((kind, entry, field, key, number) for number in _wanted(value))


def _say(numbers: Mapping[str, int]) -> str:
    return f"{sum(numbers.values())} numbers of {len(numbers)} sources"


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
