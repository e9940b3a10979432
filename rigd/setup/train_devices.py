"""Which devices stand in the train of a rig, and which of them holds each filter. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.errors import TrainError
from rigd.train.part_facts import first_device_id, second_device_id
from rigd.train.question import SOME_WHEEL


def devices_of(profile: EquipmentProfile, lookup: CatalogLookup) -> tuple[str, ...]:
    """Ids of the devices: the guider first, wheels that the profile does not name at the camera.

    Raises:
        TrainError: nobody has said which devices are in the train.
    """
    named, oag, wheel = profile.train.devices, profile.train.oag, profile.wheel
    if oag is None and not named:
        raise TrainError("train: whether an off-axis guider is in it is not known (train.oag)")
    if oag is not None and oag not in (NO_GUIDER, *named):
        named = (oag, *named)
    if profile.stacked:
        return _with_both(profile, named, lookup)
    if wheel is None or wheel.id is None or any(lookup.is_wheel(one) for one in named):
        return named
    return (*named, wheel.id)


def _with_both(
    profile: EquipmentProfile, named: tuple[str, ...], lookup: CatalogLookup
) -> tuple[str, ...]:
    """The same with two stacked wheels; the second of two of one model is told apart."""
    wheels = [one for one in named if lookup.is_wheel(one)]
    if len(wheels) not in {0, 2}:
        listed = ", ".join(wheels)
        raise TrainError(f"train.devices: two wheels are stacked; name both or none, not {listed}")
    if not wheels:
        for number, one in enumerate(profile.stacked, 1):
            if one.id is None:
                which = ("first", "second")[number - 1]
                what = f"which model the {which} of the stacked filter wheels is, is not known"
                raise TrainError(f"train: {what} (wheel.stack.{number}.id)")
            wheels.append(one.id)
        named = (*named, *wheels)
    if wheels[0] != wheels[1]:
        return named
    last = len(named) - 1 - named[::-1].index(wheels[1])
    return (*named[:last], second_device_id(wheels[1]), *named[last + 1 :])


def filters_in_train(
    profile: EquipmentProfile, devices: tuple[str, ...], lookup: CatalogLookup
) -> tuple[tuple[str, str], ...]:
    """Key of every filter in the wheel, each with what holds it in the train."""
    if not profile.stacked:
        return tuple((SOME_WHEEL, key) for key in (profile.wheel.slots if profile.wheel else ()))
    wheels = [one for one in devices if lookup.is_wheel(first_device_id(one))]
    return tuple(
        (holder, key)
        for holder, one in zip(wheels, profile.stacked, strict=True)
        for key in one.slots
    )
