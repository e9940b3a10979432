"""Which devices are a rig's, and the addresses that a profile gives by name. Pure.

A profile may name an Alpaca device by its name; once a device of that name is seen, its UniqueID
counts. Two devices of one name on one server are nobody's: which of them is meant is not known.
"""

from collections.abc import Iterable

from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    EchoHeard,
    EchoLost,
    Event,
    MountReport,
    OffsetsDeclared,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings
from rigd.frozen import replace

_ROLES = ("wheel", "focuser", "guide_focuser", "camera", "mount")


def is_concerned(rig: Rig, event: Event) -> bool:
    """Whether a device event may change anything of a rig but the list of what is there."""
    match event:
        case ServerUp() | ServerDown() | EchoLost() | EchoHeard():
            return True
        case OffsetsDeclared():
            return event.server in rig.settings.programs
        case DeviceSeen():
            ref = event.identity.ref
            named = DeviceRef(ref.server, event.identity.name)
            return not rig.settings.devices.isdisjoint((ref, named))
        case _:
            return event.ref in rig.settings.devices


def is_announcement(rig: Rig, event: object) -> bool:
    """Whether an event says only what is there: nothing is planned or moved because of it."""
    if isinstance(event, WheelReport):
        return event.baseline
    if isinstance(event, CameraReport):
        return rig.camera is None
    if isinstance(event, MountReport):
        return rig.mount is None
    return isinstance(event, DeviceSeen | DeviceGone)


def list_device(rig: Rig, event: DeviceSeen | DeviceGone) -> Rig:
    """The list of what is there, after a device was seen or has gone."""
    gone = event.ref if isinstance(event, DeviceGone) else event.identity.ref
    server, key = gone.server, gone.key
    # Compared by hand, which costs a fifth: every rig lists every device of every other rig.
    others = [one for one in rig.identities if one.ref.key != key or one.ref.server != server]
    seen = () if isinstance(event, DeviceGone) else (event.identity,)
    return replace(rig, identities=(*others, *seen))


def with_addresses(settings: RigSettings, identities: Iterable[DeviceIdentity]) -> RigSettings:
    """The settings with the address of each device that they give by name, where it is seen.

    A name that a second device turns out to have leads to none of them any more.
    """
    there = tuple(identities)
    for named, found in settings.named:
        if any(_has_name(one, named) and one.ref != found for one in there):
            settings = _with_address(settings, found, named)
            settings = replace(
                settings,
                named=settings.named - {(named, found)},
                ambiguous=settings.ambiguous | {named},
            )
    for one in there:
        named = DeviceRef(one.ref.server, one.name)
        if named == one.ref or named not in settings.devices or named in settings.ambiguous:
            continue
        if any(_has_name(other, named) and other.ref != one.ref for other in there):
            settings = replace(settings, ambiguous=settings.ambiguous | {named})
        else:
            settings = _with_address(settings, named, one.ref)
            settings = replace(settings, named=settings.named | {(named, one.ref)})
    return settings


def with_names_of(old: RigSettings, new: RigSettings) -> RigSettings:
    """Other settings with what the names in them were found to mean: that is no news to a rig.

    A name for a device that is gone does not lead to another one that has it meanwhile.
    """
    used = new.devices
    for named, found in old.named:
        if named in used:
            new = _with_address(new, named, found)
            new = replace(new, named=new.named | {(named, found)})
    return replace(new, ambiguous=new.ambiguous | (old.ambiguous & used))


def describe_unchosen(rig: Rig, role: str, kind: DeviceKind) -> tuple[str, str] | None:
    """Say that nobody knows yet which device is in a role, and what ends that; None if it is known.

    Args:
        rig: as it is now.
        role: wheel or focuser.
        kind: what the device is.
    """
    ref = getattr(rig.settings, role)
    if ref is None or ref.server:
        return None
    names = sorted(one.name for one in rig.identities if kind in one.kinds)
    what = kind.words
    if not names:
        return f"no {what} is there that could be this rig's", "one is connected"
    return (
        f"which {what} is this rig's is not known yet ({' or '.join(names)})",
        f"only one is left that can be it, or you say which: `rigd answer {role}.address ...` "
        "(`rigd questions`), or address in the profile",
    )


def describe_missing(rig: Rig, ref: DeviceRef | None, kind: DeviceKind) -> str | None:
    """Say why a device that the profile names is not found, and what there is; None if it is there.

    Only where others of its kind are there: a device that is switched off is simply not connected.
    """
    if ref is None or any(one.ref == ref for one in rig.identities):
        return None
    of_kind = [one for one in rig.identities if one.ref.server == ref.server and kind in one.kinds]
    if ref in rig.settings.ambiguous:
        known = (one for one in rig.known_devices if kind in one.kinds)
        there = (*known, *of_kind)  # also those that are gone
        keys = " or ".join(sorted({one.ref.key for one in there if _has_name(one, ref)}))
        return (
            f"several devices on {ref.server} are named {ref.key}: which of them is this rig's? "
            f"Name it in the profile by its UniqueID ({keys})"
        )
    by_name = [one for one in of_kind if one.ref.key == one.name]
    if not by_name:
        return None
    names = " and ".join(sorted(one.name for one in by_name))
    return (
        f"there is no {kind.words} {ref.key} on {ref.server}, but {names}: was it renamed? "
        "Name the one that is this rig's in the profile"
    )


def _has_name(one: DeviceIdentity, named: DeviceRef) -> bool:
    return one.name == named.key and one.ref.server == named.server


def _with_address(settings: RigSettings, named: DeviceRef, ref: DeviceRef) -> RigSettings:
    roles = {role: ref for role in _ROLES if getattr(settings, role) == named}
    stack = tuple(replace(p, ref=ref) if p.ref == named else p for p in settings.stack)
    connect = frozenset(ref if one == named else one for one in settings.connect)
    return replace(settings, connect=connect, stack=stack, **roles)  # type: ignore[arg-type]  # role: ref
