"""The changes of the profiles as the page shows them, newest first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rigd.equipment.profile_diff import profile_changes
from rigd.equipment.profile_toml import parse_profile
from rigd.errors import ConfigError
from rigd.view.profiles import ProfileChange

MOST_VALUES = 6
"""So many values of a change are told; the rest is counted."""
WHAT = {
    "create": "created",
    "import": "taken from a file",
    "clone": "copied",
    "edit": "changed",
    "rename": "renamed",
    "archive": "archived",
    "restore": "restored",
    "switch": "put in force",
    "undo": "taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change of a profile."""

    number: int
    at: str
    by: str
    sentence: str
    values: tuple[str, ...]
    """What it changed of the file."""
    can_undo: bool
    """Whether it is the last one that is not taken back."""


def shown_changes(changes: Sequence[ProfileChange]) -> tuple[ShownChange, ...]:
    """The changes in words; the last that stands can be taken back."""
    undone = {one.undoes for one in changes if one.undoes is not None}
    standing = next(
        (one.number for one in changes if one.undoes is None and one.number not in undone), None
    )
    return tuple(
        ShownChange(
            number=one.number,
            at=one.at,
            by=one.by,
            sentence=_sentence(one),
            values=_values(one),
            can_undo=one.number == standing and not _is_first(one),
        )
        for one in changes
    )


def _is_first(change: ProfileChange) -> bool:
    """Whether the rig had no profile before: it keeps one."""
    return change.what == "switch" and not (change.before or {}).get("profile")


def _sentence(change: ProfileChange) -> str:
    where = f" on {change.rig}" if change.rig is not None else ""
    back = "" if change.undoes is None else f" (change {change.undoes})"
    before, after = (change.before or {}).get("profile"), (change.after or {}).get("profile")
    if change.rig is not None and before is not None and after is not None:
        return f"{after} {WHAT.get(change.what, change.what)}{where}, was {before}{back}"
    return f"{change.profile} {WHAT.get(change.what, change.what)}{where}{back}"


def _values(change: ProfileChange) -> tuple[str, ...]:
    texts = [(state or {}).get("toml") for state in (change.before, change.after)]
    if not all(isinstance(text, str) for text in texts):
        return ()
    try:
        old, new = (parse_profile(str(text), "profile") for text in texts)
    except ConfigError:
        return ()  # written by another version of rigd
    told = [str(one) for one in profile_changes(old, new)]
    more = [f"and {len(told) - MOST_VALUES} more"] if len(told) > MOST_VALUES else []
    return (*told[:MOST_VALUES], *more)
