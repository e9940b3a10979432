"""What rigd works out of a rig: its devices in the catalog, and its imaging train. Pure."""

from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.errors import TrainError
from rigd.optics.filter_offsets import SlotKind
from rigd.train.answer import answer
from rigd.train.drawing import draw_stack
from rigd.train.file_format import (
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    OpticEntry,
    PartEntry,
    TrainFile,
)
from rigd.train.part_facts import SecondDeviceLookup, first_device_id, second_device_id
from rigd.train.question import TrainQuestion
from rigd.train.resolve import SOME_WHEEL, resolve
from rigd.view.train import KnownTrain, RigTrain, UnknownTrain, train_report

STACKS = 5


def train_of(name: str, profile: EquipmentProfile, catalog: Catalog) -> tuple[RigTrain, str | None]:
    """The required path length of a rig and the best stacks of its parts; the best one drawn (SVG).

    Where something that the answer needs is not known, the answer is the sentence that names it.
    """
    lookup = CatalogLookup(catalog)
    try:
        found = answer(train_question(profile, lookup), STACKS)
    except TrainError as unknown:
        return UnknownTrain(rig=name, unknown=str(unknown)), None
    except ValidationError as wrong:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        return UnknownTrain(rig=name, unknown="; ".join(lines)), None
    drawn = draw_stack(found.question, found.stacks[0]) if found.stacks else None
    return KnownTrain(rig=name, report=train_report(found)), drawn


def train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion:
    """What is asked of the spacer search.

    Raises:
        TrainError: something that it needs is not known.
        ValidationError: the profile says what no train file may.
    """
    return resolve(train_file(profile, lookup), SecondDeviceLookup(lookup))


def train_file(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainFile:
    """The train file that says the same as the profile.

    Raises:
        TrainError: nobody has said which devices are in the train.
    """
    optic, camera = profile.optic, profile.camera
    devices = _devices(profile, lookup)
    return TrainFile(
        optic=OpticEntry(
            id=optic.id,
            name=optic.name,
            required_back_focus_mm=optic.required_back_focus_mm,
            focal_ratio=optic.focal_ratio,
            focal_length_mm=optic.focal_length_mm,
            end=optic.end,
        ),
        camera=CameraEntry(
            id=camera.id if camera else None,
            mount_configuration=camera.mount_configuration if camera else None,
            flange_distance_mm=camera.flange_distance_mm if camera else None,
            end=camera.end if camera else None,
        ),
        devices=tuple(DeviceEntry(id=entry) for entry in devices),
        filters=tuple(
            FilterEntry(
                id=one.id,
                name=one.name,
                device=device,
                empty=one.kind is SlotKind.EMPTY,
                thickness_mm=one.thickness_mm,
                glass=one.glass,
                band_centre_nm=one.band_centre_nm,
            )
            for device, key in _glass(profile, devices, lookup)
            if (one := profile.filters[key]).kind in {SlotKind.FILTER, SlotKind.EMPTY}
        ),
        parts=tuple(
            PartEntry(id=entry, count=count) for entry, count in profile.train.owned.items()
        ),
    )


def _devices(profile: EquipmentProfile, lookup: CatalogLookup) -> tuple[str, ...]:
    """The devices of the train: guider first, and wheels that it does not name at the camera."""
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
                what = f"which filter wheel {one.address.device} is, is not known"
                raise TrainError(f"train: {what} (wheel.stack.{number}.id)")
            wheels.append(one.id)
        named = (*named, *wheels)
    if wheels[0] != wheels[1]:
        return named
    last = len(named) - 1 - named[::-1].index(wheels[1])
    return (*named[:last], second_device_id(wheels[1]), *named[last + 1 :])


def _glass(
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
