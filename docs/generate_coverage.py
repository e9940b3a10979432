"""Write into docs/catalog.md how much of docs/common_equipment.toml the catalog has.

python docs/generate_coverage.py
"""

from collections.abc import Iterator
from pathlib import Path

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.coverage import Count, counts, coverage, read_names

DOCS = Path(__file__).parent
PAGE = DOCS / "catalog.md"
BEGIN = "<!-- written by docs/generate_coverage.py -->"
END = "<!-- until here -->"
WORDS = {
    "camera": "cameras",
    "filterwheel": "wheels",
    "focuser": "focusers",
    "optic": "optics",
    "filter": "filters",
}


def table(catalog: Catalog) -> str:
    """Return the table of what is there, by kind."""
    text = (DOCS / "common_equipment.toml").read_text(encoding="utf-8")
    found = counts(coverage(catalog, read_names(text, where="docs/common_equipment.toml")))
    head = (
        *("", "names", "in the catalog", "with a length", "of those assumed"),
        *("of those disputed", "with ends too"),
    )
    rows = [head, tuple(" --- " for _ in head), *(tuple(_cells(one)) for one in found)]
    return "\n".join(f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows)


def written(page: str, catalog: Catalog) -> str:
    """Return the page with the table of today."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table(catalog)}\n{END}{rest.split(END)[1]}"


def _cells(one: Count) -> Iterator[str]:
    yield from (WORDS[one.kind], str(one.names), str(one.known))
    if one.with_length is None:
        yield from ("-", "-", "-", "-")
    else:
        numbers = (one.with_length, one.assumed, one.disputed, one.with_ends)
        yield from map(str, numbers)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), load_catalog()), encoding="utf-8")
