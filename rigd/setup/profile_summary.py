"""A rig's equipment profile in short, with what counts of it now. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wheel_slots import wheel_slots
from rigd.focus.state.rig import Rig
from rigd.setup.focuser_steps import step_size_um
from rigd.view.equipment import (
    CameraSummary,
    EquipmentSummary,
    FocuserSummary,
    OpticSummary,
    StackedWheelSummary,
    WheelSummary,
)


def summarise_profile(
    rig: Rig, profile: EquipmentProfile, catalog: CatalogLookup | None = None
) -> EquipmentSummary:
    """A rig's equipment profile in short; step size and limits as they count now, or None.

    Without a catalog, the step size is what profile and driver say.
    """
    optic, camera = profile.optic, profile.camera
    return EquipmentSummary(
        rig=rig.settings.name,
        profile=profile.name,
        reference_filter=profile.reference_filter,
        reference_name=_reference_name(profile),
        optic=OpticSummary(
            id=optic.id,
            name=optic.name,
            required_back_focus_mm=optic.required_back_focus_mm,
            focal_length_mm=optic.focal_length_mm,
            focal_ratio=optic.focal_ratio,
        ),
        camera=CameraSummary(id=camera.id, mount_configuration=camera.mount_configuration)
        if camera
        else None,
        wheel=_wheel(profile),
        focuser=_focuser(rig, profile, catalog),
        reactive=rig.settings.reactive,
        camera_gate=profile.gates.camera_gate,
    )


def _wheel(profile: EquipmentProfile) -> WheelSummary | None:
    wheel = profile.wheel
    if wheel is None:
        return None
    return WheelSummary(
        id=wheel.id,
        filters=tuple(slot.name for slot in wheel_slots(profile)),
        stack=tuple(
            StackedWheelSummary(
                id=one.id, filters=tuple(profile.filters[key].name for key in one.slots)
            )
            for one in wheel.stack
        ),
        manual=wheel.manual,
    )


def _focuser(
    rig: Rig, profile: EquipmentProfile, catalog: CatalogLookup | None
) -> FocuserSummary | None:
    focuser = profile.focuser
    if focuser is None:
        return None
    return FocuserSummary(
        id=focuser.id,
        moves=focuser.moves,
        direction=focuser.direction,
        step_size_um=step_size_um(profile, catalog, rig),
        min_steps=rig.settings.min_steps,
        max_steps=rig.max_steps,
        tolerance_steps=rig.settings.tolerance_steps,
        dead_band_steps=rig.settings.dead_band_steps,
    )


def _reference_name(profile: EquipmentProfile) -> str | None:
    key = profile.reference_filter
    known = None if key is None else profile.filters.get(key)
    return key if known is None else known.name
