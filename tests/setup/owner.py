"""A rig whose setup is derived, and its owner, for the tests of questions and answers."""

from dataclasses import replace
from typing import Any

from rigd.catalog.catalog import Catalog
from rigd.config import RigConfig
from rigd.devices.identity import DeviceIdentity, DeviceKind, WireProtocol
from rigd.equipment.answers import GivenAnswer, Value, subject_of, with_answer
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.optics.filter_offsets import SlotKind
from rigd.setup.derive import DerivedSetup, SetupDeriver
from rigd.view.to_json import to_json

CONFIG = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml")
SIMULATORS = ("CCD Simulator", "Filter Simulator", "Focuser Simulator")


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
        return {one["key"]: one for one in to_json(self.derived().questions.read())["questions"]}

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


SHO = ("h_alpha", "oiii", "sii")


def of_one_series(profile: EquipmentProfile, *keys: str, **fields: Any) -> EquipmentProfile:
    for key in keys:
        profile = with_filter(profile, key, glass=None, series="Acme Pro 3nm", **fields)
    return profile


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
