"""Programs that image with a rig and say what they do with filter offsets of their own. Pure.

Such a program is a second applier by its own word, before it has moved anything, if it applies its
offsets and those of two of the rig's slots differ. Where all are equal, or it does not apply them,
it moves nothing: that is the read-back which `publish` to `apply` asks for.
"""

from collections.abc import Sequence
from dataclasses import replace

from rigd.devices.events import OffsetsDeclared, ProgramOffset
from rigd.focus.state.rig import Rig


def store_answer(rig: Rig, told: OffsetsDeclared) -> Rig:
    """Take in what a program says; one that is none of this rig's is not heard."""
    if told.server not in rig.settings.programs:
        return rig
    return replace(rig, told=(*_others(rig, told.server), told))


def forget_answers(rig: Rig, server: str) -> Rig:
    """A program does not answer any more: nothing is known of it."""
    return replace(rig, told=_others(rig, server))


def declared_applier(rig: Rig) -> str | None:
    """The sentence of a program that applies offsets of its own, by its own word."""
    for told in rig.told:
        if told.applies and (table := _differing(rig, told)):
            return f"{told.program} says that it applies filter offsets of its own ({table})"
    return None


def declared_idle(rig: Rig) -> str | None:
    """The read-back: what all the rig's programs say, if none of them would move the focuser."""
    if not rig.settings.programs or len(rig.told) < len(rig.settings.programs):
        return None
    if not all(_harmless(rig, told) for told in rig.told):
        return None
    return ", ".join(
        f"{told.program} says that its filter offsets are "
        f"{'off' if told.applies is False else 'all the same'}"
        for told in rig.told
    )


def unasked_readers(rig: Rig, readers: Sequence[str]) -> tuple[str, ...]:
    """Those of the clients that are at no address which a program answered from.

    A client is known by its address alone: N.I.N.A.'s Alpaca library does not say whose it is.
    """
    addresses = {told.address for told in rig.told}
    return tuple(name for name in readers if name.rpartition(" at ")[2] not in addresses)


def idle_tables(rig: Rig) -> tuple[str, ...]:
    """Programs with a table of their own that they do not apply now, in a sentence each."""
    return tuple(
        f"{told.program} has filter offsets of its own ({table}), which are off: leave them off"
        for told in rig.told
        if told.applies is False and (table := _differing(rig, told))
    )


def _others(rig: Rig, server: str) -> tuple[OffsetsDeclared, ...]:
    return tuple(told for told in rig.told if told.server != server)


def _harmless(rig: Rig, told: OffsetsDeclared) -> bool:
    """Whether it would not move the focuser; a table that is not there says nothing."""
    if told.applies is False:
        return True
    return bool(told.offsets) and _differing(rig, told) is None


def _differing(rig: Rig, told: OffsetsDeclared) -> str | None:
    """The least and the greatest offset of the rig's slots, unless all are the same."""
    positions = {slot.filter_position for slot in rig.settings.slots}
    mine = [one for one in told.offsets if not positions or one.filter_position in positions]
    steps = {one.steps for one in mine}
    if len(steps) < 2:
        return None
    low, high = min(mine, key=_steps), max(mine, key=_steps)
    return f"{_name(low)} {low.steps:+d}, {_name(high)} {high.steps:+d} steps"


def _steps(offset: ProgramOffset) -> int:
    return offset.steps


def _name(offset: ProgramOffset) -> str:
    return offset.name or f"slot {offset.filter_position + 1}"
