"""The owner's answers: values for gaps of the profile, and the device each is about. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import parse_address
from rigd.equipment.wheel_slots import wheel_slots
from rigd.optics.filter_offsets import Direction, Moves, SlotKind

Value = str | float | Mapping[str, int]
"""A word, a number, or parts with their counts."""

_WORDS: Mapping[str, Callable[[str], object]] = {
    "address": parse_address,
    "direction": Direction,
    "moves": Moves,
    "kind": SlotKind,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSubject:
    """The device or filter that an answer is about, as it was then; None is unknown."""

    role: str
    """camera, wheel, focuser, wheel.stack.N (counted from 1), or filters.KEY."""
    name: str | None = None
    entry: str | None = None
    """Its catalog entry."""
    candidates: tuple[str, ...] = ()
    """Entries that match what is seen of it; not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer that the owner gave."""

    key: str
    value: Value
    at: str
    """UTC, ISO 8601."""
    by: str
    belongs_to: AnswerSubject | None = None
    """None: it is about what the owner has (spacers), not about a device."""


def motion(moves: Moves, direction: Direction) -> str:
    """Return the answer that says both what a focuser moves and which way it counts."""
    return f"{moves} {direction}"


def plate(thickness_mm: float, glass: str) -> str:
    """Return the answer that says both how thick a filter's glass is and what it is made of."""
    return f"{thickness_mm:g} {glass}"


_MOTIONS = {motion(moves, way): (moves, way) for moves in Moves for way in Direction}


def parts_of_answer(key: str, value: Value) -> tuple[tuple[str, Value], ...]:
    """Return the places of the profile that an answer fills, each with its value.

    An answer may say two things at once, under the key of the first: nobody is asked twice.
    """
    head, _, field = key.rpartition(".")
    if field == "moves" and value in _MOTIONS:
        moves, direction = _MOTIONS[str(value)]
        return ((key, moves.value), (f"{head}.direction", direction.value))
    if field == "thickness_mm" and isinstance(value, str) and " " in value:
        thickness, glass = value.split(maxsplit=1)
        return ((key, float(thickness)), (f"{head}.glass", glass))
    return ((key, value),)


def role_of(key: str) -> str | None:
    """Return the role of the thing that a key is about; None for the choice of the thing itself."""
    parts = key.split(".")
    if parts[-1] == "address":
        return None
    if parts[0] == "filters":
        return ".".join(parts[:2])
    if parts[:2] == ["wheel", "stack"]:
        return ".".join(parts[:3])
    return parts[0] if parts[0] in {"camera", "wheel", "focuser"} else None


def stated_value(profile: EquipmentProfile, key: str) -> object | None:
    """Return what the profile itself states for a key; None if nothing.

    Raises:
        KeyError: The profile has no such place.
    """
    place: Any = profile
    parts = key.split(".")
    for part in parts[:-1]:
        place = _look_inside(place, part)
    if place is None or not hasattr(place, parts[-1]):
        raise KeyError(key)
    value = getattr(place, parts[-1])
    if value is SlotKind.UNKNOWN:
        return None
    if key == "train.owned" and not value:
        return value if "owned" in profile.train.model_fields_set else None
    return value  # type: ignore[no-any-return]  # a field of the profile


def fill_gaps(profile: EquipmentProfile, answers: Iterable[GivenAnswer]) -> EquipmentProfile:
    """Return the profile with its gaps filled by answers; what it states itself wins."""
    for answer in answers:
        profile = fill_gap(profile, answer.key, answer.value)
    return profile


def may_fill(profile: EquipmentProfile, key: str, value: Value) -> bool:
    """Return whether a value may fill a gap: the profile states nothing there itself."""
    try:
        if stated_value(profile, key) is not None:
            return False
    except KeyError:
        return False
    if profile.stacked and key.startswith("wheel.") and not key.startswith("wheel.stack."):
        return False
    if key != "reference_filter":
        return True
    if profile.stacked:
        return any(slot.key == value for slot in wheel_slots(profile))
    return value in profile.filters


def fill_gap(profile: EquipmentProfile, key: str, value: Value) -> EquipmentProfile:
    """Return the profile with one gap filled; unchanged if there is no such gap.

    An answer that says two things fills two.
    """
    for place, part in parts_of_answer(key, value):
        profile = _fill_place(profile, place, part)
    return profile


def _fill_place(profile: EquipmentProfile, key: str, value: Value) -> EquipmentProfile:
    if not may_fill(profile, key, value):
        return profile
    parts = key.split(".")
    words = _WORDS.get(parts[-1])
    typed = words(str(value)) if words is not None else value
    whole: EquipmentProfile = _put(profile, parts, typed)
    return whole


def keep_valid_answers(
    answers: Iterable[GivenAnswer], now: Mapping[str, AnswerSubject]
) -> tuple[tuple[GivenAnswer, ...], tuple[GivenAnswer, ...]]:
    """Return the answers that still hold, and those whose device is another one now.

    Args:
        answers: All that were given.
        now: Every role with the device in it now; one that is not seen is unknown, not another.
    """
    kept: list[GivenAnswer] = []
    dropped: list[GivenAnswer] = []
    for answer in answers:
        then = answer.belongs_to
        if then is None:
            kept.append(answer)
            continue
        present = now.get(then.role)
        if present is None or _is_another_device(answer, then, present):
            dropped.append(answer)
            continue
        known = replace(
            then, name=then.name or present.name, entry=then.entry or _entry(answer.key, present)
        )
        kept.append(replace(answer, belongs_to=known))
    return tuple(kept), tuple(dropped)


def with_answer(
    given: tuple[GivenAnswer, ...], key: str, answer: GivenAnswer | None
) -> tuple[GivenAnswer, ...]:
    """Return the answers with one more, in its old place if it replaces one; None removes it."""
    if answer is not None and any(one.key == key for one in given):
        return tuple(answer if one.key == key else one for one in given)
    others = tuple(one for one in given if one.key != key)
    return others if answer is None else (*others, answer)


def subject_of(key: str, now: Mapping[str, AnswerSubject]) -> AnswerSubject | None:
    """Return what an answer to a key is about, to be stored with it."""
    role = role_of(key)
    if role is None or role not in now:
        return None
    present = now[role]
    return AnswerSubject(role=role, name=present.name, entry=_entry(key, present))


def _is_another_device(answer: GivenAnswer, then: AnswerSubject, present: AnswerSubject) -> bool:
    if None not in (then.name, present.name) and then.name != present.name:
        return True
    if answer.key.endswith(".id"):
        return bool(present.candidates) and answer.value not in present.candidates
    return None not in (then.entry, present.entry) and then.entry != present.entry


def _entry(key: str, present: AnswerSubject) -> str | None:
    """Return the entry an answer depends on; none for the answer that names the entry itself."""
    return None if key.endswith(".id") else present.entry


def _look_inside(place: Any, part: str) -> Any:
    """Return what has this name in a part of the profile (in lists: its number from 1), or None."""
    if isinstance(place, dict):
        return place.get(part)
    if isinstance(place, tuple):
        return next((one for n, one in enumerate(place, 1) if str(n) == part), None)
    return getattr(place, part, None)


def _put(place: Any, parts: list[str], value: object) -> Any:
    head, *rest = parts
    if isinstance(place, dict):
        return {**place, head: _put(place[head], rest, value)}
    if isinstance(place, tuple):
        inner = _put(_look_inside(place, head), rest, value)
        return tuple(inner if str(n) == head else one for n, one in enumerate(place, 1))
    inner = _put(getattr(place, head), rest, value) if rest else value
    return place.model_copy(update={head: inner})
