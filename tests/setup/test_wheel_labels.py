"""A wheel's own labels against the profile in force."""

import pytest

from rigd.devices.identity import DeviceRef
from rigd.equipment.profile import EquipmentProfile
from rigd.setup.wheel_labels import (
    describe_contradiction,
    find_contradicting_wheels,
    find_misplaced,
)

WHEEL, SECOND = DeviceRef("pier", "EFW"), DeviceRef("pier", "CFW")
NAMES = (("red", "Red"), ("green", "Green"), ("blue", "Blue"), ("ha", "Ha 7nm"), ("lum", "L"))
AS_PROFILE = ("Red", "Green", "Blue", "H-alpha", "Luminance")
ROTATED = ("Luminance", "Red", "Green", "Blue", "H-alpha")


def profile(**wheel: object) -> EquipmentProfile:
    keys = [key for key, _ in NAMES]
    return EquipmentProfile.model_validate(
        {
            "name": "pier",
            "wheel": wheel or {"address": {"server": "pier", "device": "EFW"}, "slots": keys},
            "filters": {key: {"name": name, "thickness_mm": 2.0} for key, name in NAMES},
        }
    )


@pytest.mark.parametrize(
    ("labels", "misplaced"),
    [
        pytest.param(AS_PROFILE, (), id="as the profile"),
        pytest.param(ROTATED, (0, 1, 2, 3, 4), id="rotated"),
        pytest.param(("Green", "Red", "B", "Ha", "L"), (0, 1), id="two swapped"),
        pytest.param(("Red", "Red", "Blue", "Ha", "L"), (), id="one label twice"),
        pytest.param(("Lum", "Filter 2", "Filter 3", "Filter 4", "Filter 5"), (), id="only one"),
        pytest.param(("Filter 1", "Filter 2", "G", "B", "5"), (2, 3), id="two among none"),
        pytest.param(("L", "L", "L", "L", "Filter 5"), (), id="the same everywhere"),
        pytest.param(("Slot 1", "Slot 2", "Slot 3", "Slot 4", "Slot 5"), (), id="naming nothing"),
        pytest.param(("SII", "OIII", "L-Pro", "Ha + OIII", "UV"), (), id="of no filter it has"),
        pytest.param((), (), id="none"),
    ],
)
def test_two_labels_of_filters_in_other_slots_contradict(
    labels: tuple[str, ...], misplaced: tuple[int, ...]
) -> None:
    assert find_misplaced(NAMES, labels) == misplaced


def test_the_contradiction_is_a_question_with_its_ways_out() -> None:
    found = find_contradicting_wheels(profile(), {WHEEL: ROTATED}, (WHEEL,))

    said = describe_contradiction(profile(), found)

    assert said is not None
    assert said.startswith(
        "the filter wheel's labels contradict profile 'pier': slot 1 is 'Luminance' to the wheel "
        "and 'Red' to the profile, slot 2 is 'Red' to the wheel and 'Green' to the profile, "
    )
    assert said.endswith(
        "Which is right? Correct the profile with `rigd profile edit` or the labels at the wheel, "
        "or, if the profile is right, `rigd profile confirm`"
    )


def test_a_confirmation_counts_for_these_labels_and_these_slots() -> None:
    (found,) = find_contradicting_wheels(profile(), {WHEEL: ROTATED}, (WHEEL,))
    overruled = frozenset([found.evidence])
    others = (*ROTATED[1:], ROTATED[0])

    assert not find_contradicting_wheels(profile(), {WHEEL: ROTATED}, (WHEEL,), overruled)
    assert find_contradicting_wheels(profile(), {WHEEL: others[:2]}, (WHEEL,), overruled) == ()
    again = find_contradicting_wheels(
        profile(), {WHEEL: ("Blue", "Red", "Green")}, (WHEEL,), overruled
    )
    assert len(again) == 1


def test_each_of_two_stacked_wheels_is_judged_by_its_own_labels() -> None:
    stack = [
        {"address": {"server": "pier", "device": "EFW"}, "slots": ["red", "green", "blue"]},
        {"address": {"server": "pier", "device": "CFW"}, "slots": ["ha", "lum"]},
    ]
    stacked = profile(stack=stack)
    labels = {WHEEL: ("Red", "Green", "Blue"), SECOND: ("Lum", "Ha")}

    found = find_contradicting_wheels(stacked, labels, (WHEEL, SECOND))

    assert [one.labels for one in found] == [("Lum", "Ha")]
    assert find_contradicting_wheels(stacked, {}, (WHEEL, SECOND)) == ()


def test_a_hand_turned_wheel_has_no_labels() -> None:
    by_hand = profile(manual=True, slots=["red", "green", "blue"])

    assert find_contradicting_wheels(by_hand, {WHEEL: ROTATED}, (WHEEL,)) == ()
