"""What belongs into a program's table, in every mode, and what is never written."""

from dataclasses import replace

import pytest

from rigd.devices.driver import ProgramTable
from rigd.devices.events import ProgramOffset
from rigd.focus.state.settings import Mode
from rigd.publish.table_plan import KeptTable, plan_table
from rigd.view.offsets import OffsetSources, OffsetTable, offset_table
from rigd.view.publishing import TableState, Wish
from tests.focus.night import Night

NAMES = ("L", "R", "Ha")
OFFSETS = {0: 0, 1: 40, 2: -25}


def offsets(mode: Mode) -> OffsetTable:
    """L 0, R +40, Ha -25 steps."""
    night = Night(mode)
    night.wheel(0, baseline=True)
    night.focuser(30000)
    table = offset_table(night.rig, OffsetSources())
    slots = tuple(slot for slot in table.offsets if slot.name in NAMES)
    published = mode is Mode.PUBLISH
    return replace(
        table,
        offsets=slots,
        published_steps=tuple(OFFSETS.values()) if published else (0, 0, 0),
        published_zeros_because=None if published else table.published_zeros_because,
    )


def table(*steps: int, names: tuple[str, ...] = NAMES, applies: bool | None = True) -> ProgramTable:
    return ProgramTable(
        program="Ekos",
        applies=applies,
        offsets=tuple(
            ProgramOffset(filter_position=slot, name=name, steps=one)
            for slot, (name, one) in enumerate(zip(names, steps, strict=True))
        ),
    )


def kept(*steps: int, wish: Wish = Wish.OFFSETS) -> KeptTable:
    written = dict(enumerate(steps))
    return KeptTable(original={0: 1, 1: 2, 2: 3}, written=written, wish=wish, at="")


def test_in_publish_the_offsets_belong_there_and_wait_for_a_word_first() -> None:
    plan = plan_table(offsets(Mode.PUBLISH), table(5, 6, 7), None)

    assert plan.state is TableState.NOT_BEGUN
    assert [row.wanted_steps for row in plan.rows] == [0, 40, -25]
    assert "rigd publish now" in plan.sentence


def test_what_differs_is_written_and_what_is_right_is_not() -> None:
    plan = plan_table(offsets(Mode.PUBLISH), table(0, 6, -25), kept(0, 6, -25))
    assert plan.state is TableState.TO_WRITE
    assert plan.steps == {1: 40}

    plan = plan_table(offsets(Mode.PUBLISH), table(0, 40, -25), kept(0, 40, -25))
    assert (plan.state, plan.steps) == (TableState.AS_WANTED, {})


@pytest.mark.parametrize("mode", list(Mode))
def test_what_somebody_changed_is_reported_in_every_mode(mode: Mode) -> None:
    plan = plan_table(offsets(mode), table(0, 40, -30), kept(0, 40, -25))

    assert plan.state is TableState.CHANGED
    assert "Ha was changed from -25 to -30 steps" in plan.sentence


def test_in_apply_zeros_belong_there_unless_it_is_switched_off() -> None:
    plan = plan_table(offsets(Mode.APPLY), table(0, 40, -25), kept(0, 40, -25))
    assert plan.steps == {1: 0, 2: 0}

    off = table(0, 40, -25, applies=False)
    plan = plan_table(offsets(Mode.APPLY), off, kept(0, 40, -25))
    assert (plan.state, plan.steps) == (TableState.NOTHING, {})


def test_zeros_may_be_wanted_in_publish_before_a_switch_to_apply() -> None:
    plan = plan_table(offsets(Mode.PUBLISH), table(0, 40, -25), kept(0, 40, -25, wish=Wish.ZEROS))
    assert plan.steps == {1: 0, 2: 0}


def test_in_observe_the_table_is_the_programs_own() -> None:
    plan = plan_table(offsets(Mode.OBSERVE), table(0, 40, -25), kept(0, 40, -25))
    assert (plan.state, plan.steps) == (TableState.NOTHING, {})


def test_an_unknown_offset_is_never_written_as_zero() -> None:
    unknown = replace(
        offsets(Mode.PUBLISH),
        published_steps=(0, 0, 0),
        published_zeros_because="the offset of Ha is unknown, so all are zeros",
    )
    plan = plan_table(unknown, table(0, 40, -25), kept(0, 40, -25))

    assert (plan.state, plan.steps) == (TableState.NOTHING, {})
    assert plan.sentence == "nothing is written: the offset of Ha is unknown"


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.APPLY])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("L", "OIII", "Ha"), "slot 2 is OIII in Ekos and R here"),
        (("L", "R"), "Ekos has no slot 3, which is Ha here"),
        (("L", "R", "Ha", "SII"), "Ekos has 4 filters, the rig 3"),
    ],
)
def test_another_wheels_table_is_left_alone(mode: Mode, names: tuple[str, ...], said: str) -> None:
    plan = plan_table(offsets(mode), table(*range(len(names)), names=names), None)

    assert plan.state is TableState.NOTHING
    assert said in plan.sentence


def test_names_are_alike_whatever_their_case_and_marks() -> None:
    plan = plan_table(offsets(Mode.PUBLISH), table(0, 0, 0, names=("l", "R.", "H-a")), None)
    assert plan.state is TableState.NOT_BEGUN
