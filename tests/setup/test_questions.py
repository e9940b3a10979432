"""Only what changes a result is asked; an answer counts, is judged, and goes with its device."""

from dataclasses import replace
from importlib.resources import as_file, files
from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.optic import Optic
from rigd.config import RigConfig
from rigd.devices.identity import DeviceIdentity, DeviceKind, WireProtocol
from rigd.equipment.answers import GivenAnswer, Value, subject_of, with_answer
from rigd.equipment.fingerprint import light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile, TrainProfile
from rigd.equipment.profile_toml import read_profile
from rigd.errors import InvalidValueError
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.optics.filter_offsets import Direction, Moves, SlotKind
from rigd.setup.derive import DerivedSetup, DeviceAnnouncements, SetupDeriver
from rigd.view.to_json import to_json

CONFIG = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml")
SIMULATORS = ("CCD Simulator", "Filter Simulator", "Focuser Simulator")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def whole() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        return read_profile(path)


def without(profile: EquipmentProfile, **gaps: Any) -> EquipmentProfile:
    """The profile with fields of its tables replaced: `focuser={"direction": None}`."""
    tables = {name: getattr(profile, name).model_copy(update=new) for name, new in gaps.items()}
    return profile.model_copy(update=tables)


def with_filter(profile: EquipmentProfile, key: str, **fields: Any) -> EquipmentProfile:
    part = profile.filters[key].model_copy(update=fields)
    return profile.model_copy(update={"filters": {**profile.filters, key: part}})


class Owner:
    """A rig whose setup is derived, and its owner."""

    def __init__(
        self,
        profile: EquipmentProfile,
        catalog: Catalog,
        names: tuple[str, str, str] = SIMULATORS,
        slots: int | None = None,
    ) -> None:
        self.deriver = SetupDeriver(CONFIG, profile, catalog)
        self.given: tuple[GivenAnswer, ...] = ()
        self.rig = Rig(settings=self.deriver.settings(()))
        self.sees(names, slots)

    def sees(self, names: tuple[str, str, str], slots: int | None = None) -> None:
        settings = self.rig.settings
        refs = (settings.camera, settings.wheel, settings.focuser)
        kinds = (DeviceKind.CAMERA, DeviceKind.FILTERWHEEL, DeviceKind.FOCUSER)
        identities = tuple(
            DeviceIdentity(
                ref=ref,
                protocol=WireProtocol.INDI,
                name=name,
                kinds=frozenset({kind}),
                slots=slots if kind is DeviceKind.FILTERWHEEL else None,
            )
            for ref, name, kind in zip(refs, names, kinds, strict=True)
            if ref is not None
        )
        self.rig = replace(self.rig, identities=identities)

    def derived(self) -> DerivedSetup:
        return self.deriver.derive(self.rig, self.given)

    def asked(self) -> dict[str, Any]:
        return {one["key"]: one for one in to_json(self.derived().questions)["questions"]}

    def train(self) -> dict[str, Any]:
        return to_json(self.deriver.train_of(self.derived())[0])

    def answers(self, key: str, value: Value) -> None:
        answer = GivenAnswer(
            key=key,
            value=self.deriver.judge(self.rig, self.given, key, value),
            at="2026-01-01T00:00:00+00:00",
            by="owner",
            belongs_to=subject_of(key, self.derived().belongings),
        )
        self.given = with_answer(self.given, key, answer)

    def steps(self) -> dict[str, int | None]:
        return {slot.key: slot.focus_offset_steps for slot in self.derived().slots}


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


def test_a_filters_glass_changes_offsets_and_spacers(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(with_filter(whole, "h_alpha", thickness_mm=None, glass=None), catalog)

    asked = owner.asked()
    owner.answers("filters.h_alpha.thickness_mm", "3 mm Fused Silica")

    assert list(asked) == ["filters.h_alpha.thickness_mm"]
    assert asked["filters.h_alpha.thickness_mm"]["changes"] == ["offsets", "spacers"]
    assert owner.steps() == Owner(whole, catalog).steps()
    assert "unknown" not in owner.train()
    # Whichever glass 3 mm are of, the spacers that reach the sensor are the same.
    without_glass = Owner(with_filter(whole, "h_alpha", glass=None), catalog)
    assert without_glass.asked()["filters.h_alpha.glass"]["changes"] == ["offsets"]


def test_who_leaves_the_glass_out_is_not_asked_for_it_again_and_may_still_say_it(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(with_filter(whole, "h_alpha", thickness_mm=None, glass=None), catalog)

    owner.answers("filters.h_alpha.thickness_mm", "3")
    assert owner.asked() == {}
    owner.answers("filters.h_alpha.glass", "fused silica")

    assert owner.steps() == Owner(whole, catalog).steps()


@pytest.mark.parametrize("words", ["3 window glass", "three fused silica", "30 fused silica"])
def test_a_thickness_with_what_is_no_glass_or_no_thickness_is_refused(
    whole: EquipmentProfile, catalog: Catalog, words: str
) -> None:
    owner = Owner(with_filter(whole, "h_alpha", thickness_mm=None, glass=None), catalog)

    with pytest.raises(InvalidValueError, match=r"^filters\.h_alpha\.thickness_mm: "):
        owner.answers("filters.h_alpha.thickness_mm", words)


SHO = ("h_alpha", "oiii", "sii")


def of_one_series(profile: EquipmentProfile, *keys: str, **fields: Any) -> EquipmentProfile:
    for key in keys:
        profile = with_filter(profile, key, glass=None, series="Acme Pro 3nm", **fields)
    return profile


def test_of_one_series_no_glass_is_asked_and_the_offsets_are_modelled(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    alike = of_one_series(whole, *SHO).model_copy(update={"reference_filter": "h_alpha"})
    for key in set(whole.filters) - {*SHO}:
        alike = with_filter(alike, key, focus_offset_steps=7)
    owner = Owner(alike, catalog)

    slots = {slot.key: slot for slot in owner.derived().slots}
    assert owner.asked() == {}
    assert {slots[key].state for key in SHO} == {"modelled"}
    assert slots["oiii"].se_steps == pytest.approx(3.6, abs=0.2)  # the thickness of both alone


def test_a_series_is_asked_once_and_the_answer_counts_for_all_of_it(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(of_one_series(whole, *SHO, thickness_mm=None), catalog)

    asked = owner.asked()
    owner.answers("filters.h_alpha.thickness_mm", "3 Fused Silica")

    assert list(asked) == ["filters.h_alpha.thickness_mm"]
    assert "filters H_Alpha, SII and OIII" in asked["filters.h_alpha.thickness_mm"]["text"]
    assert owner.asked() == {}
    assert owner.steps() == Owner(whole, catalog).steps()


def test_what_changes_most_offsets_is_asked_first(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    gaps = with_filter(of_one_series(whole, *SHO), "red", glass=None)
    owner = Owner(without(gaps, focuser={"step_size_um": None}), catalog)

    assert list(owner.asked()) == [
        "focuser.step_size_um",  # all but the reference
        "filters.h_alpha.glass",  # three
        "filters.red.glass",  # one
    ]


def test_the_catalogs_series_counts_as_the_profiles(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    ids = {"h_alpha": "zwo_ha_7nm_mk2", "oiii": "zwo_oiii_7nm_mk2", "sii": "zwo_sii_7nm_mk2"}
    profile = whole.model_copy(update={"reference_filter": "h_alpha"})
    for key, id in ids.items():
        profile = with_filter(profile, key, id=id, glass=None, thickness_mm=None)

    steps = Owner(profile, catalog).steps()

    assert None not in {steps[key] for key in ids}


ZWO_LRGB = ("zwo_lrgb_l", "zwo_lrgb_r", "zwo_lrgb_g", "zwo_lrgb_b")
ANTLIA_LRGB = tuple(f"antlia_lrgb_v_pro_{band}" for band in "lrgb")
OPTOLONG_3NM = ("optolong_ha_3nm", "optolong_oiii_3nm", "optolong_sii_3nm")
ANTLIA_ULTRA = tuple(f"antlia_ultra_2_5nm_{band}" for band in ("ha", "oiii", "sii"))


def of_the_catalog(whole: EquipmentProfile, *ids: str, focuser: str) -> EquipmentProfile:
    """A profile with these filters and this focuser of the catalog, and nothing said of them."""
    keys = tuple(f"{id}_{at}" if ids.count(id) > 1 else id for at, id in enumerate(ids))
    filters = {
        key: FilterProfile(name=key, id=id, kind=SlotKind.FILTER)
        for key, id in zip(keys, ids, strict=True)
    }
    bare = {"id": focuser, "moves": None, "direction": None, "step_size_um": None}
    return without(
        whole.model_copy(update={"filters": filters, "reference_filter": keys[0]}),
        wheel={"slots": keys},
        focuser=bare,
    )


@pytest.mark.parametrize(
    ("ids", "glass"),
    [
        pytest.param((*ZWO_LRGB, *OPTOLONG_3NM), (ZWO_LRGB[0], OPTOLONG_3NM[0]), id="two"),
        pytest.param((*ANTLIA_LRGB, *ANTLIA_ULTRA), (ANTLIA_LRGB[0],), id="one-is-known"),
    ],
)
def test_seven_filters_of_two_series_and_a_focuser_of_the_catalog_ask_four_things_at_most(
    whole: EquipmentProfile, catalog: Catalog, ids: tuple[str, ...], glass: tuple[str, ...]
) -> None:
    owner = Owner(of_the_catalog(whole, *ids, focuser="esatto_2"), catalog)

    asked = owner.asked()

    series = [f"filters.{key}.glass" for key in glass]
    assert list(asked) == ["focuser.moves", *series]
    owner.answers("focuser.moves", "drawtube outward")
    for key in series:
        owner.answers(key, "fused silica")
    assert owner.asked() == {}
    assert None not in owner.steps().values()


BROADBAND = {
    "zwo": ZWO_LRGB,
    "antlia-v": ANTLIA_LRGB,
    "antlia-dark": tuple(f"antlia_lrgbr_plus_dark_{band}" for band in "lrgb"),
    "optolong": tuple(f"optolong_{band}" for band in ("lum", "r", "g", "b")),
    "svbony": tuple(f"svbony_{band}" for band in ("luminance", "red", "green", "blue")),
    "chroma": ("chroma_family",) * 4,
    "baader": ("baader_family_cmos",) * 4,
}
NARROWBAND = {
    "zwo": tuple(f"zwo_{band}_7nm_mk2" for band in ("ha", "oiii", "sii")),
    "chroma-3": ("chroma_27001_ha_3nm", "chroma_27006_oiii_3nm", "chroma_sii_3nm"),
    "chroma-5": ("chroma_ha_5nm", "chroma_oiii_5nm", "chroma_sii_5nm"),
    "astrodon": ("astrodon_ha_3nm", "astrodon_oiii_3nm", "astrodon_sii_3nm"),
    "astrodon-5": ("astrodon_ha_5nm", "astrodon_gen2_oiii_5", "astrodon_sii_5nm"),
    "altair": ("altair_ha_7nm", "altair_oiii_6_5nm", "altair_sii_6_5nm"),
    "baader": ("baader_ha_7nm_ccd", "baader_oiii_8_5nm_ccd", "baader_sii_8nm_ccd"),
    "optolong-3": OPTOLONG_3NM,
    "antlia-pro": tuple(f"antlia_pro_3nm_{band}" for band in ("ha", "oiii", "sii")),
    "svbony": tuple(f"svbony_{band}_7nm" for band in ("ha", "oiii", "sii")),
    "astronomik": ("astronomik_family",) * 3,
}
PAIRS = tuple(  # every set once at least, with two partners each
    (colour, narrow)
    for at, colour in enumerate(BROADBAND)
    for by, narrow in enumerate(NARROWBAND)
    if (at - by) % len(BROADBAND) in {0, 3}
)


ANSWERS = {
    "moves": "drawtube inward",
    "step_size_um": "4",
    "thickness_mm": "2 fused silica",
    "glass": "fused silica",
}


@pytest.mark.parametrize("focuser", ["esatto_2", "zwo_eaf"])
@pytest.mark.parametrize(("colour", "narrow"), PAIRS)
def test_any_two_series_ask_four_things_at_most_in_all(
    whole: EquipmentProfile, catalog: Catalog, colour: str, narrow: str, focuser: str
) -> None:
    ids = (*BROADBAND[colour], *NARROWBAND[narrow])
    owner = Owner(of_the_catalog(whole, *ids, focuser=focuser), catalog)

    asked: list[str] = []
    while open_now := owner.asked():
        asked.append(next(iter(open_now)))
        owner.answers(asked[-1], ANSWERS[asked[-1].split(".")[-1]])

    assert len(asked) == len({*asked}) <= 4
    assert None not in owner.steps().values()


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


def test_where_no_distance_is_known_nothing_is_asked_for_spacers(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    unowned = whole.model_copy(update={"train": TrainProfile(devices=whole.train.devices)})

    with_distance = Owner(unowned, catalog).asked()
    without_distance = Owner(
        without(unowned, optic={"required_back_focus_mm": None}), catalog
    ).asked()

    assert list(with_distance) == ["train.owned"]
    assert without_distance == {}


def test_spacers_owned_are_answered_with_their_counts(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(
        whole.model_copy(update={"train": TrainProfile(devices=whole.train.devices)}), catalog
    )

    owner.answers("train.owned", "zwo_t2_t2_2, zwo_m42m_m48f_16_5=1, zwo_t2_ext_21 = 2")

    assert owner.given[0].value == {"zwo_t2_t2_2": 1, "zwo_m42m_m48f_16_5": 1, "zwo_t2_ext_21": 2}
    assert owner.train()["stacks"]
    owner.answers("train.owned", "none")
    assert owner.given[0].value == {}
    assert owner.asked() == {}


def test_a_matched_cameras_plate_and_rings_are_asked_once(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    bare = without(whole, camera={"flange_distance_mm": None, "end": None})
    owner = Owner(bare, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))

    (question,) = owner.asked().values()
    owner.answers("camera.mount_configuration", question["options"][0]["value"])

    assert question["key"] == "camera.mount_configuration"
    assert question["changes"] == ["spacers"]
    assert owner.asked() == {}
    assert owner.derived().profile.camera.mount_configuration == question["options"][0]["value"]  # type: ignore[union-attr]


def test_the_size_of_a_wheel_is_asked_and_the_answer_settles_the_match(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=7)
    before = owner.asked()

    owner.answers("wheel.id", "zwo_efw_7x36")

    assert before["wheel.id"]["changes"] == ["match"]
    wheel = to_json(owner.derived().match)["devices"][1]
    assert (wheel["status"], wheel["id"], wheel["stated"]) == (
        "match",
        "zwo_efw_7x36",
        "zwo_efw_7x36",
    )
    assert owner.asked() == {}


def test_who_names_no_device_is_asked_for_a_guider(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    unnamed = whole.model_copy(update={"train": TrainProfile(owned=whole.train.owned)})
    owner = Owner(unnamed, catalog)
    asked = owner.asked()
    unknown = owner.train()

    owner.answers("train.oag", "none")
    without_guider = owner.train()
    owner.answers("train.oag", "zwo_oag")
    with_guider = owner.train()

    assert list(asked) == ["train.oag"]
    assert asked["train.oag"]["changes"] == ["spacers"]
    assert "off-axis guider" in str(unknown["unknown"])
    assert without_guider != with_guider
    assert "zwo_oag" not in str(without_guider)
    assert "zwo_oag" in str(with_guider)
    assert owner.asked() == {}


def test_the_wheel_that_is_recognised_stands_in_the_train(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    own = TrainProfile(devices=("zwo_oag",), owned=whole.train.owned)
    unnamed = whole.model_copy(update={"train": own})
    simulated = Owner(unnamed, catalog)
    recognised = Owner(unnamed, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=8)
    named = Owner(whole, catalog)

    alone, found, stated = (one.train() for one in (simulated, recognised, named))

    assert found["stacks"] == stated["stacks"]
    assert alone["stacks"] != stated["stacks"]


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


def test_the_profiles_own_words_win_over_an_older_answer(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    edited = Owner(whole, catalog)
    edited.given = owner.given

    assert edited.steps() == Owner(whole, catalog).steps()
    assert edited.derived().given == owner.given
    assert [one.in_effect for one in owner.derived().questions.answers] == [True]
    assert [one.in_effect for one in edited.derived().questions.answers] == [False]


def test_an_answer_is_dropped_when_its_device_has_another_name(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    owner.sees(("CCD Simulator", "Filter Simulator", "ZWO EAF"))

    derived = owner.derived()
    assert derived.given == ()
    assert [gone.key for gone in derived.dropped] == ["focuser.direction"]
    assert "focuser.direction" in owner.asked()


def test_an_answer_stays_while_its_device_is_not_seen(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    owner.rig = replace(owner.rig, identities=())

    assert owner.derived().given == owner.given
    assert owner.derived().dropped == ()


def test_an_answer_given_before_the_device_was_seen_learns_its_name(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    seen, owner.rig = owner.rig, replace(owner.rig, identities=())
    owner.answers("focuser.direction", "inward")

    owner.rig = seen

    (kept,) = owner.derived().given
    assert kept.belongs_to is not None
    assert kept.belongs_to.name == "Focuser Simulator"


def test_the_cameras_configuration_is_dropped_when_another_camera_is_matched(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    bare = without(whole, camera={"flange_distance_mm": None, "end": None})
    owner = Owner(bare, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))
    (question,) = owner.asked().values()
    owner.answers("camera.mount_configuration", question["options"][0]["value"])

    owner.sees(("ZWO CCD ASI533MM Pro", *SIMULATORS[1:]))

    assert [gone.key for gone in owner.derived().dropped] == ["camera.mount_configuration"]


def test_the_wheels_size_is_dropped_when_a_wheel_of_the_same_name_has_other_slots(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=7)
    owner.answers("wheel.id", "zwo_efw_7x36")

    owner.sees(("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=5)

    assert [gone.key for gone in owner.derived().dropped] == ["wheel.id"]


def test_a_filters_answers_go_with_the_filter(whole: EquipmentProfile, catalog: Catalog) -> None:
    gap = with_filter(whole, "h_alpha", thickness_mm=None)
    owner = Owner(gap, catalog)
    owner.answers("filters.h_alpha.thickness_mm", 3)

    bought = Owner(with_filter(gap, "h_alpha", name="Another H-alpha"), catalog)
    bought.given = owner.given

    assert [gone.key for gone in bought.derived().dropped] == ["filters.h_alpha.thickness_mm"]


def test_what_a_device_is_is_told_once_and_when_it_has_settled(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("ZWO CCD ASI2600MM Pro", "ZWO EFW", "Focuser Simulator"), 7)
    first, again, same = owner.derived(), owner.derived(), owner.derived()
    news = DeviceAnnouncements()

    news, at_first = news.after(first)
    news, changed = news.after(again)
    news, settled = news.after(again)
    news, quiet = news.after(again)
    news, _ = news.after(same)
    news, unchanged = news.after(same)

    assert at_first == changed == quiet == unchanged == ()
    assert settled[0] == "camera ZWO CCD ASI2600MM Pro is ZWO ASI2600MM Pro"
    assert settled[1].startswith('filter wheel ZWO EFW may be ZWO EFW 7x36 mm or ZWO EFW 7x2"')
    assert settled[2].startswith("focuser Focuser Simulator is not in the catalog: ")


def test_a_camera_that_changes_is_told_anew(whole: EquipmentProfile, catalog: Catalog) -> None:
    owner = Owner(whole, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))
    before = owner.derived()
    owner.sees(("ZWO CCD ASI533MM Pro", *SIMULATORS[1:]))
    after = owner.derived()
    news = DeviceAnnouncements()
    for derived in (before, before, after):
        news, _ = news.after(derived)

    news, lines = news.after(after)

    assert lines == ("camera ZWO CCD ASI533MM Pro is ZWO ASI533MM Pro",)
