"""What a change of the profile would do, as the page says it before it is made. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rigd.api.web.wording import how_known

NOTHING_MOVES = "Nothing moves by this: an offset counts from the next change to its filter on."
OTHER_PATH = (
    "It is another light path: what autofocus runs taught does not go along, and the focus is not "
    "known until it was found again."
)
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One thing that would be another one."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EffectWords:
    """What a change would do."""

    rows: tuple[EffectRow, ...]
    """Of the filters in the slots."""
    stated: tuple[EffectRow, ...]
    """Of what the profile says, by key."""
    remarks: tuple[str, ...]


def effect_words(effect: Mapping[str, Any]) -> EffectWords:
    """The answer of `POST …/profile/effect` in words."""
    rows = []
    for one in effect["filters"]:
        slot = f"Slot {one['filter_position'] + 1}"
        if one["name_before"] != one["name_after"]:
            before, after = one["name_before"] or "no slot", one["name_after"] or "no slot"
            rows.append(EffectRow(slot, before, after))
        told = [_offset(one, when) for when in ("before", "after")]
        if told[0] != told[1] and one["name_after"] is not None:
            rows.append(EffectRow(f"Offset of {one['name_after']}", *told))
    stated = tuple(
        EffectRow(one["key"], one["before"] or "not stated", one["after"] or "not stated")
        for one in effect["changes"]
    )
    remarks = [NOTHING_MOVES]
    if effect["other_light_path"]:
        remarks.append(OTHER_PATH)
    return EffectWords(tuple(rows), stated, tuple(remarks))


def nothing_changes(words: EffectWords) -> bool:
    """Whether everything stays as it is."""
    return not words.rows and not words.stated


def _offset(one: Mapping[str, Any], when: str) -> str:
    steps, state = one[f"steps_{when}"], one[f"state_{when}"]
    if steps is None:
        return "not known"
    sign = "+" if steps > 0 else MINUS if steps < 0 else ""
    return f"{sign}{abs(steps):,} ({how_known(state or 'none')})"
