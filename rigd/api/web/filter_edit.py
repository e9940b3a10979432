"""The changes of filters that the page offers, as its forms and links write them. Pure."""

from collections.abc import Mapping

from rigd.api.http.errors import shorten
from rigd.equipment.filter_edits import (
    put_filter,
    put_new_filter,
    recognise_filter,
    rename_filter,
    slot_keys,
    state_offset,
)
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import InvalidValueError

FIELDS = ("slot", "do", "name", "steps", "entry", "filter")
"""What a change is made of."""
_TOLD = {
    "thickness_mm": "thickness_mm",
    "thickness_by_size": "thickness_mm",
    "substrate": "glass",
    "bands": "band_centre_nm",
    "series": "series",
}
"""Fields of the catalog's filters, and of a profile's, that say the same."""


def edited(
    profile: EquipmentProfile, said: Mapping[str, str], entry: Mapping[str, object] | None
) -> EquipmentProfile:
    """The profile after a change.

    Args:
        profile: as it is.
        said: `slot` (counted from 1) and what to `do` with it: `name` it, state its `offset`,
            `recognise` an entry of the catalog, `new` (another filter), or `put` one that there is.
        entry: what the catalog says of the entry of the change; None: it names none.

    Raises:
        InvalidValueError: a value is missing or wrong.
        ConfigError: the profile cannot say that.
    """
    slot = slot_of(profile, said)
    key = slot_keys(profile)[slot]
    match said.get("do"):
        case "name":
            return rename_filter(profile, key, _text(said, "name"))
        case "offset":
            return state_offset(profile, key, _steps(said.get("steps", "")))
        case "recognise":
            return recognise_filter(profile, key, _text(said, "entry"), told_by(entry or {}))
        case "new":
            return put_new_filter(profile, slot, _text(said, "name"), said.get("entry") or None)
        case "put":
            return put_filter(profile, slot, _text(said, "filter"))
        case _:
            msg = "do: name, offset, recognise, new or put"
            raise InvalidValueError(msg)


def told_by(entry: Mapping[str, object]) -> frozenset[str]:
    """The fields of a filter that an entry of the catalog fills."""
    return frozenset(field for fact, field in _TOLD.items() if entry.get(fact))


def slot_of(profile: EquipmentProfile, said: Mapping[str, str]) -> int:
    """The slot that is changed, counted from 0.

    Raises:
        InvalidValueError: there is none such.
    """
    text, count = said.get("slot", ""), len(slot_keys(profile))
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= count:
        return int(text) - 1
    msg = f"slot {shorten(text)!r} is none from 1 to {count}"
    raise InvalidValueError(msg)


def sentence_of(profile: EquipmentProfile, said: Mapping[str, str], title: str | None) -> str:
    """What a change comes to, in one line.

    Args:
        profile: before the change.
        said: the change.
        title: what the catalog calls the entry of the change.
    """
    slot = slot_of(profile, said)
    old = profile.filters[slot_keys(profile)[slot]].name
    match said.get("do"):
        case "name":
            return f"{old} is called {said.get('name')}"
        case "offset":
            steps = _steps(said.get("steps", ""))
            return f"Offset of {old}: " + ("not stated" if steps is None else f"{steps:+d} steps")
        case "recognise":
            return f"{old} is {title or said.get('entry')}"
        case "new":
            return f"Slot {slot + 1} holds {said.get('name')}" + (f": {title}" if title else "")
        case _:
            key = said.get("filter", "")
            name = profile.filters[key].name if key in profile.filters else key
            return f"Slot {slot + 1} holds {name}"


def _text(said: Mapping[str, str], name: str) -> str:
    text = said.get(name, "").strip()
    if not text:
        msg = f"{name}: nothing was chosen or written"
        raise InvalidValueError(msg)
    if len(text) > 120:
        msg = f"{name}: at most 120 letters"
        raise InvalidValueError(msg)
    return text


def _steps(text: str) -> int | None:
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not plain:
        return None
    digits = plain.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 8):
        msg = f"steps: {shorten(text)!r} is no whole number"
        raise InvalidValueError(msg)
    return int(plain)
