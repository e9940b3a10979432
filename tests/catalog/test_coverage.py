"""Coverage counts what is there, what has a length, and what is assumed."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.coverage import counts, coverage, read_names
from rigd.catalog.entry_files import ENTRY_MODELS, read_catalog_text
from rigd.errors import CatalogError

DOCS = Path(__file__).parents[2] / "docs"
TEXT = """
[[camera]]
id = "deep"
maker = "Own"
model = "Deep"
mount_configurations = [
  { name = "bare", flange_distance_mm = 17.5, end = { standard = "M42x0.75", gender = "female" } },
]
sources.page = ["mount_configurations.flange_distance_mm", "mount_configurations.end.standard"]
assumed."mount_configurations.end.gender" = "in circulation"

[[camera]]
id = "flat"
maker = "Own"
model = "Flat"
mount_configurations = [{ name = "bare" }]
sources.page = ["model"]

[[camera]]
id = "doubtful"
maker = "Own"
model = "Doubtful"
mount_configurations = [{ name = "bare", open_end = { standard = "M42x0.75" } }]
sources.page = ["mount_configurations.open_end.standard"]
[[camera.conflicts]]
field = "mount_configurations.flange_distance_mm"
reason = "Two lists."
values = [{ value = 17.5, sources = ["page"] }, { value = 14.0 }]

[[filterwheel]]
id = "wheel"
maker = "Own"
model = "Wheel"
optical_length_mm = 20.0
sources.page = ["optical_length_mm"]

[[optic]]
id = "petzval"
maker = "Own"
model = "Petzval"
kind = "telescope"
requires_back_focus = false
none_because = "a flat field of its own"
derived.requires_back_focus = "from the kind of optic"
sources.page = ["model"]

[[focuser]]
id = "motor"
maker = "Own"
model = "Motor"
sources.page = ["model"]

[sources.page]
address = "https://example.com"
kind = "maker"
origin = "own"
"""
NAMES = """
camera = ["Own Deep", "Own Flat", "Own Doubtful", "Own Gone"]
filterwheel = ["Own Wheel"]
optic = ["Own Petzval"]
focuser = ["Own Motor"]
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    content = read_catalog_text(TEXT, where="mine.toml")
    entries = {
        kind: {entry.id: entry for own, entry in content.entries() if own == kind}
        for kind in ENTRY_MODELS
    }
    return Catalog(entries=entries, sources=content.sources)


def test_lengths_ends_assumptions_and_disputes_are_counted_apart(catalog: Catalog) -> None:
    found = counts(coverage(catalog, read_names(NAMES, where="names")))

    said = {
        one.kind: (
            *(one.names, one.known, one.with_length),
            *(one.assumed, one.disputed, one.with_ends),
        )
        for one in found
    }
    assert said == {
        "camera": (4, 3, 2, 1, 1, 2),
        "filterwheel": (1, 1, 1, 0, 0, 0),
        "optic": (1, 1, 1, 0, 0, 0),
        "focuser": (1, 1, None, 0, 0, 0),
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("camera = [1]", "camera: expected a list of names", id="numbers"),
        pytest.param("mount = ['EQ6']", "mount: no such kind", id="kind"),
        pytest.param("camera = [", "not valid TOML", id="no-toml"),
    ],
)
def test_a_list_that_is_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        read_names(text, where="names")


def test_the_page_claims_no_more_than_there_is() -> None:
    page = (DOCS / "catalog.md").read_text(encoding="utf-8")

    assert claims_no_more_than_there_is(page, load_catalog())


def test_tables_that_name_the_present_digest_are_those_of_today() -> None:
    page, catalog = (DOCS / "catalog.md").read_text(encoding="utf-8"), load_catalog()

    if f"digest was `{catalog.digest[:12]}`.\n\n|  |" in page:
        assert load_page_writer().written(page, catalog) == page


def test_the_tables_are_written_into_the_page(catalog: Catalog) -> None:
    writer = load_page_writer()
    page = (DOCS / "catalog.md").read_text(encoding="utf-8")

    written = writer.written(page, catalog)

    assert table_under(written, writer.SOURCES_HEAD)[-1] == ["all", "1", "0", "1", ""]
    assert written.count(f"digest was `{catalog.digest[:12]}`") == 2


def table_under(page: str, head: tuple[str, ...]) -> list[list[str]]:
    lines = page.split(f"| {' | '.join(head)} |\n")[1].splitlines()[1:]
    table = lines[: next(at for at, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def claims_no_more_than_there_is(page: str, catalog: Catalog) -> bool:
    """Whether the page's tables have every kind, and count nothing that is gone."""
    writer = load_page_writer()
    for head, rows in (
        (writer.COVERAGE_HEAD, writer.coverage_rows(catalog)),
        (writer.SOURCES_HEAD, writer.source_rows(catalog)),
    ):
        kept = table_under(page, head)
        if [row[0] for row in kept] != [row[0] for row in rows]:
            return False
        if any(
            int(old[at]) > int(new[at])
            for old, new in zip(kept, rows, strict=True)
            for at in (1, 2)
        ):
            return False
    return True


@cache
def load_page_writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_page", DOCS / "generate_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
