"""How the page says what a rig is and does. Pure."""

from dataclasses import dataclass

from rigd.alert_settings import AlertKind
from rigd.focus.state.settings import Mode
from rigd.view.offsets import SlotOffset
from rigd.view.rig import RigView
from rigd.view.status import RigSummary

WHO_MOVES = {
    Mode.APPLY: "rigd moves the focuser at a filter change",
    Mode.PUBLISH: "your program moves the focuser, by rigd's offsets",
    Mode.OBSERVE: "rigd looks on and moves nothing",
}
HOW_KNOWN = {
    "given": "stated",
    "imported": "imported",
    "modelled": "from glass",
    "provisional": "learnt, not sure yet",
    "trusted": "learnt",
    "none": "not known",
}
"""How an offset is known, by its state."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of the position."""

    label: str
    steps: int | None
    remark: str | None = None


def who_moves(rig: RigView) -> str:
    """Who moves the focuser at a filter change."""
    summary = rig.summary
    if summary.nobody_applies is not None:
        return "nobody moves the focuser at a filter change"
    chosen = summary.mode_chosen_by
    return WHO_MOVES[rig.mode] + (f" (chosen by {chosen})" if chosen else "")


def terms(rig: RigView) -> tuple[Term, ...]:
    """What the position is made of."""
    said = rig.explain
    against = said.filter_against or rig.profile.reference_name
    held = said.temperature_held_because or said.temperature_waits_for
    warmed = None
    if said.temperature_c is not None and said.temperature_base_c is not None:
        warmed = f"{said.temperature_c:.1f} °C, base at {said.temperature_base_c:.1f} °C"
    shown = said.filter_embodied_name
    if shown and against and shown != against:
        shown = f"{shown} against {against}"
    return (
        Term("Base", said.base_steps),
        Term("Filter", said.filter_steps, shown),
        Term("Temperature", said.temperature_steps, held or warmed),
        Term("Trim", said.trim_steps),
    )


def how_known(state: str) -> str:
    """How an offset is known, in words; a state that has none as it is."""
    return HOW_KNOWN.get(state, state)


_KINDS = {
    AlertKind.FOCUS_UNKNOWN: "The focus has been unknown for some minutes",
    AlertKind.STAND_DOWN: "rigd stands down beside another program that applies offsets",
    AlertKind.NOBODY_APPLIES: "Nobody applies offsets",
    AlertKind.CHANGE_FAILED: "A filter change has failed",
    AlertKind.DEVICE_LOST: "A device is lost",
    AlertKind.DISK_FULL: "Nothing can be stored",
    AlertKind.CLOCK_WRONG: "The clock is wrong",
    AlertKind.EARLY_FRAMES: "Frames begin out of focus",
    AlertKind.TABLE_CHANGED: "Somebody has changed a table that rigd keeps in another program",
}


def kind_in_words(kind: AlertKind) -> str:
    """What an alert is about, in words."""
    return _KINDS.get(kind, str(kind))


def device_line(summary: RigSummary) -> str:
    """The devices in a word: all connected, or which are not."""
    away = [link for link in summary.device_links if not link.connected]
    if not summary.device_links:
        return "the profile names no device yet"
    if not away:
        return "all connected"
    return "not connected: " + ", ".join(f"{one.role.replace('_', ' ')} {one.name}" for one in away)


def swap_words(rig: RigView, offset: SlotOffset) -> str:
    """What follows if a hand has put this filter in the light."""
    if offset.filter_position == rig.summary.filter_position:
        return "in the light"
    if rig.mode is not Mode.APPLY:
        return "rigd moves nothing"
    target = offset.would_move_to_steps
    if target is None:
        return "the focuser stays"
    raw = rig.explain.raw_steps
    return f"focuser → {target:,}" if raw is None else f"focuser {raw:,} → {target:,}"
