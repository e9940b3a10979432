"""What belongs into a program's table of filter offsets, and whether rigd may write it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from rigd.devices.driver import ProgramTable
from rigd.focus.state.settings import Mode
from rigd.optics.filter_offsets import SlotKind
from rigd.view.offsets import OffsetTable, SlotOffset
from rigd.view.publishing import TableRow, TableState, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """What rigd remembers of a table that it writes."""

    original: Mapping[int, int]
    """The program's own offsets by slot, as they were before rigd first wrote."""
    written: Mapping[int, int]
    """What rigd wrote last, with the rest as it was read back."""
    wish: Wish
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """How a table stands, and what would be written."""

    state: TableState
    sentence: str
    rows: tuple[TableRow, ...]

    @property
    def steps(self) -> dict[int, int]:
        """What would be written, by slot."""
        return {
            row.filter_position: row.wanted_steps
            for row in self.rows
            if row.wanted_steps is not None and row.wanted_steps != row.steps
        }


def plan_table(offsets: OffsetTable, table: ProgramTable, kept: KeptTable | None) -> TablePlan:
    """How a program's table stands to a rig's offsets.

    In `publish` the offsets belong there, all or none: a table cannot say "unknown". In `apply`
    rigd moves the focuser, so that zeros belong there, unless the program says that it does not
    apply its table. In `observe` it is the program's own, unless a person wants zeros there.

    Args:
        offsets: of the rig, as they count now.
        table: the program's, as it was read.
        kept: what rigd wrote there; None: it may not write yet.
    """
    wish = Wish.OFFSETS if kept is None else kept.wish
    wanted, why_not = wanted_steps(offsets, table, wish)
    rows = tuple(
        TableRow(
            filter_position=row.filter_position,
            name=row.name,
            steps=row.steps,
            wanted_steps=wanted.get(row.filter_position),
        )
        for row in table.offsets
    )
    plan = TablePlan(state=TableState.AS_WANTED, sentence="", rows=rows)
    state, sentence = _judge(plan, table, kept, why_not)
    return TablePlan(state=state, sentence=sentence, rows=rows)


def wanted_steps(
    offsets: OffsetTable, table: ProgramTable, wish: Wish
) -> tuple[dict[int, int], str | None]:
    """What belongs into a table, by slot; and why nothing does, if so."""
    nothing: dict[int, int] = {}
    if offsets.mode is Mode.OBSERVE and wish is not Wish.ZEROS:
        return nothing, "mode observe: the table is the program's own"
    if why := _why_no_match(offsets, table):
        return nothing, why
    if offsets.mode is Mode.APPLY and table.applies is False:
        return nothing, "its offsets are switched off there, as they should be while rigd moves"
    slots = {slot.filter_position: slot for slot in offsets.offsets}
    if offsets.mode is Mode.APPLY or wish is Wish.ZEROS:
        return dict.fromkeys(slots, 0), None
    if offsets.published_zeros_because is not None:
        return nothing, offsets.published_zeros_because.removesuffix(", so all are zeros")
    return dict(zip(sorted(slots), offsets.published_steps, strict=True)), None


def _judge(
    plan: TablePlan, table: ProgramTable, kept: KeptTable | None, why_not: str | None
) -> tuple[TableState, str]:
    if kept is not None and (changed := _find_change(table, kept)):
        said = f"{changed}: nothing is written until `rigd publish now --overwrite` or `undo`"
        return TableState.CHANGED, said
    if why_not is not None:
        return TableState.NOTHING, f"nothing is written: {why_not}"
    if kept is None:
        return TableState.NOT_BEGUN, "rigd writes it once you say `rigd publish now`"
    if not plan.steps:
        return TableState.AS_WANTED, "as rigd wants it"
    count = len(plan.steps)
    return TableState.TO_WRITE, f"{count} offset{'s' if count != 1 else ''} to be written"


def _find_change(table: ProgramTable, kept: KeptTable) -> str | None:
    """What somebody has changed since rigd wrote the table."""
    now = {row.filter_position: row for row in table.offsets}
    if now.keys() != kept.written.keys():
        return f"it has {len(now)} filters, and had {len(kept.written)} when rigd wrote it"
    for slot, steps in kept.written.items():
        if now[slot].steps != steps:
            name = now[slot].name or f"slot {slot + 1}"
            return f"{name} was changed from {steps:+d} to {now[slot].steps:+d} steps there"
    return None


def _why_no_match(offsets: OffsetTable, table: ProgramTable) -> str | None:
    """Why the program's slots are not the rig's; by name where the program has names."""
    theirs = {row.filter_position: row.name for row in table.offsets}
    for slot in offsets.offsets:
        name = theirs.get(slot.filter_position)
        where = f"slot {slot.filter_position + 1}"
        if name is None:
            return f"{table.program} has no {where}, which is {slot.name} here"
        if name and not _is_same_name(name, slot):
            return (
                f"{where} is {name} in {table.program} and {slot.name} here: name them alike, or "
                "it is another filter"
            )
    extra = [row for row in table.offsets if row.filter_position >= len(offsets.offsets)]
    if extra:
        return f"{table.program} has {len(table.offsets)} filters, the rig {len(offsets.offsets)}"
    return None


def _is_same_name(name: str, slot: SlotOffset) -> bool:
    return slot.kind is SlotKind.OPAQUE or _plain(name) == _plain(slot.name)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
