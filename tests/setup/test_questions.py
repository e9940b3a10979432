"""Only what changes a result is asked, and an answer is judged: of focuser, optic and reference."""

from dataclasses import replace

import pytest

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.optic import Optic
from rigd.equipment.answers import Value
from rigd.equipment.fingerprint import light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import TrainProfile
from rigd.errors import InvalidValueError
from rigd.optics.filter_offsets import Direction, Moves
from tests.setup.owner import (
    OPTOLONG_3NM,
    Owner,
    of_the_catalog,
    with_filter,
    without,
)


def test_where_everything_is_known_nothing_is_asked(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    assert Owner(whole, catalog).asked() == {}


def test_what_makes_steps_of_offsets_is_asked_with_what_it_changes(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    blind = without(whole, focuser={"direction": None, "moves": None, "step_size_um": None})
    owner = Owner(blind, catalog)

    first = owner.asked()
    owner.answers("focuser.moves", "drawtube")
    then = owner.asked()

    assert list(first) == ["focuser.moves"]
    assert first["focuser.moves"]["changes"] == ["offsets"]
    assert list(then) == ["focuser.direction", "focuser.step_size_um"]
    step = then["focuser.step_size_um"]
    assert (step["unit"], step["at_most"]) == ("µm", 1000.0)


def test_what_a_focuser_moves_and_which_way_it_counts_are_one_answer(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None, "moves": None}), catalog)

    options = [one["value"] for one in owner.asked()["focuser.moves"]["options"]]
    owner.answers("focuser.moves", "drawtube Outward")

    assert options[:2] == ["drawtube outward", "drawtube inward"]
    assert options[-1] == "lens_ring"  # no steps come of it, whichever way it counts
    assert owner.asked() == {}
    assert owner.steps() == Owner(whole, catalog).steps()
    with pytest.raises(InvalidValueError, match=r"your answer to focuser\.moves says it"):
        owner.answers("focuser.direction", "inward")


def test_answers_give_what_the_profile_would_have_given(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(
        without(whole, focuser={"direction": None, "moves": None, "step_size_um": None}), catalog
    )

    owner.answers("focuser.step_size_um", "4.0")
    owner.answers("focuser.direction", "outward")
    owner.answers("focuser.moves", "Drawtube")

    known = Owner(whole, catalog)
    assert owner.steps() == known.steps()
    assert owner.derived().light_path_id == known.derived().light_path_id
    assert owner.asked() == {}


def test_a_lens_ring_gives_no_steps_so_the_direction_is_not_asked(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None, "moves": None}), catalog)

    owner.answers("focuser.moves", "lens_ring")

    assert owner.asked() == {}


def test_a_magnification_is_asked_of_what_magnifies_alone(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"moves": None}), catalog)
    before = owner.asked()

    owner.answers("focuser.moves", "riding_reducer")

    assert list(before) == ["focuser.moves"]
    assert list(owner.asked()) == ["focuser.magnification"]


def test_offsets_that_are_all_given_leave_the_focuser_alone(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    given = without(whole, focuser={"direction": None, "moves": None})
    for key in given.filters:
        given = with_filter(given, key, focus_offset_steps=7)

    assert Owner(given, catalog).asked() == {}


def test_the_step_size_that_the_focuser_reports_is_not_asked(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    from rigd.devices.events import FocuserReport

    owner = Owner(without(whole, focuser={"step_size_um": None}), catalog)
    assert owner.rig.settings.focuser is not None
    report = FocuserReport(
        at_s=1.0, ref=owner.rig.settings.focuser, connected=True, step_size_um=4.0
    )
    owner.rig = replace(owner.rig, main_focuser=replace(owner.rig.main_focuser, report=report))

    assert owner.asked() == {}


def test_the_step_of_a_focuser_that_has_its_own_counts_as_if_stated(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    said = {"moves": Moves.DRAWTUBE, "direction": Direction.OUTWARD}
    bare = without(of_the_catalog(whole, *OPTOLONG_3NM, focuser="esatto_2"), focuser=said)
    stated = without(bare, focuser={"step_size_um": 0.04})

    assert Owner(bare, catalog).steps() == Owner(stated, catalog).steps()
    # What was learnt without the catalog's step stays what it was.
    assert Owner(bare, catalog).derived().light_path_id == light_path(bare)


def test_the_catalogs_step_is_a_drawtubes_and_no_mirrors(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    said = {"moves": Moves.PRIMARY, "magnification": 5.0, "direction": Direction.OUTWARD}
    owner = Owner(
        without(of_the_catalog(whole, *OPTOLONG_3NM, focuser="esatto_2"), focuser=said), catalog
    )

    assert "focuser.step_size_um" in owner.asked()


def test_an_unknown_focal_ratio_is_asked_since_it_says_what_is_sure_enough(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, optic={"focal_ratio": None}), catalog)

    asked = owner.asked()
    owner.answers("optic.focal_ratio", 6)

    assert "offsets" in asked["optic.focal_ratio"]["changes"]
    assert "optic.focal_ratio" not in owner.asked()


def test_a_focal_ratio_that_the_catalog_knows_is_not_asked(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    known = next(one for one in catalog.all(Optic) if one.focal_ratio is not None)
    owner = Owner(without(whole, optic={"focal_ratio": None, "id": known.id}), catalog)

    assert "optic.focal_ratio" not in owner.asked()
    assert {slot.focus_zone_steps is None for slot in owner.derived().slots} == {False}


def test_an_empty_reference_is_asked_first(whole: EquipmentProfile, catalog: Catalog) -> None:
    owner = Owner(whole.model_copy(update={"reference_filter": None}), catalog)

    asked = owner.asked()
    owner.answers("reference_filter", "luminance")

    assert list(asked) == ["reference_filter"]
    assert owner.steps() == Owner(whole, catalog).steps()


def test_a_reference_filter_that_is_there_no_more_is_asked_again(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    nameless = whole.model_copy(update={"reference_filter": None})
    owner = Owner(nameless, catalog)
    owner.answers("reference_filter", "lpr")
    assert nameless.wheel is not None

    sold = Owner(
        without(
            nameless.model_copy(
                update={"filters": {k: v for k, v in nameless.filters.items() if k != "lpr"}}
            ),
            wheel={"slots": tuple(key for key in nameless.wheel.slots if key != "lpr")},
        ),
        catalog,
    )
    sold.given = owner.given

    assert list(sold.asked()) == ["reference_filter"]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        pytest.param("focuser.direction", "up", "'up' is not one of: outward; inward", id="choice"),
        pytest.param("focuser.step_size_um", "0", "'0' is not a number above 0", id="zero"),
        pytest.param("focuser.step_size_um", 1001, "at most 1000 µm", id="too much"),
        pytest.param("focuser.step_size_um", "nan", "'nan' is not a number", id="nan"),
        pytest.param("focuser.step_size_um", "four", "'four' is not a number", id="a word"),
        pytest.param("focuser.step_size_um", {"a": 1}, "is not a number", id="parts"),
        pytest.param("train.owned", "nobodys_ring=1", "'nobodys_ring' is no part", id="part"),
        pytest.param("train.owned", "two rings", 'not like "catalog_id=2"', id="prose"),
        pytest.param("focuser.colour", "red", "nothing is asked under this key", id="no key"),
        pytest.param("", "red", "nothing is asked under this key", id="empty key"),
        pytest.param("filters.nobody.glass", "N-BK7", "nothing is asked", id="no filter"),
        pytest.param("focuser.moves", "primary", "the profile says drawtube itself", id="stated"),
    ],
)
def test_a_wrong_answer_names_key_value_and_limit(
    whole: EquipmentProfile, catalog: Catalog, key: str, value: Value, says: str
) -> None:
    gaps = without(whole, focuser={"direction": None, "step_size_um": None})
    owner = Owner(
        gaps.model_copy(update={"train": TrainProfile(devices=whole.train.devices)}), catalog
    )

    with pytest.raises(InvalidValueError) as wrong:
        owner.answers(key, value)

    assert says in str(wrong.value)
    assert str(wrong.value).startswith(f"{key}: ")
