"""What a profile and its devices mean: a catalog entry for each, the spacers of the train."""

from dataclasses import replace
from importlib.resources import as_file, files

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.matching import DeviceFacts, Match, match
from rigd.catalog.train_parts import CatalogLookup
from rigd.config import RigConfig
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.answers import AnswerSubject, GivenAnswer
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import read_profile
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.setup import device_matches
from rigd.setup.derive import SetupDeriver
from rigd.setup.device_matches import (
    describe_matches,
    recognise_devices,
    unknown_entries,
    with_stated_entries,
)
from rigd.setup.rig_train import train_of
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import slots_of
from rigd.view.to_json import to_json
from rigd.view.train import KnownTrain, PossibleTrain

CONFIG = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def profile() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        return read_profile(path)


def rig_of(profile: EquipmentProfile, *names: tuple[str, DeviceKind]) -> Rig:
    identities = tuple(
        DeviceIdentity(
            ref=DeviceRef("simulators", name),
            protocol=WireProtocol.INDI,
            name=name,
            kinds=frozenset({kind}),
        )
        for name, kind in names
    )
    return replace(Rig(settings=settings_of(CONFIG, profile)), identities=identities)


def test_the_examples_train_needs_56_mm_for_55_and_finds_the_rings(
    profile: EquipmentProfile, catalog: Catalog
) -> None:
    found, drawn = train_of("demo", profile, catalog)
    train = to_json(found)

    # 55 mm and a third of 3 mm fused silica: 55.94; 16.5 + 20 + 2 + 17.5 = 56.
    assert train["required_path_length_mm"] == pytest.approx(55.943, abs=0.01)
    best = train["stacks"][0]
    assert [part["id"] for part in best["parts"]] == ["zwo_oag", "zwo_efw_8x125", "zwo_t2_t2_2"]
    assert best["path_length_mm"] == 56.0
    assert drawn is not None
    assert drawn.startswith("<svg")
    assert best["back_focus_error_mm"] == pytest.approx(0.057, abs=0.01)


def test_a_thread_that_nobody_says_is_something_to_check(
    profile: EquipmentProfile, catalog: Catalog
) -> None:
    blind = profile.model_copy(update={"optic": profile.optic.model_copy(update={"end": None})})

    train, drawn = train_of("demo", blind, catalog)

    assert isinstance(train, KnownTrain)
    assert isinstance(train.report, PossibleTrain)
    assert train.report.stacks[0].path_length_mm == 56.0
    assert any(
        words.endswith("is not known; it has to fit M48x0.75 female")
        for words in train.report.stacks[0].assumed
    )
    assert drawn is not None


def test_a_simulator_is_no_catalog_entry_and_says_so(
    profile: EquipmentProfile, catalog: Catalog
) -> None:
    rig = rig_of(profile, ("CCD Simulator", DeviceKind.CAMERA))

    matches = with_stated_entries(recognise_devices(rig, catalog), profile)
    devices = to_json(describe_matches(rig, matches))["devices"]

    camera, wheel, focuser = devices
    assert camera["status"] != "match"
    assert wheel["evidence"] == ["the device was not seen"]
    assert focuser["device"] == "Focuser Simulator"


def test_each_device_is_matched_once_in_a_derivation(
    profile: EquipmentProfile, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str | None] = []

    def count(facts: DeviceFacts, catalog: Catalog) -> Match:
        searched.append(facts.name)
        return match(facts, catalog)

    monkeypatch.setattr(device_matches, "match", count)
    deriver = SetupDeriver(CONFIG, profile, catalog)
    rig = rig_of(
        profile,
        ("CCD Simulator", DeviceKind.CAMERA),
        ("Filter Simulator", DeviceKind.FILTERWHEEL),
        ("Focuser Simulator", DeviceKind.FOCUSER),
    )
    given = tuple(
        GivenAnswer(
            key=key,
            value=value,
            at="2026-01-01T00:00:00+00:00",
            by="owner",
            belongs_to=AnswerSubject(role=key.partition(".")[0]),
        )
        for key, value in (("wheel.id", "zwo_efw_8x125"), ("focuser.direction", "inward"))
    )

    derived = deriver.derive(rig, given)

    assert len(derived.given) == 2
    assert sorted(map(str, searched)) == ["CCD Simulator", "Filter Simulator", "Focuser Simulator"]


def test_a_catalog_id_that_does_not_exist_is_named_with_its_key(
    profile: EquipmentProfile, catalog: Catalog
) -> None:
    wrong = profile.model_copy(
        update={"optic": profile.optic.model_copy(update={"id": "nobodys_080"})}
    )

    assert unknown_entries(profile, catalog) == ()
    assert unknown_entries(wrong, catalog) == ("optic.id: 'nobodys_080' is not in the catalog",)


def test_a_filters_glass_comes_from_the_catalog_unless_the_profile_says_otherwise(
    profile: EquipmentProfile, catalog: Catalog
) -> None:
    named = profile.filters["oiii"].model_copy(
        update={
            "id": "astrodon_gen2_oiii_5",
            "thickness_mm": None,
            "glass": None,
            "band_centre_nm": None,
        }
    )
    changed = profile.model_copy(update={"filters": {**profile.filters, "oiii": named}})

    def oiii(of: EquipmentProfile) -> object:
        found = slots_of(of, CatalogLookup(catalog), rig_of(of))
        return next(slot.focus_offset_steps for slot in found if slot.key == "oiii")

    assert oiii(changed) == oiii(profile)
