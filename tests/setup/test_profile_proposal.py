"""A profile is proposed when it alone fits the devices that are there; nothing is switched."""

from rigd.devices.events import WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.setup.focal_length_check import Evidence
from rigd.setup.profile_proposal import Proposal, proposal

WHEEL = DeviceRef("pier", "wheel")


def profile(name: str, camera: str, **more: object) -> EquipmentProfile:
    return EquipmentProfile.model_validate(
        {
            "name": name,
            "camera": {"address": {"server": "pier", "device": camera}},
            "wheel": {"address": {"server": "pier", "device": "wheel"}, "slots": ["ha", "l"]},
            "filters": {"ha": {"name": "H-alpha"}, "l": {"name": "Lum"}},
            **more,
        }
    )


def rig(*devices: str, labels: tuple[str, ...] = ()) -> Rig:
    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=None)
    identities = tuple(
        DeviceIdentity(ref=DeviceRef("pier", name), protocol=WireProtocol.INDI, name=name)
        for name in devices
    )
    wheel = WheelReport(at_s=0.0, ref=WHEEL, connected=True, names=labels)
    return Rig(settings=settings, identities=identities, wheel=wheel)


MONO, COLOUR = profile("Mono", "mono camera"), profile("Colour", "colour camera")


def look(seen: Rig, in_force: str = "Mono", said: tuple[Evidence, ...] = ()) -> Proposal:
    return proposal([MONO, COLOUR], in_force, seen, said)


def test_the_only_profile_whose_devices_are_there_is_proposed() -> None:
    found = look(rig("colour camera", "wheel"))

    assert found.proposed == "Colour"
    assert "its camera 'mono camera' is not there" in str(found.sentence)
    assert "rigd profile switch 'Colour'" in str(found.sentence)


def test_nothing_is_proposed_while_the_one_in_force_fits() -> None:
    assert look(rig("mono camera", "colour camera", "wheel")).proposed is None


def test_nothing_is_proposed_where_nothing_or_several_fit() -> None:
    both = rig("mono camera", "colour camera", "wheel")

    assert look(rig("wheel")).proposed is None
    assert look(both, in_force="Other").proposed is None


def test_labels_of_the_wheel_in_other_slots_speak_against_a_profile() -> None:
    seen = rig("mono camera", "wheel", labels=("Lum", "H-Alpha"))

    against = look(seen).candidates[0].against

    assert against == ("the wheel names slot 1 'Lum'", "the wheel names slot 2 'H-Alpha'")


def test_labels_that_name_no_filter_of_it_say_nothing() -> None:
    seen = rig("mono camera", "wheel", labels=("Filter 1", "Filter 2"))

    assert look(seen).candidates[0].against == ()


def test_the_focal_length_tells_profiles_with_the_same_devices_apart() -> None:
    long = profile("Long", "mono camera", optic={"focal_length_mm": 714.0})
    short = profile("Short", "mono camera", optic={"focal_length_mm": 500.0})
    said = [Evidence(source="frames", focal_length_mm=504.0)]

    found = proposal([long, short], "Long", rig("mono camera", "wheel"), said)

    assert found.proposed == "Short"


def test_a_profile_that_names_no_device_contradicts_nothing_and_stays() -> None:
    open_one = EquipmentProfile(name="Open")

    found = proposal([open_one, COLOUR], "Open", rig("colour camera", "wheel"), ())

    assert (found.proposed, found.sentence) == (None, None)


def test_a_profile_that_the_rig_could_not_be_switched_to_is_not_proposed() -> None:
    sentence = "rig demo applies to its focuser too"

    found = proposal(
        [MONO, COLOUR], "Mono", rig("colour camera", "wheel"), (), {"Colour": sentence}
    )

    assert found.proposed is None
    assert found.candidates[1].against == (sentence,)
