"""Which filter is in the light, as far as anybody can say, and what the diary says of it. Pure."""

import shlex

from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.frozen import replace


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
    return f"put {name} in, then say {say_swap(name)}"


def say_swap(name: str) -> str:
    """What a human types who has put this filter in."""
    return f"`rigd swap {shlex.quote(name)}`"


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


def why_filter_unsure(rig: Rig) -> str | None:
    """Why nobody can say for sure which filter is in the light; None if somebody can.

    A wheel that is back and claims another slot than before may stand at either.
    """
    if unknown := why_filter_unknown(rig):
        return unknown
    if not rig.filter_doubtful or rig.wheel_turning:
        return None
    now, last = (name_filter(rig, one) for one in (rig.filter_position, rig.filter_last))
    return (
        f"the filter wheel says {now} since it is back, stood at {last} before, and nobody has "
        "seen it turn"
    )


def why_filter_unproven(rig: Rig) -> str | None:
    """Why the filter that the wheel names may be another one; None if that need not be thought of.

    Its word counts, and where the focus is another filter's that is said instead.
    """
    if not rig.filter_unproven or rig.filter_position is None or rig.wheel_turning:
        return None
    now = name_filter(rig, rig.filter_position)
    whose = rig.settings.name_filter(rig.ledger.embodied_filter)
    return (
        f"the filter wheel says {now} since it is there again, the focuser was left in the focus "
        f"of {whose}, and nobody has seen the wheel turn"
    )


def how_filter_is_known(rig: Rig) -> str:
    """What makes the filter in the light known again, as the end of a sentence."""
    if (rig.filter_doubtful or rig.filter_unproven) and rig.filter_position is not None:
        now = name_filter(rig, rig.filter_position)
        return f"rigd's wheel is asked for a filter, {now} too, or the wheel is seen to turn"
    if rig.wheel is None or not rig.wheel.connected:
        return "the filter wheel is connected and says where it stands"
    by_hand = rig.settings.swap_limit_s is not None
    found = "you say `rigd swap FILTER`" if by_hand else "the wheel says where it stands"
    return f"a filter is asked for, or {found}"


def tell_filter(before: Rig, _event: AnyEvent, step: Step) -> Step:
    """Write into the diary that the filter in the light has become unknown, or is known again."""
    rig = step.rig
    # A change under way says itself how it ends.
    if rig.change is not None or before.change is not None:
        return step
    if rig.filter_position is not None and rig.filter_lost:
        rig = replace(rig, filter_lost=False)
        return replace(step, rig=rig).also(_tell_where_found(rig))
    because = None if rig.filter_lost or rig.wheel_turning else why_filter_unknown(rig)
    # A wheel that nobody has connected since the start was not lost.
    heard = rig.wheel is not None and rig.wheel.connected
    if because is None or not (heard or before.filter_position is not None):
        return step
    line = f"the filter in the light is unknown: {because}"
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    return replace(step, rig=replace(rig, filter_lost=True)).also(told)


def _tell_where_found(rig: Rig) -> DiaryLine:
    """Say where a wheel was found that was out of sight."""
    unsure = why_filter_unsure(rig)
    if unsure is None:
        name = name_filter(rig, rig.filter_position)
        return DiaryLine(sentence=f"the filter in the light is known again: {name}")
    line = f"{unsure}: which filter is in the light is known once {how_filter_is_known(rig)}"
    return DiaryLine(sentence=line, severity=Severity.WARNING)
