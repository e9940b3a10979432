"""A fit as it is stored: the offsets in it that still count, and what it changes. Pure.

Nothing here moves anything: an offset that changes counts from the next filter change on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.units import local_time

NOTHING_LEARNT = "no offsets learnt: "
"""How the diary begins to say why runs could not be fitted."""
FIT_UNDER_WAY = "a fit is under way: these offsets are from before it"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitResult:
    """A fit to be stored, with what it came from."""

    light_path_id: str
    cause: str
    basis: str
    """Digest of what it was made from: the same basis gives the same fit."""
    result: Mapping[str, object]
    pictures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFit:
    """The newest fit of a rig's light path."""

    at: str
    light_path_id: str
    cause: str
    basis: str
    result: Mapping[str, object]
    pictures: Mapping[str, str]
    """SVG by key of the filter; "" is the picture of all."""
    void: bool = False
    """Whether it contains a run that was taken back since: then its offsets do not count."""

    def learnt(self, filter_fingerprints: Mapping[str, str]) -> dict[str, LearntOffset]:
        """Return the offsets by key, of filters that are the same now as they were then.

        Args:
            filter_fingerprints: the fingerprint of every filter now, by key.
        """
        rows, then = self.result["offsets"], self.result.get("glasses")
        if not isinstance(rows, dict) or not isinstance(then, dict):
            return {}
        return {
            key: LearntOffset(**row, at=self.at)
            for key, row in rows.items()
            if key in then and filter_fingerprints.get(key) == then[key]
        }

    @property
    def run_scatter_steps(self) -> float | None:
        """The standard deviation of one autofocus run."""
        scatter = self.result.get("noise_steps")
        return float(scatter) if isinstance(scatter, int | float) else None

    @property
    def scatter_limit_steps(self) -> float | None:
        """The same, as far as the runs' curves support it."""
        limit = self.result.get("scatter_limit_steps")
        return float(limit) if isinstance(limit, int | float) else self.run_scatter_steps


def describe_fit(fit: StoredFit) -> str:
    """Say what the offsets were learnt from, in one line."""
    runs, nights = fit.result["fitted"], fit.result["nights"]
    return (
        f"offsets learnt from {runs} run{'' if runs == 1 else 's'} of {nights} "
        f"night{'' if nights == 1 else 's'}, the last at {local_time(str(fit.result['last_run']))}"
    )


def new_warnings(before: StoredFit | None, after: StoredFit) -> list[str]:
    """Return the warnings of a fit that the one before did not give."""
    known = {_about(row) for row in _warning_rows(before)}
    return [str(row["text"]) for row in _warning_rows(after) if _about(row) not in known]


def _about(row: Mapping[str, Any]) -> tuple[object, str]:
    """Return what a warning is about; its text has figures that change with every run."""
    return row.get("kind"), " ".join(row["filters"]) or str(row["text"])


def warnings_of(fit: StoredFit | None) -> list[tuple[list[str], str]]:
    """Return each warning of a fit with the keys of the filters that it is about."""
    return [(row["filters"], row["text"]) for row in _warning_rows(fit)]


def _warning_rows(fit: StoredFit | None) -> list[dict[str, Any]]:
    rows = fit.result.get("warnings") if fit else None
    return rows if isinstance(rows, list) else []


def describe_changes(
    before: Sequence[FilterSlot], after: Sequence[FilterSlot], stored: StoredFit
) -> str | None:
    """Return the diary's line about a fit: every slot whose offset it changes; None if none."""
    moved = []
    for old, new in zip(before, after, strict=True):
        if _is_lost(old, new):
            continue  # a warning of its own
        if (old.focus_offset_steps, old.declined_steps, old.state) == (
            new.focus_offset_steps,
            new.declined_steps,
            new.state,
        ):
            continue
        moved.append(f"{new.name} {_in_words(old)} is now {_in_words(new, whole=True)}")
    if not moved:
        return None
    runs = f"{stored.result['fitted']} run{'' if stored.result['fitted'] == 1 else 's'}"
    changes = "; ".join(moved)
    return f"offsets learnt from {runs}: {changes}; they count from the next filter change on"


def describe_losses(before: Sequence[FilterSlot], after: Sequence[FilterSlot]) -> list[str]:
    """Return the diary's warnings of offsets that counted and count no more, each with why."""
    return [
        f"{new.name} has lost its focus offset, {old.focus_offset_steps:+d} steps: "
        f"{_why_lost(old, new)}. From the next change to it on the focuser stays where it is"
        for old, new in zip(before, after, strict=True)
        if _is_lost(old, new)
    ]


def _why_lost(old: FilterSlot, new: FilterSlot) -> str:
    if old.learnt is not None and new.learnt is None:
        return "none of its runs counts any more"
    return new.reason or "it is not known any more"


def _is_lost(old: FilterSlot, new: FilterSlot) -> bool:
    return old.focus_offset_steps is not None and new.offset is None


def _in_words(slot: FilterSlot, *, whole: bool = False) -> str:
    """Say an offset in short, or with its error and how it is known."""
    if slot.focus_offset_steps is None:
        declined = slot.declined_steps is not None
        return f"declined ({slot.reason})" if whole and declined else "unknown"
    if not whole:
        return f"{slot.focus_offset_steps:+d}"
    spread = "" if slot.se_steps is None else f" ± {slot.se_steps:.1f}"
    return f"{slot.focus_offset_steps:+d}{spread} steps ({slot.state})"
