"""A focuser that its driver calls otherwise is the same one, if it stands where it stood."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from time import monotonic

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.config import Config, RigConfig
from rigd.devices.events import DeviceGone, DeviceSeen, FocuserReport
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.fingerprint import light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import read_profile
from rigd.focus.state.settings import Mode
from rigd.setup.renamed_focuser import warn_of_stated_steps
from rigd.store.database import Store
from rigd.store.profiles import add, put, switch, undo
from tests.service.test_answers import FOCUSER, H_ALPHA, OWNER, Pier, begin, pier

NEW = DeviceRef("simulators", "Focuser Simulator 2")
STEPS = 50150


@dataclass
class Rename:
    """What is seen of the focuser of the new name before its owner says it."""

    position: int = STEPS
    connected: bool = True
    old_gone: bool = True


@pytest.fixture
def profile() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        return read_profile(path)


def named(profile: EquipmentProfile, ref: DeviceRef) -> EquipmentProfile:
    assert profile.focuser is not None
    assert profile.focuser.address is not None
    address = profile.focuser.address.model_copy(update={"device": ref.key})
    focuser = profile.focuser.model_copy(update={"address": address})
    return profile.model_copy(update={"focuser": focuser})


def report(ref: DeviceRef, position: int, *, connected: bool = True) -> FocuserReport:
    return FocuserReport(
        at_s=monotonic(),
        ref=ref,
        connected=connected,
        position_steps=position if connected else None,
        min_steps=0,
        max_steps=100000,
    )


async def rename(one: Pier, profile: EquipmentProfile, seen: Rename) -> EquipmentProfile:
    """H-alpha is in the light; the focuser comes back under another name, which its owner says."""
    editor = one.observatory._profiles
    editor.config = Config(rigs=(RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml"),))
    begin(one)
    assert await one.change(H_ALPHA) == STEPS
    await one.said("done")
    if seen.old_gone:
        one.observatory.emit(DeviceGone(at_s=monotonic(), ref=FOCUSER))
    identity = DeviceIdentity(
        ref=NEW,
        protocol=WireProtocol.INDI,
        name=NEW.key,
        kinds=frozenset({DeviceKind.FOCUSER}),
    )
    one.observatory.emit(DeviceSeen(at_s=monotonic(), identity=identity))
    one.observatory.emit(report(NEW, seen.position, connected=seen.connected))
    after = named(profile, NEW)
    await editor.change(lambda store: put(store, profile.name, after, "owner"), OWNER)
    return after


def keep(path: Path, profile: EquipmentProfile) -> None:
    store = Store(path / "rigd.db")
    add(store, profile, "me")
    switch(store, "demo", profile.name, "me")
    store.close()


async def test_at_the_place_where_it_was_read_nothing_is_lost(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    keep(tmp_path, profile)
    async with pier(tmp_path, profile, load_catalog()) as one:
        after = await rename(one, profile, Rename())

        ledger = one.observatory.snapshot("demo").ledger
        assert (ledger.base_steps, ledger.raw_steps) == (50000, STEPS)
        assert one.observatory.snapshot("demo").settings.light_path_id == light_path(after)
        assert one.hardware.moves == [STEPS]

        # And back, by an undo: the driver of before was installed again.
        one.observatory.emit(DeviceGone(at_s=monotonic(), ref=NEW))
        one.see()
        one.focuser(STEPS)
        await one.observatory._profiles.change(lambda store: undo(store, "me"), OWNER, back=True)
        assert one.observatory.snapshot("demo").ledger.base_steps == 50000


@pytest.mark.parametrize(
    ("seen", "because"),
    [
        (Rename(position=7000), "Focuser Simulator 2 stands at 7000 steps, the one of before was"),
        (Rename(connected=False), "Focuser Simulator 2 is not there, at rest"),
        (Rename(old_gone=False), "the one of before is there, too"),
    ],
    ids=["elsewhere", "not connected", "both there"],
)
async def test_in_doubt_it_is_another_one_and_its_owner_is_told_how_to_say_otherwise(
    tmp_path: Path, profile: EquipmentProfile, seen: Rename, because: str
) -> None:
    keep(tmp_path, profile)
    async with pier(tmp_path, profile, load_catalog()) as one:
        await rename(one, profile, seen)

        line = await one.said("counts as another focuser")
        assert because in line
        assert "`rigd profile undo`" in line
        rig = one.observatory.snapshot("demo")
        assert rig.ledger.embodied is None
        assert "names another focuser" in (rig.ledger.unknown_because or "")
        assert one.hardware.moves == [STEPS]


STATED = {
    "name": "One",
    "focuser": {
        "address": {"server": "pier", "device": "MoonLite"},
        "step_size_um": 4.0,
        "direction": "outward",
    },
    "filters": {"r": {"name": "R"}},
}


def test_what_stays_stated_in_the_steps_of_the_focuser_of_before_is_said() -> None:
    before = EquipmentProfile.model_validate(
        STATED | {"filters": {"r": {"name": "R", "focus_offset_steps": 40}}}
    )
    after = named(before, DeviceRef("pier", "Sesto Senso 2"))
    corrected = EquipmentProfile.model_validate(
        STATED
        | {
            "focuser": {
                "address": {"server": "pier", "device": "Sesto Senso 2"},
                "step_size_um": 0.9,
            },
            "filters": {"r": {"name": "R"}},
        }
    )

    said = warn_of_stated_steps(before, after)

    assert said is not None
    assert 'step_size_um = 4; direction = "outward"; R: focus_offset_steps = 40' in said
    assert warn_of_stated_steps(before, before) is None
    assert warn_of_stated_steps(before, corrected) is None
