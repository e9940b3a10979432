"""A program that focuses after each filter change at the real wheel: left alone then. Pure.

Ekos can be told to focus whenever it changes the filter. A move of rigd's at that moment meets its
first one: it takes the end of rigd's move for that of its own, and stays one command behind. The
autofocus finds the focus of the filter, so there is nothing that rigd could add.
"""

from rigd.devices.events import WheelReport
from rigd.focus.state.effects import DiaryLine, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Gate, Rig
from rigd.frozen import replace

HABIT = 2
"""Once may be chance, twice in a row is how the program works. Our choice."""
SOON_S = 15.0
"""So long after the wheel came to rest may the first move of such an autofocus begin. Ekos 3.6.2
exposes after 0.05 s and moves after 1.6 s; longer frames take longer. Our choice."""


def note_turn(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Note that the real wheel has come to rest at another filter without rigd's being asked."""
    rig = step.rig
    if not isinstance(event, WheelReport) or event.ref != rig.settings.wheel:
        return step
    at_rest = event.connected and not event.moving and not event.baseline
    if not at_rest or event.filter_position in {None, rig.filter_position}:
        return step
    if rig.change is not None and not rig.change.wheel_done:
        return step
    count = rig.focused_changes if rig.turned_at_s is None else 0
    return replace(step, rig=replace(rig, focused_changes=count, turned_at_s=event.at_s))


def note_focus_after_turn(_before: Rig, _event: AnyEvent, step: Step) -> Step:
    """Count a filter change with which a program at the real devices has begun to focus.

    Ekos moves the focuser first where no frame was taken yet, and turns to the filter then.
    """
    rig, turned_at_s = step.rig, step.rig.turned_at_s
    if turned_at_s is None:
        return step
    with_turn = (
        search.owns_filter or turned_at_s <= search.began_s <= turned_at_s + SOON_S
        for search in rig.autofocuses
        if search.client is None
    )
    if not any(with_turn):
        return step
    rig = replace(rig, focused_changes=rig.focused_changes + 1, turned_at_s=None)
    step = replace(step, rig=rig)
    if rig.focused_changes != HABIT:
        return step
    line = (
        "another program focuses after each filter change that it makes: rigd leaves the focuser "
        "to it then, and moves only if it does not begin"
    )
    return step.also(DiaryLine(sentence=line))


def find_habit_gate(rig: Rig, now_s: float) -> Gate | None:
    """The gate of a program that has focused after the last changes and may be about to again."""
    turned_at_s, quiet_s = rig.turned_at_s, rig.settings.quiet_s
    if turned_at_s is None or rig.focused_changes < HABIT or now_s - turned_at_s >= quiet_s:
        return None
    return Gate(
        name="autofocus",
        sentence=f"another program has focused after each of the last {rig.focused_changes} filter "
        "changes: the focuser is left to it",
        opens_by_itself=True,
        opens_when=f"its autofocus is over, or {quiet_s:.0f} s after the wheel came to rest if it "
        "does not begin one",
    )
