"""Whether a profile names another focuser, or the same one by another name. Pure.

An INDI driver's next version may call its device otherwise, and what was learnt with it must not be
lost by that. Its owner says the new name; that it is the same one shows by where it stands.
"""

from rigd.devices.events import DeviceReport, FocuserReport
from rigd.devices.identity import DeviceRef
from rigd.equipment.fingerprint import contradictions
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.device_names import name_device
from rigd.focus.state.rig import Rig

_ADDRESS = "focuser.address"


def renamed_focuser(before: EquipmentProfile, after: EquipmentProfile) -> DeviceRef | None:
    """The focuser that `after` names, if it differs from `before` in that name alone; else None."""
    old = before.focuser.address if before.focuser else None
    new = after.focuser.address if after.focuser else None
    if old is None or new is None or contradictions(before, after) != {_ADDRESS}:
        return None
    return DeviceRef(new.server, new.device) if old.server == new.server else None


def why_another_focuser(rig: Rig, ref: DeviceRef, report: DeviceReport | None) -> str | None:
    """Why a focuser of another name cannot be known to be this rig's; None if it is.

    Args:
        rig: as it is before it is given that one.
        ref: the new name.
        report: the last one of the focuser of that name.
    """
    old, read = rig.settings.focuser, rig.ledger.read_steps
    if old is None or any(one.ref == old for one in rig.identities):
        return "the one of before is there, too"
    if not isinstance(report, FocuserReport) or not report.connected or report.moving:
        return f"{name_device(rig, ref)} is not there, at rest"
    position = report.position_steps
    if position is None or read is None:
        return "nobody knows where it stands, or stood"
    if abs(position - read) > rig.settings.tolerance_steps:
        name = name_device(rig, ref)
        return f"{name} stands at {position} steps, the one of before was last read at {read}"
    return None


def warn_of_stated_steps(before: EquipmentProfile, after: EquipmentProfile) -> str | None:
    """Say what a profile still states in the steps of the focuser of before; None if nothing.

    Another model's steps are of another length, and may count the other way.
    """
    old, new = before.focuser, after.focuser
    if old is None or new is None or None in {old.address, new.address}:
        return None
    if old.address == new.address:
        return None
    kept = []
    if new.step_size_um is not None and new.step_size_um == old.step_size_um:
        kept.append(f"step_size_um = {new.step_size_um:g}")
    if new.direction is not None and new.direction == old.direction:
        kept.append(f'direction = "{new.direction}"')
    for key, one in after.filters.items():
        was, steps = before.filters.get(key), one.focus_offset_steps
        if steps and was is not None and was.focus_offset_steps == steps:
            kept.append(f"{one.name}: focus_offset_steps = {steps}")
    if not kept:
        return None
    return (
        "the profile names another focuser, and states for it what it stated of the one before: "
        f"{'; '.join(kept)}. If it is another model its steps are not the same: correct these, or "
        "leave them out, with `rigd profile edit`"
    )
