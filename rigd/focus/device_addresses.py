"""Which devices are a rig's, and the addresses that a profile gives by name. Pure.

A profile may name an Alpaca device by its name; once a device of that name is seen, its UniqueID
counts. Two devices of one name on one server are nobody's: which of them is meant is not known.
"""

from collections.abc import Iterable
from dataclasses import replace

from rigd.devices.events import (
    DeviceGone,
    DeviceSeen,
    EchoHeard,
    EchoLost,
    Event,
    OffsetsDeclared,
    ServerDown,
    ServerUp,
)
from rigd.devices.identity import DeviceIdentity, DeviceRef
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings

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


def list_device(rig: Rig, event: DeviceSeen | DeviceGone) -> Rig:
    """The list of what is there, after a device was seen or has gone."""
    gone = event.ref if isinstance(event, DeviceGone) else event.identity.ref
    server, key = gone.server, gone.key
    # Compared by hand, which costs a fifth: every rig lists every device of every other rig.
    others = [one for one in rig.identities if one.ref.key != key or one.ref.server != server]
    seen = () if isinstance(event, DeviceGone) else (event.identity,)
    return replace(rig, identities=(*others, *seen))


def with_addresses(settings: RigSettings, identities: Iterable[DeviceIdentity]) -> RigSettings:
    """The settings with the address of each device that they give by name, where it is seen."""
    there = tuple(identities)
    for one in there:
        named = DeviceRef(one.ref.server, one.name)
        if named == one.ref or named not in settings.devices:
            continue
        if all(_is_alone(one, other) for other in there):
            settings = _with_address(settings, named, one.ref)
    return settings


def _is_alone(one: DeviceIdentity, other: DeviceIdentity) -> bool:
    same = other.name == one.name and other.ref.server == one.ref.server
    return other.ref == one.ref or not same


def _with_address(settings: RigSettings, named: DeviceRef, ref: DeviceRef) -> RigSettings:
    roles = {role: ref for role in _ROLES if getattr(settings, role) == named}
    stack = tuple(replace(p, ref=ref) if p.ref == named else p for p in settings.stack)
    connect = frozenset(ref if one == named else one for one in settings.connect)
    return replace(settings, connect=connect, stack=stack, **roles)  # type: ignore[arg-type]  # role: ref
