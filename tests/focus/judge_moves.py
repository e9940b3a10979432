"""What must hold whenever rigd moves the main focuser: who asked for it, through which gates."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rigd.devices.events import CameraReport, FocuserCommanded, FocuserReport
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import AutofocusEnded, JournalIntent, MoveFocuser, Step
from rigd.focus.state.focuser import FocuserMove, FocuserRole, MoveLeg
from rigd.focus.state.ledger import Part
from rigd.focus.state.requests import (
    AdoptRequested,
    FilterRequested,
    MoveRequested,
    Remembered,
    TrimRequested,
)
from rigd.focus.state.rig import Origin, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.judge_search import Focusing
from tests.focus.judge_temperature import Warmth
from tests.focus.judge_turns import Turns
from tests.focus.night import FOCUSER

if TYPE_CHECKING:
    from tests.focus.world import World


class MoveJudge:
    """Judges every command to the main focuser, and what becomes of it."""

    def __init__(self, world: "World", checks: Counter[str]) -> None:
        self.world, self.checks = world, checks
        self.started()

    def started(self) -> None:
        """Rigd has just started: until somebody asks for something, nothing may move."""
        self._asked = self._used = False
        self._told = False
        """Another client was heard to tell the focuser to move during a move of rigd's own."""
        self._shown: int | None = None
        self._focusing, self._warmth, self._turns = Focusing(), Warmth(), Turns()
        self.turned = False
        """Whether the wheel was turned by the last event."""

    def step(self, before: Rig, event: object, step: Step) -> None:
        """After every event."""
        rig = step.rig
        self._hear(before, event, step)
        self._led_away(event, before, rig)
        intents: set[int] = set()
        for effect in step.effects:
            if isinstance(effect, JournalIntent) and effect.role is FocuserRole.MAIN:
                intents.add(effect.move.number)
            if isinstance(effect, MoveFocuser) and effect.ref == FOCUSER:
                assert effect.number in intents, "a move without an intent"
                ended = [e for e in step.effects if isinstance(e, AutofocusEnded)]
                self._takes_off(before, rig, effect, ended)
        if step.refusal is not None:
            assert not any(isinstance(e, MoveFocuser) for e in step.effects), "refused and moved"
        move = rig.move
        if move is not None and not move.by_client:
            self.checks["logical"] += 1
            assert logical_steps(rig) == self._shown, (
                f"clients see {logical_steps(rig)} instead of {self._shown} during rigd's own move"
            )

    def _hear(self, before: Rig, event: object, step: Step) -> None:
        """Take into account who has asked for what, and what the devices say."""
        rig, now_s = step.rig, self.world.now_s
        asks = isinstance(event, FilterRequested | MoveRequested | TrimRequested)
        self.turned = self._turns.step(event, rig)
        self._asked = self._asked or self.turned or (asks and step.refusal is None)
        if isinstance(event, AdoptRequested) or (isinstance(event, CameraReport) and event.busy):
            self._used = True
        if isinstance(event, FocuserReport):
            self._warmth.heard(event, now_s)
        if isinstance(event, Remembered):
            self._warmth.remembered(rig)
        else:
            self._warmth.step(before, rig, now_s)
        if rig.foreign_at_s != before.foreign_at_s:
            self._used = True
        if rig.focuser is not None and not rig.focuser.connected:
            self._asked = self._used = False
        if before.move is None and rig.move is not None:
            self._shown = logical_steps(rig)
        self._focusing.step(event, before, rig, now_s)

    def _led_away(self, event: object, before: Rig, rig: Rig) -> None:
        """A move that ended where another client sent the focuser did not stop short."""
        move = before.move
        if move is None or move.by_client or move.lost:
            self._told = False
            return
        if isinstance(event, FocuserCommanded):
            self._told = True
        if rig.move is None and isinstance(event, FocuserReport) and self._told:
            self.checks["told by others meanwhile"] += 1
            position = event.position_steps
            if position is not None and abs(position - move.target_steps) > (
                rig.settings.tolerance_steps
            ):
                self.checks["led away by others"] += 1
                assert rig.ledger.embodied is None, "took another's move for one that stopped short"

    def _takes_off(
        self, before: Rig, rig: Rig, command: MoveFocuser, ended: list[AutofocusEnded]
    ) -> None:
        move = rig.move
        assert move is not None, "a command without a move that is open"
        self.checks["moves"] += 1
        low, high = rig.min_steps, rig.max_steps
        assert high is not None, "moved without knowing the limits"
        assert low <= command.position_steps <= high, f"moved to {command.position_steps}"
        back = "moved at start or because a connection came back"
        first = before.move
        if (
            first is not None
            and first.second_leg is not None
            and not (first.halted or first.lost)
            and (first.by, first.by_client) == (move.by, move.by_client)
            and (first.target_steps, first.second_leg.target_steps)
            == (move.start_steps, move.target_steps)
        ):
            self._goes_back(first.second_leg, move)
            return
        self._ends_the_right_way(rig, move)
        used = move.part is Part.TEMPERATURE and self._used
        change = before.change
        waited = before.pending is not None or (change is not None and change.focuser_waits)
        assert self._asked or waited or used, back
        assert rig.hold_by is None, "moved though held"
        assert rig.focuser is not None, "moved an unseen focuser"
        assert rig.focuser.connected, "moved an unconnected focuser"
        enough = rig.settings.autofocus_moves
        if move.by_client:
            self._focusing.moved(move.by, self.world.now_s)
            return
        if move.by == "the wheel":
            self.checks["followed the wheel"] += 1
            assert rig.filter_position == self._turns.to, "followed a wheel that nobody turned"
            assert move.goal.filter_key in {
                s.key for s in rig.settings.slots if (s.filter_position == self._turns.to)
            }, "moved for another filter than the wheel was turned to"
        assert self._warmth.allows(rig, move), f"{move} does not follow the temperature"
        assert _keeps_trim(rig, move), f"{move} changes the trim"
        self.checks["temperature moves"] += move.part is Part.TEMPERATURE
        self.checks["trims"] += move.part is Part.TRIM
        asked = rig.change is not None and rig.change.origin is Origin.IN_PATH
        by_itself = not asked and move.part is not Part.TRIM
        searched = self._focusing.in_the_way_of(move.by, enough, by_itself=by_itself)
        assert not searched, "moved during an autofocus"
        # A switch of the mode shows another place, with the focuser closed to its clients; and so
        # does an autofocus that has just found the focus of a filter: that makes another base.
        as_before = before.move is None and before.settings.mode is rig.settings.mode
        as_before = as_before and not any(e.proves_focus for e in ended)
        # Nor is what was shown before it was found at this moment, elsewhere.
        as_before = as_before and before.ledger_checked
        self._shown = before.ledger.logical_steps if as_before else self._ahead(before)
        assert rig.settings.mode is Mode.APPLY, f"moved in mode {rig.settings.mode}"
        assert rig.ledger_checked, "moved before the focuser was seen at rest"
        assert ended or before.ledger.embodied is not None, "moved though unknown"
        assert not (rig.camera and rig.camera.busy), "moved during an exposure"
        assert not (rig.mount and rig.mount.slewing), "moved during a slew"
        assert not (rig.guider and rig.guider.guiding), "moved while guiding"
        self.checks["moved while the guider is paused"] += bool(rig.guider and rig.guider.paused)
        assert not rig.focuser.temperature_compensation, "moved beside the firmware"
        assert not rig.focuser.moving, "moved beside another mover"

    def _ends_the_right_way(self, rig: Rig, move: FocuserMove) -> None:
        """With backlash to take up, a move turns unless it already ends in the right direction."""
        backlash = self.world.settings.backlash
        direction = None if backlash is None else backlash.final_direction or rig.learnt_direction
        if backlash is None or direction is None:
            assert move.second_leg is None, "went beyond its target without backlash"
            return
        up = direction is FinalDirection.UP
        goal = move.goal.target_steps
        turn = goal - backlash.steps if up else goal + backlash.steps
        room = rig.min_steps <= turn <= (rig.max_steps or 0)
        if (goal > move.start_steps) == up:
            assert move.second_leg is None, "turned without need"
        elif move.by_client and not room:
            assert move.second_leg is None, "turned outside the limits"
        else:
            assert move.second_leg is not None, "ends in the wrong direction"
            assert move.target_steps == turn, "turned elsewhere"

    def _goes_back(self, leg: MoveLeg, move: FocuserMove) -> None:
        """The second part of a move ends where the whole was to end, in the final direction."""
        self.checks["turned"] += 1
        assert move.terms == leg.terms, "other terms on the way back"
        backlash, rig = self.world.settings.backlash, self.world.rig
        assert backlash is not None, "went beyond its target without backlash"
        rises = move.target_steps > move.start_steps
        direction = backlash.final_direction or (rig.learnt_direction if rig else None)
        assert rises == (direction is FinalDirection.UP), "the wrong way"

    def _ahead(self, before: Rig) -> int | None:
        """The logical position when a move has just been closed in the same step."""
        rig = self.world.rig
        return rig.ledger.logical_steps if rig is not None else None


def _keeps_trim(rig: Rig, move: FocuserMove) -> bool:
    """Whether a move leaves the trim as it is, unless a human has just set it."""
    embodied, goal = rig.ledger.embodied, move.goal.terms
    held = embodied.trim_steps if embodied else 0
    assert goal is not None, "a move of rigd's own without terms"
    if move.part is Part.TRIM:
        assert embodied is not None, "trimmed what is unknown"
        return replace(embodied, trim_steps=goal.trim_steps) == goal
    return goal.trim_steps == held
