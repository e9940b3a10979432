"""N.I.N.A. profiles: `Profile` of its data contract, one file per profile.

A filter's `_focusOffset` is in focuser steps; N.I.N.A. adds new minus old to the position.
"""

import re
from datetime import date, datetime
from xml.etree.ElementTree import Element

from rigd.equipment.imports.draft import Draft, Slot, list_names, plausible_figure, whole_steps
from rigd.equipment.imports.imported import Imported
from rigd.equipment.profile_tables import DeviceAddress, OpticProfile
from rigd.files.text import parse_name, parse_number
from rigd.files.xml import child, children, local_name, namespace, text_of

PROGRAM = "N.I.N.A."
NAMESPACE = "http://schemas.datacontract.org/2004/07/NINA.Profile"
_USED = frozenset(
    {
        "Name",
        "Id",
        "LastUsed",
        "Description",
        "FilterWheelSettings",
        "FocuserSettings",
        "TelescopeSettings",
        "CameraSettings",
    }
)
_ALPACA = re.compile(r"(?P<name>.+) @ (?P<host>\S+) #\d+")
"""How N.I.N.A. shows an Alpaca device: `DisplayName` is `name @ host #number`."""
_STATIC_ALPACA = frozenset(
    {
        "01E42001-1A8B-44AA-AD7E-CE8F5250F1F4",
        "2F95FB1C-46ED-4F2C-8072-273F07567DD7",
        "75ABC27F-85F6-4993-B42C-C66E1F5726E3",
        "F98BB2D7-A53B-456C-A3B0-CC1CC0F3A40E",
    }
)
"""The Ids that N.I.N.A. gives to a device at a stated Alpaca address, the same for everybody."""
_NOT_A_DEVICE = frozenset({"No_Device"})
_BY_HAND = frozenset({"Manual Filter Wheel"})
"""N.I.N.A.'s own "wheel" that asks a person to change the filter."""


def is_this_format(root: Element) -> bool:
    """Return whether this is the root of a N.I.N.A. profile, of whatever version."""
    return local_name(root) == "Profile" and "NINA" in namespace(root)


def read(root: Element, source: str, modified: date | None) -> Imported:
    """Return the one light path of a profile.

    Raises:
        ValueError: another version of the format, or not a profile of equipment.
    """
    if namespace(root) != NAMESPACE:
        msg = f"a profile of an unknown version: its namespace is {namespace(root)[:120]!r}"
        raise ValueError(msg)
    wheel = child(root, "FilterWheelSettings")
    if wheel is None:
        msg = "the profile has no FilterWheelSettings: damaged, or of an unknown version"
        raise ValueError(msg)
    draft = Draft(
        name=parse_name(text_of(root, "Name")) or "from N.I.N.A.",
        source=source,
        modified=_last_used(root) or modified,
    )
    draft.optic = _optic(child(root, "TelescopeSettings"))
    draft.wheel_by_hand = parse_name(text_of(wheel, "Id")) in _BY_HAND
    if not draft.wheel_by_hand:
        draft.wheel = _device(draft, wheel, "filter wheel")
    draft.focuser = _device(draft, child(root, "FocuserSettings"), "focuser")
    draft.camera = _device(draft, child(root, "CameraSettings"), "camera")
    draft.mount = _device(draft, child(root, "TelescopeSettings"), "mount")
    draft.slots = _slots(draft, wheel)
    _remarks(draft, root)
    train = draft.train()
    return Imported(
        program=PROGRAM,
        source=source,
        trains=(train,),
        not_understood=tuple(draft.not_understood),
        warnings=tuple(draft.warnings),
    )


def _last_used(root: Element) -> date | None:
    # N.I.N.A. writes it when a profile is loaded; the time of the file is that of the last copy.
    try:
        return datetime.fromisoformat((text_of(root, "LastUsed") or "")[:10]).date()
    except ValueError:
        return None


def _optic(telescope: Element | None) -> OpticProfile:
    return OpticProfile(
        name=parse_name(text_of(telescope, "Name")),
        focal_length_mm=plausible_figure(parse_number(text_of(telescope, "FocalLength"))),
        focal_ratio=plausible_figure(parse_number(text_of(telescope, "FocalRatio"))),
    )


def _slots(draft: Draft, wheel: Element) -> tuple[Slot, ...]:
    found: dict[int, Slot] = {}
    for info in children(child(wheel, "FilterWheelFilters"), "FilterInfo"):
        name = parse_name(text_of(info, "_name"))
        position = whole_steps(parse_number(text_of(info, "_position")))
        if position is None or not 0 <= position < 64:
            draft.not_understood.append(f"filter {name or 'without name'}: it has no slot")
            continue
        if position in found:
            msg = f"two filters have the _position {position}"
            raise ValueError(msg)
        offset = text_of(info, "_focusOffset")
        found[position] = Slot(
            name=name,
            offset_steps=_offset(draft, name, offset),
            preferred=text_of(info, "_autoFocusFilter") == "true",
        )
    return tuple(
        found.get(position, Slot(name=None)) for position in range(max(found, default=-1) + 1)
    )


def _offset(draft: Draft, name: str | None, offset: str | None) -> int | None:
    value = whole_steps(parse_number(offset))
    if value is None and offset is not None:
        draft.not_understood.append(f"filter {name}: _focusOffset {offset[:40]!r} is no step count")
    return value


def _device(draft: Draft, settings: Element | None, what: str) -> DeviceAddress | None:
    identity = parse_name(text_of(settings, "Id"))
    if identity is None or identity in _NOT_A_DEVICE:
        return None
    name = parse_name(text_of(settings, "LastDeviceName")) or identity
    if (found := _ALPACA.fullmatch(name)) and identity not in _STATIC_ALPACA:
        # Discovered over Alpaca: its Id is the UniqueID, which names it wherever it is.
        return draft.place("alpaca", identity, found["host"])
    if found:
        return draft.place("alpaca", found["name"], found["host"])
    name = name.removesuffix(" (ASCOM)")
    draft.warnings.append(
        f"{what}: N.I.N.A. reaches it as {identity!r}; rigd needs it on an Alpaca server, and the "
        f"profile calls it {name!r} there: correct it if it has another name"
    )
    return draft.place("alpaca", name)


def _remarks(draft: Draft, root: Element) -> None:
    focuser = child(root, "FocuserSettings")
    if text_of(focuser, "UseFilterWheelOffsets") == "true":
        draft.warnings.append(
            "UseFilterWheelOffsets is on: switch it off before rigd applies offsets"
        )
    for key in ("BacklashIn", "BacklashOut"):
        if value := parse_number(text_of(focuser, key)):
            draft.not_understood.append(f"focuser: {key} {value:g} steps")
    other = [local_name(inner) for inner in root if local_name(inner) not in _USED]
    if other:
        draft.not_understood.append(f"settings not read: {list_names(other)}")
