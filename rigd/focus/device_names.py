"""What a device is called in a sentence. Pure.

An Alpaca device is addressed by its UniqueID, which no person can read: its name is the one that it
last had at its server, also while it is away. One that was never seen is said to be at its server.
"""

import re
from collections.abc import Iterable
from itertools import chain

from rigd.devices.identity import DeviceIdentity, DeviceRef
from rigd.focus.state.rig import Rig

_CODE = re.compile(r"(?=.*\d)[{(]?[0-9A-Fa-f-]{12,}[)}]?|.*/(camera|filterwheel|focuser|mount)/\d+")
"""An address that is no name: a UUID or another code, or a device's number at its server."""


def find_name(identities: Iterable[DeviceIdentity], ref: DeviceRef) -> str | None:
    """The name of a device; None if it was never seen and its address is no name.

    Args:
        identities: every device as it was last seen; of two at one address the earlier one counts.
        ref: its address.
    """
    name = next((one.name for one in identities if one.ref == ref), None)
    return name or (None if _CODE.fullmatch(ref.key) else ref.key)


def name_device(rig: Rig, ref: DeviceRef) -> str:
    """The name of a rig's device; of stacked wheels those of both."""
    if rig.settings.stack and ref == rig.settings.wheel:
        return " + ".join(name_device(rig, part.ref) for part in rig.settings.stack)
    return _find(rig, ref) or f"the one on {ref.server}"


def describe_device(rig: Rig, what: str, ref: DeviceRef) -> str:
    """What a rig's device is, and its name: "focuser EAF", or "the focuser on pier"."""
    stacked = rig.settings.stack and ref == rig.settings.wheel
    return describe_named(what, name_device(rig, ref) if stacked else _find(rig, ref), ref)


def name_focuser(rig: Rig) -> str:
    """The main focuser, with its name if it has one."""
    ref = rig.settings.focuser
    return "the focuser" if ref is None else describe_device(rig, "focuser", ref)


def describe_named(what: str, name: str | None, ref: DeviceRef) -> str:
    """The same of a device whose name was looked up; None: it has none that can be read."""
    if name is None:
        return f"the {what} on {ref.server}"
    # The driver calls a device that has no name of its own by what it is and its number.
    return name if name.startswith(f"{what} ") else f"{what} {name}"


def _find(rig: Rig, ref: DeviceRef) -> str | None:
    return find_name(chain(rig.identities, rig.known_devices), ref)
