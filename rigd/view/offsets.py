"""The focus offset of each filter, and what clients may read of it: what `rigd offsets` shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rigd.focus.change_plan import Plan, plan
from rigd.focus.published_offsets import published_offsets
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, LearntOffset, Mode
from rigd.optics.filter_offsets import SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOffset:
    """A slot of the wheel with the offset of the filter in it."""

    filter_position: int
    name: str
    kind: SlotKind
    focus_offset_steps: int | None
    focus_offset_um: float | None
    state: str
    """How the offset is known: given, imported, modelled, provisional, trusted, ..., none."""
    se_steps: float | None
    """Standard error of the offset, of a declined one too; null if you state it yourself."""
    declined_steps: int | None
    """An offset that is known and not applied; the reason says why."""
    peer: str | None
    """Name of the filter from which `peer_steps` count, where no other offset of it counts."""
    peer_steps: int | None
    """Its offset against that filter: applied once the focus was found with one of those known
    against it."""
    reason: str | None
    would_move_to_steps: int | None
    """Where the focuser would go at a change to this filter now."""
    learnt: LearntOffset | None
    """What runs say of it, whether or not that is what counts."""
    modelled_steps: int | None
    """What glass says of it, whether or not that is what counts."""
    modelled_se_steps: float | None
    stated_steps: int | None
    """What the profile states."""
    imported_steps: int | None
    """What another program had, whether or not that is what counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetSources:
    """What is known of offsets beside what runs teach, by key of the slot."""

    modelled: Mapping[str, FilterSlot] = field(default_factory=dict)
    """What glass says, as if nothing were stated."""
    stated: Mapping[str, int] = field(default_factory=dict)
    imported: Mapping[str, int] = field(default_factory=dict)
    """What another program had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetTable:
    """Every slot's offset; `published_steps` are what clients may read in this mode."""

    rig: str
    mode: Mode
    offsets: tuple[SlotOffset, ...]
    published_steps: tuple[int, ...]
    published_zeros_because: str | None


def offset_table(rig: Rig, sources: OffsetSources) -> OffsetTable:
    """Every slot's offset as it is known now."""
    published, why_zeros = published_offsets(rig)
    return OffsetTable(
        rig=rig.settings.name,
        mode=rig.settings.mode,
        offsets=tuple(
            SlotOffset(
                filter_position=slot.filter_position,
                name=slot.name,
                kind=slot.kind,
                focus_offset_steps=slot.focus_offset_steps,
                focus_offset_um=slot.focus_offset_um,
                state=slot.state,
                se_steps=slot.se_steps,
                declined_steps=slot.declined_steps,
                peer=rig.settings.name_filter(slot.peer_offset.peer) if slot.peer_offset else None,
                peer_steps=slot.peer_offset.steps if slot.peer_offset else None,
                reason=slot.reason,
                would_move_to_steps=_would_move_to(rig, slot),
                learnt=slot.learnt,
                modelled_steps=_modelled(sources, slot.key).focus_offset_steps,
                modelled_se_steps=_modelled(sources, slot.key).se_steps,
                stated_steps=sources.stated.get(slot.key),
                imported_steps=sources.imported.get(slot.key),
            )
            for slot in rig.settings.slots
        ),
        published_steps=published,
        published_zeros_because=why_zeros,
    )


def _modelled(sources: OffsetSources, key: str) -> FilterSlot:
    nothing = FilterSlot(filter_position=0, key=key, name="", kind=SlotKind.UNKNOWN)
    return sources.modelled.get(key, nothing)


def _would_move_to(rig: Rig, slot: FilterSlot) -> int | None:
    planned = plan(rig, slot.filter_position)
    return planned.target_steps if isinstance(planned, Plan) else None
