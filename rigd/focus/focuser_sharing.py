"""Whether two rigs move one focuser, or one rig takes it for two. Pure.

Compared by what the device is, not by what it is called: an Alpaca device is its UniqueID, an INDI
device its name at the place where its server really is. Both grow known with time, so this is asked
again with every identity.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import SharingJudged
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings


def find_sharing(
    rigs: Iterable[RigSettings], identities: Sequence[DeviceIdentity]
) -> dict[str, str | None]:
    """Say of each rig with which other one it shares a focuser that both move; None if with none.

    Args:
        rigs: all of them.
        identities: every device that is seen.
    """
    known = _Known(identities)
    everyone = tuple(rigs)
    movers: dict[_Device, list[tuple[RigSettings, DeviceRef]]] = {}
    for rig in everyone:
        for ref in _focusers(rig):
            movers.setdefault(known.device_at(ref), []).append((rig, ref))
    found: dict[str, str | None] = {rig.name: None for rig in everyone}
    for users in movers.values():
        for rig, ref in users:
            other, theirs = next((u for u in users if u[1] != ref or u[0] is not rig), (rig, ref))
            if other is not rig:
                found[rig.name] = (
                    f"rig {other.name} applies to focuser {ref.key} too (there it is {theirs}); "
                    "a focuser has one applier"
                )
            elif theirs != ref:
                found[rig.name] = (
                    f"the guide focuser {rig.guide_focuser} is the main focuser {rig.focuser} "
                    "under another name: it would be moved twice"
                )
    return found


def find_other_applier(
    asking: RigSettings, others: Iterable[RigSettings], identities: Sequence[DeviceIdentity]
) -> str | None:
    """Why a rig must not apply: another one does so with the same focuser; None if it may."""
    return find_sharing((replace(asking, mode=Mode.APPLY), *others), identities)[asking.name]


def take_sharing(rig: Rig, judged: SharingJudged) -> Step:
    """Close the gate of a focuser that another rig moves, or open it again."""
    if judged.sentence == rig.sharing:
        return Step(rig)
    rig = rig.with_sharing(judged.sentence)
    if judged.sentence is None:
        return Step(rig, (DiaryLine(sentence="its focuser is this rig's alone again"),))
    line = f"rigd moves nothing of its own accord: {judged.sentence}"
    return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING),))


_Device = tuple[str, ...]
"""What a device is, the same under all of its addresses."""


class _Known:
    """What is known of the devices that are seen, by address and by name."""

    def __init__(self, identities: Sequence[DeviceIdentity]) -> None:
        self._by_ref = {one.ref: one for one in identities}
        self._by_name: dict[tuple[str, str], list[DeviceIdentity]] = {}
        for one in identities:
            self._by_name.setdefault((one.ref.server, one.name), []).append(one)

    def device_at(self, ref: DeviceRef) -> _Device:
        """The device at an address; the address itself while no more is known of it."""
        named = self._by_name.get((ref.server, ref.key), [])
        one = self._by_ref.get(ref) or (named[0] if len(named) == 1 else None)
        if one is None:
            return ("address", ref.server, ref.key)
        if one.protocol is WireProtocol.ALPACA and one.unique_id is not None:
            return ("alpaca", one.ref.key)
        if one.protocol is WireProtocol.INDI and one.place is not None:
            return ("indi", one.place, one.ref.key)
        return ("address", one.ref.server, one.ref.key)


def _focusers(rig: RigSettings) -> tuple[DeviceRef, ...]:
    """The focusers that a rig moves of its own accord; one that is not chosen yet is none."""
    refs = (rig.focuser, rig.guide_focuser) if rig.mode is Mode.APPLY else ()
    return tuple(ref for ref in refs if ref is not None and ref.server)
