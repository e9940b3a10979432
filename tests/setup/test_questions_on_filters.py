"""What is asked of filters: glass and series, and no more than changes an offset."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import InvalidValueError
from tests.setup.owner import (
    ANTLIA_LRGB,
    ANTLIA_ULTRA,
    OPTOLONG_3NM,
    SHO,
    ZWO_LRGB,
    Owner,
    of_one_series,
    of_the_catalog,
    with_filter,
    without,
)


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
