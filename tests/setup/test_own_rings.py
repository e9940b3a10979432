"""Rings that their owner describes by a length and a thread."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.own_rings import describe_ring
from rigd.setup.train_request import train_file_of
from rigd.train.answer import answer
from rigd.train.resolve import resolve
from rigd.view.train_request import TrainRequest


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("words", "length_mm", "front", "back"),
    [
        ("7.5 mm M48", 7.5, "M48x0.75 female", "M48x0.75 male"),
        ("M48 7,5 mm spacer", 7.5, "M48x0.75 female", "M48x0.75 male"),
        ("M48F-M42M 10 mm", 10.0, "M48x0.75 female", "M42x0.75 male"),
        ("M54 male to M48 female adapter 2 mm", 2.0, "M54x0.75 male", "M48x0.75 female"),
        ("M48 F-F 5 mm", 5.0, "M48x0.75 female", "M48x0.75 female"),
        ("M42x1 5 mm", 5.0, "M42x1 female", "M42x1 male"),
        ("T2 0.3 cm ring", 3.0, "M42x0.75 female", "M42x0.75 male"),
        ("M68 10 mm", 10.0, "M68x1 female", "M68x1 male"),
    ],
)
def test_a_ring_is_a_length_and_its_threads(
    words: str, length_mm: float, front: str, back: str
) -> None:
    row = describe_ring(words)

    assert row is not None
    assert (row["optical_length_mm"], row["front"], row["back"]) == (length_mm, front, back)
    assert row["reversible"]


@pytest.mark.parametrize(
    "words", ["M48-M42 5 mm", "foo M48 5 mm", "5 mm", "M48", "-5 mm M48", "M48 0 mm", "M48 5000 mm"]
)
def test_what_leaves_something_open_is_no_ring(words: str) -> None:
    assert describe_ring(words) is None


def ask(catalog: Catalog, **said: Any) -> tuple[list[tuple[str, float]], tuple[str, ...]]:
    file, remarks = train_file_of(TrainRequest(shop=False, **said), catalog)
    stack = answer(resolve(file, CatalogLookup(catalog)), 1).stacks[0]
    return [(one.part.label, one.part.optical_length_um / 1000) for one in stack.chain], remarks


def test_rings_of_ones_own_close_the_train(catalog: Catalog) -> None:
    # 17.5 + 21 + 16.5 = 55 of the camera's box, and 15 mm of one's own make 70.
    parts, _ = ask(catalog, optic="70 mm", camera="ASI2600MC Pro", own=("M48 7.5 mm=2",))

    assert parts[:2] == [("M48 7.5 mm", 7.5)] * 2
    assert sum(length for _, length in parts) == 52.5


def test_a_ring_that_is_named_twice_is_at_hand_twice(catalog: Catalog) -> None:
    twice = ("M48 7.5 mm", "M48 7.5 mm")
    parts, _ = ask(catalog, optic="70 mm", camera="ASI2600MC Pro", own=twice)

    assert parts[:2] == [("M48 7.5 mm", 7.5)] * 2


def test_a_thread_of_several_pitches_is_the_usual_one_and_that_is_said(catalog: Catalog) -> None:
    _, remarks = ask(catalog, optic="60 mm", camera="ASI2600MC Pro", own=("M42 5 mm",))

    assert remarks == ("'M42 5 mm': M42 is taken to be M42x0.75",)


def test_what_nobody_knows_is_left_out_and_named(catalog: Catalog) -> None:
    said = {"own": ("foo ring",), "no": ("silly plate",), "boxes": ("Foo cam",)}
    parts, remarks = ask(catalog, optic="55 mm", camera="ASI2600MC Pro", **said)

    assert sum(length for _, length in parts) == 37.5
    assert [one.partition(":")[0] for one in remarks] == ["own", "boxes", "no"]
