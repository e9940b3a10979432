"""What mount and frames say of the telescope contradicts the profile, or it does not."""

import pytest

from rigd.devices.events import MountReport
from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.setup.focal_length_check import Evidence, evidence_of, find_contradictions, mismatch
from rigd.units import focal_length_mm

MOUNT = DeviceRef("pier", "mount")


def profile(length_mm: float | None) -> EquipmentProfile:
    return EquipmentProfile.model_validate({"name": "A", "optic": {"focal_length_mm": length_mm}})


def rig(length_mm: float | None, driver: str) -> Rig:
    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=None, focuser=None, mount=MOUNT)
    identity = DeviceIdentity(ref=MOUNT, protocol=WireProtocol.INDI, name="mount", driver=driver)
    report = MountReport(at_s=0.0, ref=MOUNT, connected=True, focal_length_mm=length_mm)
    return Rig(settings=settings, identities=(identity,), mount=report)


def frames(length_mm: float) -> Evidence:
    return Evidence(source="frames", focal_length_mm=length_mm)


@pytest.mark.parametrize(
    ("said_mm", "contradicts"),
    [
        pytest.param(500.0, True, id="another-telescope"),
        pytest.param(714.0, False, id="the-same"),
        pytest.param(735.0, False, id="within-five-per-cent"),
        pytest.param(752.0, True, id="beyond-five-per-cent"),
        pytest.param(714.0 * 0.9, True, id="a-weak-reducer"),
    ],
)
def test_a_contradiction_is_more_than_five_per_cent(said_mm: float, contradicts: bool) -> None:
    assert bool(find_contradictions(profile(714.0), [frames(said_mm)], [])) is contradicts


def test_a_profile_that_says_nothing_is_contradicted_by_nothing() -> None:
    assert find_contradictions(profile(None), [frames(500.0)], []) == ()


def test_what_was_confirmed_contradicts_no_more_but_something_else_does() -> None:
    known = [frames(500.0)]

    assert find_contradictions(profile(714.0), [frames(505.0)], known) == ()
    assert find_contradictions(profile(714.0), [frames(400.0)], known) == (frames(400.0),)


def test_a_mount_counts_and_a_simulator_does_not() -> None:
    assert evidence_of(rig(900.0, "indi_eqmod_telescope"), None) == (
        Evidence(source="mount", focal_length_mm=900.0),
    )
    assert evidence_of(rig(900.0, "indi_simulator_telescope"), None) == ()
    assert evidence_of(rig(None, "indi_eqmod_telescope"), None) == ()


def test_the_sentence_names_both_figures_and_the_ways_out() -> None:
    said = mismatch(profile(714.0), [frames(500.0)])

    assert said is not None
    for words in ("714 mm", "solved frames say 500 mm", "profile switch", "profile confirm"):
        assert words in said


def test_a_pixel_of_3_76_um_that_sees_1_0862_arcsec_is_behind_714_mm() -> None:
    # 206.265 * 3.76 / 1.0862 = 714.0
    assert focal_length_mm(3.76, 1.0862) == pytest.approx(714.0, abs=0.1)
