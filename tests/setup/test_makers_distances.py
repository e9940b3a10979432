"""Trains asked for by names of which the maker of a part sets the distance."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.train.answer import train_to_show
from tests.setup.asked_train import ask, said


def test_what_the_maker_sets_is_said_where_no_distance_is_known(catalog: Catalog) -> None:
    found = ask(catalog, optic="Hyperstar 8", camera="ASI533MC Pro", filters=("3 mm",))

    assert found.stacks == ()
    assert "the maker supplies an adapter made for the camera" in said(found)
    assert "the glass wants" in said(found)


RASA = {"optic": "RASA 8", "drawer": "Baader FCCT"}


@pytest.mark.parametrize(("glass", "asks"), [("2 mm", None), ("4 mm", "more"), ("1 mm", "less")])
def test_a_part_that_its_maker_built_to_the_distance_needs_no_spacer(
    catalog: Catalog, glass: str, asks: str | None
) -> None:
    found = ask(catalog, **RASA, camera="QHY268M", filters=(glass,))

    assert "no other spacer belongs between" in said(found)
    assert ("the glass wants" in said(found)) == (asks is not None)
    assert asks is None or asks in said(found)


@pytest.mark.parametrize("camera", ["ASI2600MC Pro", "Canon Ra", "Atik 460EX"])
def test_what_its_maker_built_for_other_cameras_is_in_place_of_spacers_too(
    catalog: Catalog, camera: str
) -> None:
    found = ask(catalog, **RASA, camera=camera, filters=("2 mm",))

    assert "is in place of spacers, none belongs between" in said(found)
    assert "for QHY268M PH, QHY268C PH, QHY163M, QHY163C" in said(found)
    assert "no source says: ask the maker" in said(found)
    assert found.any_length is None
    assert [placed.device for placed in train_to_show(found)[1].chain] == [True]


def test_another_optic_gets_spacers_beside_the_makers_part(catalog: Catalog) -> None:
    found = ask(catalog, optic="RASA 11", drawer="Baader FCCT", camera="ASI2600MC Pro")

    assert found.question.set_by_maker is None
    assert "are left for it and the rings beside" in said(found)


def test_a_distance_of_ones_own_comes_before_the_makers_adapter(catalog: Catalog) -> None:
    known = ask(catalog, optic="HyperStar 8", camera="ASI533MC Pro")
    own = {"optic.required_back_focus_mm": 24.0, "optic.end": "M42x0.75 male"}
    measured = ask(catalog, optic="HyperStar 8", camera="ASI533MC Pro", adjust=own)

    assert known.question.set_by_maker is not None
    assert measured.question.set_by_maker is None
    assert measured.stacks


def test_a_total_that_a_source_states_alone_counts_its_devices(catalog: Catalog) -> None:
    devices = {"oag": "Moravian OAG", "wheel": "Moravian external filter wheel"}

    both = ask(catalog, optic="FSQ-106ED", camera="Moravian C3-61000", **devices)
    one = ask(catalog, optic="FSQ-106ED", camera="Moravian C3-61000", oag="Moravian OAG")

    assert both.question.unmeasured == ()
    assert [mount.flange_distance_um for mount in both.question.camera.mounts] == [61_500]
    assert one.question.unmeasured == ("Moravian OAG for G3 and C3 cameras",)
    assert {mount.flange_distance_um for mount in one.question.camera.mounts} == {55_000}


def test_what_takes_the_place_of_spacers_is_missing_from_the_sum(catalog: Catalog) -> None:
    found = ask(catalog, **RASA, camera="ASI2600MC Pro", filters=("2 mm",))

    assert found.room is not None
    assert found.room.missing == ("Baader FCCT filter changer and camera tilter for the RASA 8",)
