"""What runs have taught is not asked; of the rest a question names the filters it is about."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.learning.fit_record import StoredFit
from rigd.learning.learnt_offsets import choose_offsets
from rigd.view.questions import Affected, RigQuestion
from tests.setup.owner import Owner, with_filter, without

TAUGHT = ("red", "green", "blue", "h_alpha", "sii", "oiii", "lpr")


@pytest.fixture
def blind(whole: EquipmentProfile) -> EquipmentProfile:
    """Nothing is known of the focuser, and of no filter which glass it is."""
    found = without(whole, focuser={"direction": None, "moves": None, "step_size_um": None})
    for key in found.filters:
        found = with_filter(found, key, glass=None, thickness_mm=None)
    return found


def fit_of(profile: EquipmentProfile, *taught: str) -> StoredFit:
    row = {
        "se_steps": 1.0,
        "low_steps": None,
        "high_steps": None,
        "runs": 5,
        "state": "provisional",
        "reason": None,
    }
    offsets = {key: {**row, "focus_offset_steps": 10.0 * n} for n, key in enumerate(taught, 1)}
    return StoredFit(
        at="2026-01-01T00:00:00+00:00",
        light_path_id=light_path(profile),
        cause="",
        basis="",
        result={
            "offsets": offsets,
            "glasses": filter_fingerprints(profile),
            "noise_steps": 5.0,
        },
        pictures={},
    )


def questions(owner: Owner, fit: StoredFit | None) -> dict[str, RigQuestion]:
    derived = owner.deriver.derive(owner.rig, owner.given, fit)
    return {one.key: one for one in derived.questions.read().questions}


def test_offsets_that_runs_teach_need_neither_glass_nor_step_size(
    blind: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(blind, catalog)

    before, after = questions(owner, None), questions(owner, fit_of(blind, *TAUGHT))

    assert {"focuser.moves", "focuser.step_size_um"} & before.keys()
    assert not any(key.startswith("focuser.") for key in after)
    assert not any(Affected.OFFSETS in one.changes for one in after.values())


def test_a_question_names_the_filters_whose_offset_it_adds(
    blind: EquipmentProfile, catalog: Catalog
) -> None:
    found = questions(Owner(blind, catalog), fit_of(blind, *TAUGHT[:-2]))

    motion = found["focuser.moves"]
    assert set(motion.adds) == {"OIII", "LPR"}
    assert "it adds the focus offsets of " in motion.why


def test_a_fit_of_another_light_path_answers_nothing(
    blind: EquipmentProfile, whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(blind, catalog)

    assert questions(owner, fit_of(whole, *TAUGHT)).keys() == questions(owner, None).keys()


def test_what_runs_have_answered_may_still_be_answered(
    blind: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(blind, catalog)

    owner.answers("focuser.step_size_um", 4.0)

    assert owner.given[0].value == 4.0


def test_what_another_program_had_counts_until_runs_have_taught_it(
    blind: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(with_filter(blind, "red", imported_offset_steps=77), catalog)
    derived = owner.derived()

    def red(fit: StoredFit | None) -> tuple[int | None, str]:
        learnt = {} if fit is None else fit.learnt(derived.filter_fingerprints)
        slots = choose_offsets(
            derived.slots,
            learnt,
            reference="luminance",
            apply_from="modelled",
            run_scatter_steps=5.0,
        )
        (slot,) = [one for one in slots if one.key == "red"]
        return slot.focus_offset_steps, slot.state

    assert red(None) == (77, "imported")
    assert red(fit_of(derived.profile, "red")) == (10, "provisional")
    assert derived.sources.imported == {"red": 77}


def test_glass_and_what_is_stated_stand_beside_each_other(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(with_filter(whole, "red", focus_offset_steps=77), catalog)

    sources = owner.derived().sources

    assert sources.stated == {"red": 77}
    assert sources.modelled["red"].focus_offset_steps not in {None, 77}
