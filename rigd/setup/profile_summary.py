"""What rigd works out of a rig: its devices in the catalog, and its imaging train. Pure."""

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wheel_slots import wheel_slots
from rigd.focus.state.rig import Rig
from rigd.view.rig import Json


def profile_summary(rig: Rig, profile: EquipmentProfile) -> Json:
    """A rig's equipment profile in short; step size and limits as they count now, or None."""
    optic, camera, wheel, focuser = profile.optic, profile.camera, profile.wheel, profile.focuser
    reported = rig.focuser.step_size_um if rig.focuser else None
    stated = focuser.step_size_um if focuser else None
    return {
        "rig": rig.settings.name,
        "profile": profile.name,
        "reference_filter": profile.reference_filter,
        "optic": {
            "id": optic.id,
            "name": optic.name,
            "required_back_focus_mm": optic.required_back_focus_mm,
            "focal_length_mm": optic.focal_length_mm,
            "focal_ratio": optic.focal_ratio,
        },
        "camera": {"id": camera.id, "mount_configuration": camera.mount_configuration}
        if camera
        else None,
        "wheel": {
            "id": wheel.id,
            "filters": [slot.name for slot in wheel_slots(profile)],
            "stack": [
                {"id": one.id, "filters": [profile.filters[key].name for key in one.slots]}
                for one in wheel.stack
            ],
        }
        if wheel
        else None,
        "focuser": {
            "id": focuser.id,
            "moves": focuser.moves,
            "direction": focuser.direction,
            "step_size_um": stated if stated is not None else reported,
            "min_steps": rig.settings.min_steps,
            "max_steps": rig.max_steps,
            "tolerance_steps": rig.settings.tolerance_steps,
            "dead_band_steps": rig.settings.dead_band_steps,
        }
        if focuser
        else None,
        "reactive": rig.settings.reactive,
        "camera_gate": profile.gates.camera_gate,
    }
