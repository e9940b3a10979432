"""CCDciel configurations (`ccdciel.conf`): Free Pascal's XMLConf, values as attributes of CONFIG.

`/Filters/Offset<n>` is in focuser steps, slot 1 first; CCDciel moves out by new minus old.
"""

import re
from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from rigd.equipment.imports.draft import (
    MAX_SLOTS,
    Draft,
    Slot,
    list_names,
    plausible_figure,
    whole_steps,
)
from rigd.equipment.imports.imported import Imported
from rigd.equipment.profile_tables import DeviceAddress, OpticProfile
from rigd.files.text import parse_name, parse_number
from rigd.files.xml import child, local_name

PROGRAM = "CCDciel"
KNOWN = (0, 9)
"""The newest version whose format is known."""
_INTERFACES = ("INDI", "ASCOM", "INCAMERA", "INTELESCOPE", "ASCOMREST", "MANUAL")
"""`TDevInterface`, stored by its number."""
_ROLES = (
    ("camera", "/CameraInterface", "camera"),
    ("wheel", "/FilterWheelInterface", "wheel"),
    ("focuser", "/FocuserInterface", "focuser"),
    ("mount", "/MountInterface", "mount"),
)


def is_this_format(root: Element) -> bool:
    """Return whether this is the root of a CCDciel configuration."""
    return local_name(root) == "CONFIG" and child(root, "Configuration") is not None


def read(root: Element, source: str, modified: date | None) -> Imported:
    """Return the one light path of a configuration.

    Raises:
        ValueError: written by a newer version, or without filters.
    """
    _check_version(_value(root, "/Configuration/Version"))
    draft = Draft(
        name=parse_name(_value(root, "/Info/TelescopeName")) or "from CCDciel",
        source=source,
        modified=modified,
    )
    draft.optic = _optic(draft, root)
    draft.slots = _slots(draft, root)
    places = {role: _device(draft, root, role, key, part) for role, key, part in _ROLES}
    draft.camera, draft.wheel = places["camera"], places["wheel"]
    draft.focuser, draft.mount = places["focuser"], places["mount"]
    backlash = parse_number(_value(root, "/StarAnalysis/FocuserBacklash"))
    if backlash and _value(root, "/StarAnalysis/FocuserBacklashActive") == "True":
        draft.not_understood.append(f"focuser: FocuserBacklash {backlash:g} steps")
    used = {"Configuration", "Info", "Filters", "Astrometry", "StarAnalysis"}
    other = [local_name(inner) for inner in root if local_name(inner) not in used]
    other = [name for name in other if not name.startswith(("INDI", "ASCOM"))]
    if other:
        draft.not_understood.append(f"settings not read: {list_names(other)}")
    train = draft.train()
    return Imported(
        program=PROGRAM,
        source=source,
        trains=(train,),
        not_understood=tuple(draft.not_understood),
        warnings=tuple(draft.warnings),
    )


def _check_version(version: str | None) -> None:
    found = re.match(r"(\d{1,6})\.(\d{1,6})", version or "")
    if found is None:
        msg = f"its /Configuration/Version {(version or '')[:20]!r} is not a version"
        raise ValueError(msg)
    if (int(found[1]), int(found[2])) > KNOWN:
        msg = f"written by CCDciel {found[0]}; the newest known format is 0.9"
        raise ValueError(msg)


def _optic(draft: Draft, root: Element) -> OpticProfile:
    name = parse_name(_value(root, "/Info/TelescopeName"))
    focal_length = plausible_figure(parse_number(_value(root, "/Astrometry/FocaleLength")))
    if _value(root, "/Astrometry/FocaleFromTelescope") == "True":
        draft.not_understood.append("focal length: CCDciel asks the mount for it")
        focal_length = None
    return OpticProfile(name=name, focal_length_mm=focal_length)


def _slots(draft: Draft, root: Element) -> tuple[Slot, ...]:
    stated = _value(root, "/Filters/Num")
    count = whole_steps(parse_number(stated)) if stated is not None else 0
    if count is None or not 0 <= count <= MAX_SLOTS:
        msg = f"/Filters/Num is {(stated or '')[:20]!r}, the limits are 0 and {MAX_SLOTS}"
        raise ValueError(msg)
    slots = []
    for place in range(1, count + 1):
        name = parse_name(_value(root, f"/Filters/Filter{place}"))
        offset = _value(root, f"/Filters/Offset{place}")
        value = whole_steps(parse_number(offset))
        if value is None and offset is not None:
            draft.not_understood.append(f"filter {name}: Offset {offset[:40]!r} is no step count")
        slots.append(Slot(name=name, offset_steps=value))
    return tuple(slots)


def _device(
    draft: Draft, root: Element, role: str, interface_key: str, part: str
) -> DeviceAddress | None:
    index = whole_steps(parse_number(_value(root, interface_key)))
    if index is None:
        return None
    kind = _INTERFACES[index] if 0 <= index < len(_INTERFACES) else None
    if kind == "INDI":
        device = parse_name(_value(root, f"/INDI{part}/Device"))
        host = parse_name(_value(root, f"/INDI{part}/Server"))
        port = whole_steps(parse_number(_value(root, f"/INDI{part}/ServerPort")))
        return draft.place("indi", device, host, port) if device else None
    if kind == "ASCOMREST":
        host = parse_name(_value(root, f"/ASCOMRest{part}/Host")) or "unknown host"
        which = parse_name(_value(root, f"/ASCOMRest{part}/Device")) or "0"
        draft.not_understood.append(
            f"{role}: Alpaca device number {which} at {host}; rigd names devices by name or "
            "UniqueID, see `rigd devices`"
        )
        return None
    if kind == "ASCOM":
        device = parse_name(_value(root, f"/ASCOM{part}/Device"))
        draft.not_understood.append(f"{role}: ASCOM device {device or 'without name'}")
        return None
    draft.not_understood.append(f"{role}: connected as {kind or f'interface {index}'}")
    return None


def _value(root: Element, path: str) -> str | None:
    *above, last = path.strip("/").split("/")
    found = child(root, *above)
    attributes: Mapping[str, str] = found.attrib if found is not None else {}
    return attributes.get(last)
