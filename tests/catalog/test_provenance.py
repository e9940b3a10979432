"""Confidence is computed from what sources are, who is behind them, and what they can know."""

from collections.abc import Mapping
from datetime import date

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.source import Source, SourceKind
from rigd.catalog.models.sourced import Confidence
from rigd.catalog.provenance import (
    covers,
    entry_confidence,
    facts_of,
    field_confidence,
    joint_confidence,
    supporters,
)
from rigd.catalog.train_parts import CatalogLookup
from rigd.train.connection import End, Gender
from rigd.train.file_format import CameraEntry
from rigd.train.parts import Doubt, Port
from rigd.train.resolve_camera import resolve_camera


def source(kind: SourceKind, origin: str, *copies: str, lacks: tuple[str, ...] = ()) -> Source:
    return Source(
        address=origin, kind=kind, origin=origin, copies=copies, lacks=lacks, read=date(2026, 10, 2)
    )


def unread(one: Source) -> Source:
    return one.model_copy(update={"read": None, "note": "could not be opened"})


MAKER = source(SourceKind.MAKER, "own")
MANUAL = source(SourceKind.MANUAL, "own")
DRIVER = source(SourceKind.DRIVER, "indi")
DEALER = source(SourceKind.DEALER, "shop")
OWNER = source(SourceKind.OWNER, "forum")
ANOTHER_OWNER = source(SourceKind.OWNER, "blog")
OWNER_OF_SHOP = source(SourceKind.OWNER, "shop")
DATABASE = source(SourceKind.DATABASE, "list", lacks=("gender",))
COPY = source(SourceKind.DATABASE, "other_list", "list")
ANOTHER_DATABASE = source(SourceKind.DATABASE, "third_list")
GENERATED = source(SourceKind.GENERATED, "script")
SOURCES = {
    "maker": MAKER,
    "driver": DRIVER,
    "dealer": DEALER,
    "database": DATABASE,
    "generated": GENERATED,
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param((), Confidence.UNSOURCED, id="nobody"),
        pytest.param((MAKER,), Confidence.HIGH, id="maker"),
        pytest.param((MANUAL,), Confidence.HIGH, id="manual"),
        pytest.param((DRIVER,), Confidence.HIGH, id="driver"),
        pytest.param((DEALER,), Confidence.MEDIUM, id="dealer"),
        pytest.param((OWNER,), Confidence.MEDIUM, id="owner"),
        pytest.param((OWNER, ANOTHER_OWNER), Confidence.MEDIUM, id="two-of-one-kind"),
        pytest.param((DEALER, OWNER), Confidence.HIGH, id="two-kinds"),
        pytest.param((DEALER, OWNER_OF_SHOP), Confidence.MEDIUM, id="two-kinds-of-one-origin"),
        pytest.param((DATABASE,), Confidence.LOW, id="database"),
        pytest.param((DATABASE, COPY), Confidence.LOW, id="a-copy-of-it"),
        pytest.param((DATABASE, ANOTHER_DATABASE), Confidence.MEDIUM, id="two-databases"),
        pytest.param((DATABASE, OWNER), Confidence.HIGH, id="database-and-owner"),
        pytest.param((GENERATED,), Confidence.LOW, id="generated"),
        pytest.param((GENERATED, DATABASE), Confidence.LOW, id="generated-and-database"),
        pytest.param((GENERATED, DEALER), Confidence.MEDIUM, id="generated-lifts-nothing"),
        pytest.param((unread(MAKER),), Confidence.MEDIUM, id="maker-not-opened"),
        pytest.param((unread(DRIVER),), Confidence.MEDIUM, id="driver-not-opened"),
        pytest.param((unread(MAKER), MANUAL), Confidence.HIGH, id="maker-not-opened-and-manual"),
        pytest.param((unread(MAKER), OWNER), Confidence.MEDIUM, id="maker-not-opened-and-owner"),
        pytest.param((unread(DATABASE), OWNER), Confidence.MEDIUM, id="two-kinds-one-not-opened"),
        pytest.param((unread(DATABASE),), Confidence.LOW, id="database-not-opened"),
    ],
)
def test_confidence_follows_from_kinds_and_independence(
    found: tuple[Source, ...], expected: Confidence
) -> None:
    assert joint_confidence(found) is expected


@pytest.mark.parametrize(
    ("origin", "kind", "maker", "expected"),
    [
        pytest.param("sky_watcher", "manual", "Sky-Watcher", Confidence.HIGH, id="its-own"),
        pytest.param("ogma", "manual", "ToupTek", Confidence.MEDIUM, id="anothers"),
        pytest.param("indi", "driver source", "ZWO", Confidence.HIGH, id="driver"),
        pytest.param("baader", "maker", None, Confidence.HIGH, id="nobodys-product"),
    ],
)
def test_a_makers_document_speaks_for_its_own_products(
    origin: str, kind: str, maker: str | None, expected: Confidence
) -> None:
    one = MAKER.model_copy(update={"origin": origin, "kind": SourceKind(kind)})

    assert joint_confidence((one,), maker=maker) is expected


@pytest.mark.parametrize(
    ("claim", "field", "expected"),
    [
        ("camera_end", "camera_end.gender", True),
        ("camera_end.gender", "camera_end", False),
        ("camera_end", "camera_end_note", False),
        ("back_focus.back_focus_mm", "back_focus.1.back_focus_mm", True),
        ("back_focus.0", "back_focus.1.back_focus_mm", False),
        ("back_focus.1", "back_focus.1.end.gender", True),
        ("back_focus", "back_focus.1.end.gender", True),
    ],
)
def test_a_field_stands_for_what_is_below_it(claim: str, field: str, *, expected: bool) -> None:
    assert covers(claim, field) is expected


def part(claims: Mapping[str, tuple[str, ...]], **marks: dict[str, str]) -> Part:
    return Part.model_validate_json(
        """{"id": "ring", "maker": "Own", "model": "Ring", "kind": "spacer",
        "optical_length_mm": 5.0,
        "telescope_end": {"standard": "M48x0.75", "gender": "female"},
        "camera_end": {"standard": "M48x0.75", "gender": "male"}}"""
    ).model_copy(update={"sources": claims, **marks})


def test_a_source_supports_no_field_that_it_has_no_place_for() -> None:
    ring = part({"database": ("telescope_end",), "driver": ("telescope_end",)})

    assert supporters(ring, "telescope_end.standard", SOURCES) == ("database",)
    assert supporters(ring, "telescope_end.gender", SOURCES) == ()
    assert field_confidence(ring, "telescope_end.gender", SOURCES) is Confidence.UNSOURCED


def test_an_entry_is_as_good_as_the_least_of_what_answers_rest_on() -> None:
    ends = ("telescope_end", "camera_end")

    assert entry_confidence(part({"maker": ("optical_length_mm", *ends)}), SOURCES) == "high"
    lesser = part({"maker": ("optical_length_mm", "camera_end"), "dealer": ("telescope_end",)})
    assert entry_confidence(lesser, SOURCES) == "medium"
    assert entry_confidence(part({"maker": ends}), SOURCES) == "unsourced"


def test_what_is_derived_assumed_or_a_stock_figure_is_so_whoever_says_it() -> None:
    everything = {"maker": ("optical_length_mm", "telescope_end", "camera_end")}
    derived = part(everything, derived={"optical_length_mm": "55 - 50"})
    assumed = part(everything, assumed={"camera_end.gender": "the usual one"})
    stock = part(everything, stock={"optical_length_mm": "5 everywhere"})

    assert field_confidence(derived, "optical_length_mm", SOURCES) == "derived"
    assert entry_confidence(derived, SOURCES) == "derived"
    assert field_confidence(assumed, "camera_end.gender", SOURCES) == "assumed"
    assert entry_confidence(assumed, SOURCES) == "high"
    assert field_confidence(stock, "optical_length_mm", SOURCES) == "low"


def test_no_confidence_is_higher_than_its_sources_allow(catalog: Catalog) -> None:
    trusted = {SourceKind.MAKER, SourceKind.MANUAL, SourceKind.DRIVER}
    too_high = [
        (entry.id, fact)
        for own in catalog.entries.values()
        for entry in own.values()
        for fact in facts_of(entry)
        if catalog.confidence(entry, fact) is Confidence.HIGH
        for found in [[catalog.sources[key] for key in supporters(entry, fact, catalog.sources)]]
        if not {one.kind for one in found} & trusted
        and len({(one.kind, one.origin) for one in found if one.kind != "generated"}) < 2
    ]

    assert too_high == []


def test_every_fact_is_sourced_or_marked(catalog: Catalog) -> None:
    bare = [
        (kind, entry.id, fact)
        for kind, own in catalog.entries.items()
        for entry in own.values()
        for fact in facts_of(entry)
        if catalog.confidence(entry, fact) is Confidence.UNSOURCED
    ]

    assert bare == []


def test_an_assumed_gender_is_marked_and_its_owner_may_say_another(catalog: Catalog) -> None:
    air = catalog.get(Camera, "zwo_asi2600mm_air")
    lookup = CatalogLookup(catalog)
    usual = lookup.camera(air.id)
    assert usual is not None
    first = usual.mounts[0]

    other = resolve_camera(
        CameraEntry(id=air.id, gender=Gender.MALE, mount_configuration=first.id), lookup
    )

    assert catalog.confidence(air, "mount_configurations.0.end.gender") == "assumed"
    assert first.port.doubt is Doubt.GENDER
    assert first.port.end is not None
    male = End(standard=first.port.end.standard, gender=Gender.MALE)
    assert [mount.port for mount in other.mounts] == [Port(end=male)]


def test_a_stock_figure_says_so(catalog: Catalog) -> None:
    stock = [optic.id for optic in catalog.all(Optic) if optic.stock]

    assert stock
    facts = CatalogLookup(catalog).optic(stock[0])
    assert facts is not None
    assert "a stock figure" in str(facts.planes[0].doubt)


def test_nothing_is_of_high_confidence_that_nobody_has_opened(catalog: Catalog) -> None:
    unopened = [
        (entry.id, field)
        for entries in catalog.entries.values()
        for entry in entries.values()
        for field in facts_of(entry)
        if field_confidence(entry, field, catalog.sources) is Confidence.HIGH
        if not any(catalog.sources[key].read for key in supporters(entry, field, catalog.sources))
    ]

    assert unopened == []
