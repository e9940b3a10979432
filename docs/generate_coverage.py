"""Write into docs/catalog.md how much the catalog has, and how many of its sources were read.

python docs/generate_coverage.py

It is run for a release, not for an entry: the page says of which digest it speaks, and
`rigd catalog coverage` and `rigd catalog sources` print what there is today.
"""

from collections.abc import Iterator
from pathlib import Path

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.coverage import Count, counts, coverage, read_names
from rigd.catalog.sources_read import source_counts

DOCS = Path(__file__).parent
PAGE = DOCS / "catalog.md"
BEGIN = "<!-- written by docs/generate_coverage.py: {} -->"
END = "<!-- until here -->"
WORDS = {
    "camera": "cameras",
    "filterwheel": "wheels",
    "focuser": "focusers",
    "optic": "optics",
    "filter": "filters",
}
COVERAGE_HEAD = (
    *("", "names", "in the catalog", "with a length", "of those assumed"),
    *("of those disputed", "with ends too"),
)
SOURCES_HEAD = ("", "sources", "read", "not read", "entries that cite one")


def coverage_rows(catalog: Catalog) -> tuple[tuple[str, ...], ...]:
    """Return the table of what is there, by kind, without its head."""
    text = (DOCS / "common_equipment.toml").read_text(encoding="utf-8")
    found = counts(coverage(catalog, read_names(text, where="docs/common_equipment.toml")))
    return tuple(tuple(_cells(one)) for one in found)


def source_rows(catalog: Catalog) -> tuple[tuple[str, ...], ...]:
    """Return the table of sources, by kind, without its head."""
    found = source_counts(catalog)
    rows = [
        (str(one.kind), *map(str, (one.sources, one.read, one.sources - one.read, one.entries)))
        for one in found
    ]
    all_of = (sum(one.sources for one in found), sum(one.read for one in found))
    return (*rows, ("all", *map(str, (*all_of, all_of[0] - all_of[1])), ""))


def written(page: str, catalog: Catalog) -> str:
    """Return the page with the tables of today."""
    page = _with_block(page, "coverage", catalog, COVERAGE_HEAD, coverage_rows(catalog))
    return _with_block(page, "sources", catalog, SOURCES_HEAD, source_rows(catalog))


def _with_block(
    page: str,
    name: str,
    catalog: Catalog,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
) -> str:
    begin = BEGIN.format(name)
    lines = [_line(one) for one in (head, ("---",) * len(head), *rows)]
    counted = f"Counted when the catalog's digest was `{catalog.digest[:12]}`."
    before, rest = page.split(begin)
    rest = rest.split(END, 1)[1]
    return f"{before}{begin}\n{counted}\n\n" + "\n".join(lines) + f"\n{END}{rest}"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(one: Count) -> Iterator[str]:
    yield from (WORDS[one.kind], str(one.names), str(one.known))
    if one.with_length is None:
        yield from ("-", "-", "-", "-")
    else:
        numbers = (one.with_length, one.assumed, one.disputed, one.with_ends)
        yield from map(str, numbers)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), load_catalog()), encoding="utf-8")
