"""Which filter is in the light, as far as anybody can say, and what the diary says of it. Pure."""

import shlex
from dataclasses import replace

from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig


def name_filter(rig: Rig, filter_position: int | None) -> str:
    """The name of the filter in a slot; of a slot that the profile does not name, its number."""
    if filter_position is None:
        return "unknown"
    slot = rig.slot(filter_position)
    return slot.name if slot else f"slot {filter_position + 1}"


def hand_limit_s(rig: Rig) -> float | None:
    """How long a human may take to change the filter; None: the wheel has a motor."""
    if rig.settings.swap_limit_s is not None:
        return rig.settings.swap_limit_s
    return rig.settings.times.hand_s if rig.wheel is not None and rig.wheel.by_hand else None


def how_to_swap(rig: Rig, filter_position: int) -> str:
    """What a human is to do so that a filter is in the light of a hand-turned wheel."""
    name = name_filter(rig, filter_position)
    return f"put {name} in, then say `rigd swap {shlex.quote(name)}`"


def why_filter_unknown(rig: Rig) -> str | None:
    """Why nobody can say which filter is in the light; None if it is known, or without a wheel."""
    if rig.settings.wheel is None or rig.filter_position is not None:
        return None
    wheel = rig.wheel
    if wheel is None or not wheel.connected:
        return "the filter wheel is not connected"
    if wheel.fault:
        return f"the filter wheel is in fault: {wheel.fault}"
    if rig.settings.swap_limit_s is not None:
        return "nobody has said which filter is in the light: say `rigd swap FILTER`"
    if wheel.moving:
        return "the filter wheel does not come to rest"
    if wheel.filter_position is not None:
        return "the filter wheel has said nothing new since it was given up"
    return "the filter wheel rests at no slot that it can name"


def tell_filter(before: Rig, _event: AnyEvent, step: Step) -> Step:
    """Write into the diary that the filter in the light has become unknown, or is known again."""
    rig = step.rig
    # A change under way says itself how it ends.
    if rig.change is not None or before.change is not None:
        return step
    if rig.filter_position is not None and rig.filter_lost:
        line = f"the filter in the light is known again: {name_filter(rig, rig.filter_position)}"
        return replace(step, rig=replace(rig, filter_lost=False)).also(DiaryLine(sentence=line))
    because = None if rig.filter_lost or rig.wheel_turning else why_filter_unknown(rig)
    # A wheel that nobody has connected since the start was not lost.
    heard = rig.wheel is not None and rig.wheel.connected
    if because is None or not (heard or before.filter_position is not None):
        return step
    line = f"the filter in the light is unknown: {because}"
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    return replace(step, rig=replace(rig, filter_lost=True)).also(told)
