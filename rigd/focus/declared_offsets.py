"""What programs that image with a rig declare of filter offsets of their own. Pure.

A program that applies its offsets, and whose offsets for two of the rig's slots differ, is a second
applier by its own word, before it has moved anything. Where all are equal, or it does not apply
them, it moves nothing: that is the read-back which a switch from `publish` to `apply` asks for.
"""

from collections.abc import Sequence

from rigd.devices.events import OffsetsDeclared, ProgramOffset
from rigd.focus.state.rig import Rig
from rigd.frozen import replace


def store_answer(rig: Rig, answer: OffsetsDeclared) -> Rig:
    """Keep what one of the rig's programs declares; another's is ignored."""
    if answer.server not in rig.settings.programs:
        return rig
    return replace(rig, declared_offsets=(*_without(rig, answer.server), answer))


def forget_answers(rig: Rig, server: str) -> Rig:
    """Drop what a program declared once it does not answer any more: it may have changed."""
    return replace(rig, declared_offsets=_without(rig, server))


def declared_applier(rig: Rig) -> str | None:
    """The sentence of a program that says it applies offsets of its own; None if none does."""
    for answer in rig.declared_offsets:
        if answer.applies and (table := _describe_spread(rig, answer)):
            return f"{answer.program} says that it applies filter offsets of its own ({table})"
    return None


def declared_idle(rig: Rig) -> str | None:
    """What all the rig's programs say, if none of them would move the focuser; None otherwise."""
    if not rig.settings.programs or len(rig.declared_offsets) < len(rig.settings.programs):
        return None
    if not all(_is_harmless(rig, answer) for answer in rig.declared_offsets):
        return None
    return ", ".join(
        f"{answer.program} says that its filter offsets are "
        f"{'off' if answer.applies is False else 'all the same'}"
        for answer in rig.declared_offsets
    )


def unasked_readers(rig: Rig, readers: Sequence[str]) -> tuple[str, ...]:
    """The clients at an address that no program has answered from.

    A client is known by its address alone: N.I.N.A.'s Alpaca library does not name its program.
    """
    addresses = {answer.address for answer in rig.declared_offsets}
    return tuple(name for name in readers if name.rpartition(" at ")[2] not in addresses)


def idle_tables(rig: Rig) -> tuple[str, ...]:
    """A sentence for each program that has a table of its own and does not apply it now."""
    return tuple(
        f"{answer.program} has filter offsets of its own ({table}), which are off: leave them off"
        for answer in rig.declared_offsets
        if answer.applies is False and (table := _describe_spread(rig, answer))
    )


def _without(rig: Rig, server: str) -> tuple[OffsetsDeclared, ...]:
    return tuple(answer for answer in rig.declared_offsets if answer.server != server)


def _is_harmless(rig: Rig, answer: OffsetsDeclared) -> bool:
    """Whether a program would not move the focuser; an empty table proves nothing."""
    if answer.applies is False:
        return True
    return bool(answer.offsets) and _describe_spread(rig, answer) is None


def _describe_spread(rig: Rig, answer: OffsetsDeclared) -> str | None:
    """The least and the greatest offset of the rig's slots; None if all are the same."""
    positions = {slot.filter_position for slot in rig.settings.slots}
    mine = [one for one in answer.offsets if not positions or one.filter_position in positions]
    steps = {one.steps for one in mine}
    if len(steps) < 2:
        return None
    low, high = min(mine, key=_steps), max(mine, key=_steps)
    return f"{_name(low)} {low.steps:+d}, {_name(high)} {high.steps:+d} steps"


def _steps(offset: ProgramOffset) -> int:
    return offset.steps


def _name(offset: ProgramOffset) -> str:
    return offset.name or f"slot {offset.filter_position + 1}"
