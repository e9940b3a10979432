"""INDI driver configurations (`<device>_config.xml`): `newTextVector` ACTIVE_DEVICES of a camera.

It is the user's own association of a camera with wheel, focuser and mount. FILTER_NAME, in the
configuration of a wheel, names the slots.
"""

import re
from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from rigd.equipment.imports.draft import MAX_SLOTS, Draft, Slot, list_names
from rigd.equipment.imports.imported import Imported
from rigd.equipment.profile_tables import DeviceAddress
from rigd.files.text import parse_name
from rigd.files.xml import children, local_name

PROGRAM = "INDI"
_USED = frozenset({"ACTIVE_DEVICES", "FILTER_NAME"})
_SLOT = re.compile(r"FILTER_SLOT_NAME_(\d{1,3})")


def is_this_format(root: Element) -> bool:
    """Return whether this is the root of a driver's configuration."""
    return local_name(root) == "INDIDriver"


def read(root: Element, source: str, modified: date | None) -> Imported:
    """Return the light path around the device that the configuration belongs to.

    Raises:
        ValueError: it has neither ACTIVE_DEVICES nor FILTER_NAME, or is of several devices.
    """
    devices = {name for vector in root if (name := parse_name(vector.get("device")))}
    active = _members(root, "ACTIVE_DEVICES")
    names = _members(root, "FILTER_NAME")
    if not active and not names:
        msg = "has neither ACTIVE_DEVICES nor FILTER_NAME: nothing about a light path"
        raise ValueError(msg)
    if len(devices) != 1:
        msg = f"describes {len(devices)} devices; a driver's configuration describes one"
        raise ValueError(msg)
    (device,) = devices
    draft = Draft(name=device, source=source, modified=modified)
    slots = _slots(names)
    if slots:
        draft.wheel = draft.place("indi", device)
        draft.slots = slots
    if "ACTIVE_FILTER" in active or "ACTIVE_FOCUSER" in active:
        draft.camera = draft.place("indi", device)
        _associate(draft, active)
    other = [
        name for vector in root if (name := parse_name(vector.get("name"))) and name not in _USED
    ]
    if other:
        draft.not_understood.append(f"properties not read: {list_names(other)}")
    train = draft.train()
    return Imported(
        program=PROGRAM,
        source=source,
        trains=(train,),
        not_understood=tuple(draft.not_understood),
        warnings=tuple(draft.warnings),
    )


def _associate(draft: Draft, active: Mapping[str, str]) -> None:
    places: dict[str, DeviceAddress] = {}
    for name, device in active.items():
        if "Simulator" in device and "Simulator" not in draft.name:
            draft.not_understood.append(f"{name}: {device}, INDI's default if nobody chose one")
        elif device:
            places[name] = draft.place("indi", device)
    draft.focuser = places.get("ACTIVE_FOCUSER")
    draft.mount = places.get("ACTIVE_TELESCOPE")
    wheel = places.get("ACTIVE_FILTER")
    if wheel is not None and draft.wheel is None:
        draft.not_understood.append(
            f"filter wheel {wheel.device}: its slots are not in this file; import its own "
            "configuration"
        )
    for name in ("ACTIVE_ROTATOR", "ACTIVE_SKYQUALITY"):
        if name in places:
            draft.not_understood.append(f"{name}: {places[name].device}")


def _slots(names: Mapping[str, str]) -> tuple[Slot, ...]:
    found = {
        int(match[1]): parse_name(name)
        for member, name in names.items()
        if (match := _SLOT.fullmatch(member))
    }
    last = max(found, default=0)
    if last > MAX_SLOTS:
        msg = f"FILTER_SLOT_NAME_{last}: the limit is {MAX_SLOTS} slots"
        raise ValueError(msg)
    return tuple(Slot(name=found.get(place)) for place in range(1, last + 1))


def _members(root: Element, name: str) -> dict[str, str]:
    for vector in children(root, "newTextVector"):
        if vector.get("name") == name:
            return {
                parse_name(one.get("name")) or "": parse_name(one.text) or ""
                for one in children(vector, "oneText")
            }
    return {}
