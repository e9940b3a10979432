"""Whether two rigs move one focuser, or one rig takes it for two. Pure.

Compared by what the device is, not by what it is called: an Alpaca device is its UniqueID, an INDI
device its name at the place where its server really is. Both grow known with time, so this is asked
again with every identity. What is known once stays known while the rig is configured for that
device: a lost connection, or a restart, makes no focuser another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.focus.device_names import describe_named, find_name
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import SharingJudged
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.frozen import replace


def find_sharing(
    rigs: Iterable[RigSettings], identities: Sequence[DeviceIdentity]
) -> dict[str, str | None]:
    """Say of each rig with which other one it shares a focuser that both move; None if with none.

    Args:
        rigs: all of them.
        identities: every device as it was last seen; of two at one address the later one counts.
    """
    known = _Known(identities)
    everyone = tuple(rigs)
    movers: dict[_Device, list[_Mover]] = {}
    for rig in everyone:
        for ref in _focusers(rig):
            devices = known.devices_at(ref)
            for device in devices:
                movers.setdefault(device, []).append(_Mover(rig, ref, sure=len(devices) == 1))
    found: dict[str, str | None] = {rig.name: None for rig in everyone}
    for users in movers.values():
        for one in users:
            other = next((u for u in users if u.ref != one.ref or u.rig is not one.rig), None)
            if other is not None:
                found[one.rig.name] = _describe(known, one, other)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharer:
    """Another rig that has one of a rig's focusers too, whether or not either moves it."""

    rig: str
    role: FocuserRole
    """What it is to this rig."""
    their_role: FocuserRole
    same_camera: bool
    """Whether both have one camera too; a guider likewise."""
    same_guider: bool


def find_sharers(
    rigs: Iterable[RigSettings], identities: Sequence[DeviceIdentity]
) -> dict[str, tuple[Sharer, ...]]:
    """Say of each rig which others have one of its focusers too, in whatever mode.

    Args:
        rigs: all of them.
        identities: every device as it was last seen; of two at one address the later one counts.
    """
    everyone, known = tuple(rigs), _Known(identities)
    if len(everyone) < 2:
        return {}
    focusers = {
        (one.name, role): known.devices_of(one, role) for one in everyone for role in _ROLES
    }
    users: dict[_Device, set[str]] = {}
    for (name, _), devices in focusers.items():
        for device in devices:
            users.setdefault(device, set()).add(name)

    def near(one: RigSettings) -> set[str]:
        """The rigs that may have a device of this one; found without looking at every pair."""
        devices = (device for role in _ROLES for device in focusers[one.name, role])
        return set().union(*(users[device] for device in devices)) - {one.name}

    def find(one: RigSettings) -> tuple[Sharer, ...]:
        return tuple(
            Sharer(
                rig=other.name,
                role=role,
                their_role=their_role,
                same_camera=known.is_one_device(one.camera, other.camera),
                same_guider=known.is_one_device(one.guider, other.guider),
            )
            for other in everyone
            if other is not one
            for role in _ROLES
            for their_role in _ROLES
            if focusers[one.name, role] & focusers[other.name, their_role]
        )

    return {one.name: found for one in everyone if near(one) and (found := find(one))}


def known_devices(rigs: Iterable[Rig]) -> tuple[DeviceIdentity, ...]:
    """Every device that is seen, and before them what the rigs' own were when last seen."""
    everyone = tuple(rigs)
    kept = tuple(one for rig in everyone for one in rig.known_devices)
    return (*kept, *everyone[0].identities) if everyone else ()


def keep_device(rig: Rig, identity: DeviceIdentity) -> Rig:
    """Keep what a device of the rig is, also for when it is gone."""
    if not _is_device_of(rig.settings, identity):
        return rig
    known = DeviceIdentity(
        ref=identity.ref,
        protocol=identity.protocol,
        name=identity.name,
        kinds=identity.kinds,
        unique_id=identity.unique_id,
        place=identity.place,
    )
    others = {one.ref: one for one in rig.known_devices}
    return replace(rig, known_devices=tuple({**others, identity.ref: known}.values()))


def of_its_devices(
    settings: RigSettings, known: Iterable[DeviceIdentity]
) -> tuple[DeviceIdentity, ...]:
    """Of what was known, that of devices which the settings have."""
    return tuple(one for one in known if _is_device_of(settings, one))


def find_other_applier(
    asking: RigSettings, others: Iterable[RigSettings], identities: Sequence[DeviceIdentity]
) -> str | None:
    """Why a rig must not apply: another one does so with the same focuser; None if it may."""
    return find_sharing((replace(asking, mode=Mode.APPLY), *others), identities)[asking.name]


def take_sharing(rig: Rig, judged: SharingJudged) -> Step:
    """Close the gate of a focuser that another rig moves, or open it again."""
    if judged.sentence == rig.sharing:
        return Step(rig)
    rig = replace(rig, sharing=judged.sentence)
    if judged.sentence is None:
        return Step(rig, (DiaryLine(sentence="its focuser is this rig's alone again"),))
    line = f"rigd moves nothing of its own accord: {judged.sentence}"
    return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING),))


_ROLES = tuple(FocuserRole)
_Device = tuple[str, ...]
"""What a device is, the same under all of its addresses."""


@dataclass(frozen=True, slots=True)
class _Mover:
    """A rig that moves a focuser of its own accord, under its address or its name there."""

    rig: RigSettings
    ref: DeviceRef
    sure: bool
    """Whether only one device can be meant."""


def _describe(known: "_Known", one: _Mover, other: _Mover) -> str:
    sure, what = one.sure and other.sure, "focuser"
    if other.rig is not one.rig:
        return (
            f"rig {other.rig.name} {'applies' if sure else 'may apply'} to "
            f"{describe_named(what, known.name_at(one.ref), one.ref)} too (there it is "
            f"{_at_server(known, other.ref)}); a focuser has one applier"
        )
    named = sorted({_at_server(known, one.ref), _at_server(known, other.ref)})
    return (
        f"the main and the guide focuser {'are' if sure else 'may be'} one device "
        f"({', '.join(named)}): it would be moved twice"
    )


def _at_server(known: "_Known", ref: DeviceRef) -> str:
    return f"{known.name_at(ref) or 'the one'} on {ref.server}"


class _Known:
    """What is known of the devices, by address and by name."""

    def __init__(self, identities: Sequence[DeviceIdentity]) -> None:
        self._by_ref = {one.ref: one for one in identities}
        self._by_name: dict[tuple[str, str], list[DeviceIdentity]] = {}
        for one in self._by_ref.values():
            self._by_name.setdefault((one.ref.server, one.name), []).append(one)

    def name_at(self, ref: DeviceRef) -> str | None:
        """The name of a device for people; None if it has none that is known."""
        return find_name(self._by_ref.values(), ref)

    def devices_at(self, ref: DeviceRef) -> frozenset[_Device]:
        """The device at an address, or each that has this name there.

        The address itself while no more is known of it.
        """
        at_address = self._by_ref.get(ref)
        if at_address is not None:
            return frozenset({_device(at_address)})
        named = self._by_name.get((ref.server, ref.key), [])
        return frozenset(map(_device, named)) or frozenset({("address", ref.server, ref.key)})

    def devices_of(self, rig: RigSettings, role: FocuserRole) -> frozenset[_Device]:
        """The device that is one of a rig's focusers, or each that may be; none if it has none."""
        ref = rig.focuser_ref(role)
        return self.devices_at(ref) if ref is not None and ref.server else frozenset()

    def is_one_device(self, one: DeviceRef | None, other: DeviceRef | None) -> bool:
        """Whether two addresses lead to one device."""
        if one is None or other is None:
            return False
        return one == other or self.devices_at(one) == self.devices_at(other)


def _device(one: DeviceIdentity) -> _Device:
    if one.protocol is WireProtocol.ALPACA and one.unique_id is not None:
        return ("alpaca", one.ref.key)
    if one.protocol is WireProtocol.INDI and one.place is not None:
        return ("indi", one.place, one.ref.key)
    return ("address", one.ref.server, one.ref.key)


def _is_device_of(settings: RigSettings, identity: DeviceIdentity) -> bool:
    """Whether a device is one of a rig's, or has the name by which the rig has one."""
    names = {identity.ref, DeviceRef(identity.ref.server, identity.name)}
    return not settings.devices.isdisjoint(names)


def _focusers(rig: RigSettings) -> tuple[DeviceRef, ...]:
    """The focusers that a rig moves of its own accord; one that is not chosen yet is none."""
    refs = (rig.focuser, rig.guide_focuser) if rig.mode is Mode.APPLY else ()
    return tuple(ref for ref in refs if ref is not None and ref.server)
