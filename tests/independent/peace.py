"""The end of every case: faults clear, the rules' ends are provided, and rigd must work again."""

from rigd.focus.state.settings import Mode
from tests.independent.acts import ACTS
from tests.independent.machine import Machine
from tests.independent.observatory import Observatory
from tests.independent.rules import Rule
from tests.independent.watch import Claim

LONGEST_S = 1300.0
"""Two moves of clients from one end to the other."""
HEALING_S = 260.0
"""Longer than any deadline, autofocus or quiet."""


def make_peace(world: Observatory) -> None:
    """Clear all faults, do what the rules say ends each state, and ask for two filters."""
    motor = world.focuser
    motor.deaf, motor.naps, motor.endless, motor.stall_after = "", [], False, None
    motor.spins = False
    motor.high = 60000
    world.guider.deaf = False
    if world.plan.guider == "unpausable":
        ACTS["guide"](world, False)
    world.slewing_until_s = world.now_s
    ACTS["firmware"](world, False)
    ACTS["mismatch"](world, False)
    world.camera_until_s = min(world.camera_until_s, world.now_s)
    for machine in world.machines:
        machine.locked_until_s = 0.0
        machine.dies_in = None
        machine.starts_at_s = min(machine.starts_at_s, world.now_s)
        for one in world.carousels[machine.name]:
            one.jams, one.naps = False, []
            if one.fault is not None:
                one.fault = None
                world.say_wheel(machine.name, world.carousels[machine.name].index(one))
    ACTS["find"](world)
    world.say_focuser()
    world.pass_time(HEALING_S)
    for number in range(1, len(world.machines)):
        _wait_for_rest(world)
        world.pass_time(HEALING_S)  # the other rig may have taken it for an autofocus
        ACTS["mode"](world, number, "observe")  # a focuser has one applier
    world.pass_time(HEALING_S)
    _wait_for_rest(world)
    for number, machine in enumerate(world.machines):
        if number == 0:
            _work_again(world, machine)
        world.pass_time(20.0)
        _check_journal(world, machine)
    if world.guider.paused:
        _stuck(world, "the guider is paused")


def _check_journal(world: Observatory, machine: Machine) -> None:
    """Every move that was begun has an outcome."""
    open_moves = machine.disk.intents - set(machine.disk.outcomes)
    if open_moves or machine.disk.move is not None:
        world.judge.fail(Rule.INTENT_FIRST, f"moves {sorted(open_moves)} have no outcome")


def _wait_for_rest(world: Observatory) -> None:
    """Wait for clients' own moves, which may be long."""
    end_s = world.now_s + LONGEST_S
    while world.now_s < end_s and any(m.rig is not None and m.rig.move for m in world.machines):
        world.pass_time(10.0)
    world.pass_time(5.0)


def _work_again(world: Observatory, machine: Machine) -> None:
    """Provide every end that the rules name, then make two changes."""
    if machine.rig is None:
        _stuck(world, "rigd does not start")
        return
    if machine.rig.hold_by is not None:
        ACTS["hold"](world, 0, False)
        world.pass_time(60.0)  # what has waited for its end is done
    if world.is_manual():
        ACTS["swap"](world, 0, 0)
        world.pass_time(HEALING_S)
    for what, stands in (("change", machine.rig.change), ("move", machine.rig.move)):
        if stands is not None:
            _stuck(world, f"a {what} is still under way: {stands}")
    _back_inside(world, machine)
    _focus_by_hand(world, machine)
    _apply_again(world, machine)
    _focus_by_hand(world, machine)  # it may have begun with the focus of another group
    if machine.rig.settings.mode is Mode.APPLY:
        for slot in (1, 0):
            _change(world, machine, slot)
            _apply_again(world, machine)  # it may have stood down for what others did before


def _apply_again(world: Observatory, machine: Machine) -> None:
    """Switch back to `apply`, on a filter whose offset is known."""
    if machine.rig is None or machine.rig.settings.mode is Mode.APPLY:
        return
    watch = world.judge.watches[machine.name]
    if world.lit_slot(machine.name) != 0 or watch.claim is not Claim.NONE:
        _ask(world, 0)
    ACTS["mode"](world, 0, "apply")
    if machine.rig.settings.mode is not Mode.APPLY:
        # The focus was that of a filter without an offset: a human says that it is this one's.
        ACTS["adopt"](world, 0)
        ACTS["mode"](world, 0, "apply")
    if machine.rig.settings.mode is not Mode.APPLY and len(world.machines) == 1:
        _stuck(world, f"mode stays {machine.rig.settings.mode}")


def _ask(world: Observatory, slot: int) -> None:
    ACTS["ask"](world, 0, slot, "the judge")
    if world.is_manual():
        world.pass_time(2.0)
        ACTS["swap"](world, 0, slot)
    world.pass_time(60.0)


def _change(world: Observatory, machine: Machine, slot: int) -> None:
    """A change must now end where the filter belongs."""
    _ask(world, slot)
    rig = machine.rig
    if rig is None:
        return
    said = rig.fault or (rig.outcome.sentence if rig.outcome else "nothing")
    if rig.change is not None or rig.shown_filter_position != slot or rig.fault is not None:
        _stuck(world, f"slot {slot} is not reached: {said}")
    near, steps_per_c = world.judge.near + world.plan.dead_band, world.plan.steps_per_c
    watch, position = world.judge.watches[machine.name], world.focuser.position
    glass = watch.glasses[slot]
    # Where it was in the light already, an edit counts only from the next change on.
    offsets = watch.offsets_of(glass.key) | watch.known_offsets.get(glass.key, set())
    if not any(watch.belief.fitting(position, one, near, steps_per_c) for one in offsets):
        _stuck(world, f"{glass.key} ended at {position} ({said}); {world.judge.said(watch)}")


def _back_inside(world: Observatory, machine: Machine) -> None:
    """A focus so near a limit that a filter falls out of range is nobody's fault."""
    motor = world.focuser
    if not motor.low + 2000 < motor.count < motor.high - 2000:
        # Not to where it may have stood before its counts changed: there rigd takes it for known.
        ACTS["move"](world, 0, 31237 - motor.count, "human")
        world.pass_time(HEALING_S)
        _wait_for_rest(world)


def _focus_by_hand(world: Observatory, machine: Machine) -> None:
    """An unknown focus ends with a human's word, once a filter is known.

    So does one from which that of the reference filter is not known.
    """
    rig, watch = machine.rig, world.judge.watches[machine.name]
    if rig is None or (rig.ledger.embodied is not None and not watch.may_be_unknown("L")):
        return
    known = watch.offset_of(world.lit_key(machine.name)) is not None
    if not known or watch.claim is not Claim.NONE:
        _ask(world, 0)
    ACTS["adopt"](world, 0)
    if machine.rig is not None and machine.rig.ledger.embodied is None:
        _stuck(world, f"adopted, and unknown: {machine.rig.ledger.unknown_because}")


def _stuck(world: Observatory, detail: str) -> None:
    world.judge.fail(Rule.EXIT, f"after all faults are gone: {detail}")
