"""A draw is repeatable, and has only values that a source is named for."""

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.draw import draw, sourced_values
from rigd.catalog.entry_files import ENTRY_MODELS, read_catalog_text

TEXT = """
[[camera]]
id = "two"
maker = "Own"
model = "Two"
mount_configurations = [{ name = "bare" }]
cooled = true
sensor = { name = "Sony IMX571", pixel_um = 3.76, width_mm = 23.5 }
sources.page = ["cooled", "sensor"]
derived."sensor.width_mm" = "pixels times their size"

[[camera]]
id = "one"
maker = "Own"
model = "One"
mount_configurations = [{ name = "bare" }]
cooled = false
sources.page = ["cooled"]

[[camera]]
id = "none"
maker = "Own"
model = "None"
mount_configurations = [{ name = "bare" }]
cooled = false
assumed.cooled = "in circulation"

[sources.page]
address = "https://example.com"
kind = "dealer"
origin = "own"
"""


def catalog_of(text: str) -> Catalog:
    content = read_catalog_text(text, where="mine.toml")
    entries = {
        kind: {entry.id: entry for own, entry in content.entries() if own == kind}
        for kind in ENTRY_MODELS
    }
    return Catalog(entries=entries, sources=content.sources)


def test_what_is_derived_or_assumed_is_not_drawn() -> None:
    found = [(one.id, one.field) for one in sourced_values(catalog_of(TEXT))]

    assert found == [
        ("one", "cooled"),
        ("two", "cooled"),
        ("two", "sensor.name"),
        ("two", "sensor.pixel_um"),
    ]


def test_a_value_names_its_sources_and_how_far_they_go() -> None:
    one = next(sourced_values(catalog_of(TEXT)))

    assert (one.name, one.value, one.confidence, one.sources) == (
        "Own One",
        False,
        "medium",
        ("page",),
    )


def test_a_stock_figure_says_so() -> None:
    marked = TEXT.replace(
        'derived."sensor.width_mm" = "pixels', 'stock."sensor.width_mm" = "pixels'
    )
    found = {one.field: one.standing for one in sourced_values(catalog_of(marked))}

    assert found["sensor.width_mm"] == "low, a stock figure"
    assert found["sensor.pixel_um"] == "medium"


def test_a_seed_always_draws_the_same() -> None:
    catalog = load_catalog()

    drawn = draw(catalog, seed=7, count=60)

    assert drawn == draw(catalog, seed=7, count=60) != draw(catalog, seed=8, count=60)
    assert len({(one.kind, one.id, one.field) for one in drawn}) == 60


def test_no_more_is_drawn_than_there_is() -> None:
    assert len(draw(catalog_of(TEXT), seed=1, count=60)) == 4
