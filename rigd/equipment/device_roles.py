"""Which devices fill the roles that a profile leaves open. Pure.

The profile's own address wins. Then comes what the camera reports (INDI `ACTIVE_DEVICES`), then
being the only device of its kind on the rig's servers. Two candidates are a question. A camera that
names itself as its wheel repeats its driver's default: that decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress

KINDS: Mapping[str, DeviceKind] = {
    "camera": DeviceKind.CAMERA,
    "wheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
    "mount": DeviceKind.MOUNT,
}
"""The roles, in the order in which they are settled: a camera speaks for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A device that fills an open role."""

    role: str
    ref: DeviceRef
    because: str

    @property
    def key(self) -> str:
        """Where its address stands in the profile."""
        return f"{self.role}.address"

    @property
    def value(self) -> str:
        """The address, as an answer has it."""
        return str(self.ref)


def open_roles(profile: EquipmentProfile) -> tuple[str, ...]:
    """Return the roles that the profile has and whose device it does not name."""
    found = []
    for role in KINDS:
        part = getattr(profile, role)
        wheel = profile.wheel if role == "wheel" else None
        named = wheel is not None and (wheel.manual or wheel.stack)
        if part is not None and part.address is None and not named:
            found.append(role)
    return tuple(found)


def candidates(
    profile: EquipmentProfile,
    role: str,
    identities: Iterable[DeviceIdentity],
    taken: frozenset[DeviceRef] = frozenset(),
) -> tuple[DeviceIdentity, ...]:
    """Return the devices that may fill a role: of its kind, beside the rig's others, nobody else's.

    Args:
        profile: whose role it is.
        role: one of `KINDS`.
        identities: every device that is seen.
        taken: devices of other rigs; a mount may be shared.
    """
    servers = {address.server for address in _addresses(profile)}
    guide = profile.guide_focuser.address.place if profile.guide_focuser else None
    return tuple(
        one
        for one in sorted(identities, key=lambda one: (one.ref.server, one.ref.key))
        if KINDS[role] in one.kinds
        and (not servers or one.ref.server in servers)
        and (role == "mount" or one.ref not in taken)
        and "/" not in one.ref.server
        and guide not in {(one.ref.server, one.ref.key), (one.ref.server, one.name)}
    )


def assign_role(
    profile: EquipmentProfile,
    identities: Sequence[DeviceIdentity],
    taken: frozenset[DeviceRef] = frozenset(),
    *,
    all_seen: bool,
) -> RoleAssignment | None:
    """Return the next open role that can be filled, with its device; None if there is none.

    One at a time, because each may decide the next: the camera's report counts only once it is
    known which camera is the rig's.

    Args:
        profile: With the answers given already.
        identities: Every device that is seen.
        taken: Devices of other rigs.
        all_seen: Whether no further device is expected; before, none is taken for the only one.
    """
    for role in open_roles(profile):
        there = candidates(profile, role, identities, taken)
        for camera in _deciding_cameras(profile, role, identities):
            one = next((one for one in there if _is_named_by(camera, role, one)), None)
            if one is not None and (one.ref != camera.ref or role == "camera" or len(there) == 1):
                because = f"ACTIVE_DEVICES of {camera.name} says so"
                return RoleAssignment(role=role, ref=one.ref, because=because)
        if all_seen and len(there) == 1:
            because = f"it is the only {KINDS[role]}"
            return RoleAssignment(role=role, ref=there[0].ref, because=because)
    return None


def _addresses(profile: EquipmentProfile) -> list[DeviceAddress]:
    return [address for role, address in profile.addresses() if role != "guider"]


def _deciding_cameras(
    profile: EquipmentProfile, role: str, identities: Iterable[DeviceIdentity]
) -> list[DeviceIdentity]:
    """Return the cameras whose report counts: the rig's own.

    For the camera's own role: the camera that names the rig's wheel or focuser, if there is one.
    """
    cameras = [one for one in identities if DeviceKind.CAMERA in one.kinds]
    if role == "camera":
        mine = [
            one
            for one in cameras
            for other in ("wheel", "focuser")
            if (part := getattr(profile, other)) is not None
            and part.address is not None
            and _active_device(one, other) == DeviceRef(part.address.server, part.address.device)
        ]
        return mine if len(set(mine)) == 1 else []
    own = profile.camera.address if profile.camera else None
    return [one for one in cameras if own and one.ref == DeviceRef(own.server, own.device)]


def _is_named_by(camera: DeviceIdentity, role: str, one: DeviceIdentity) -> bool:
    if role == "camera":
        return one.ref == camera.ref
    return _active_device(camera, role) == one.ref


def _active_device(camera: DeviceIdentity, role: str) -> DeviceRef | None:
    active = camera.active
    name = {"wheel": active.filterwheel, "focuser": active.focuser, "mount": active.mount}[role]
    return None if name is None else DeviceRef(camera.ref.server, name)
