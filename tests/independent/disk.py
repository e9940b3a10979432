"""What is durable of a rig, as the storing effects say it; a restart reads nothing else."""

from dataclasses import dataclass, field, replace

from rigd.devices.identity import DeviceIdentity
from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.effects import (
    Effect,
    JournalIntent,
    JournalOutcome,
    Remember,
    RememberAsked,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
    RememberPause,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import Ledger, Part, forget_embodied
from rigd.focus.state.requests import Remembered
from rigd.focus.state.settings import Mode, RigSettings

AFTERWARDS = RememberHold | RememberFinalDirection
"""Stored after the commands of their batch."""
FIRST = (
    Remember
    | RememberAsked
    | RememberMode
    | RememberPause
    | JournalIntent
    | JournalOutcome
    | RememberFault
)
"""Stored before anything of their batch is commanded."""


@dataclass(slots=True)
class Disk:
    """One rig's tables."""

    ledger: Ledger | None = None
    move: FocuserMove | None = None
    ledgers: int = 0
    """How often a ledger was stored."""
    stored_mode: Mode | None = None
    stored_path: str = ""
    moves_begun: int = 0
    chosen: tuple[Mode, str] | None = None
    hold_by: str | None = None
    guider_paused: bool = False
    fault: str | None = None
    fault_part: Part = Part.FILTER
    asked: AskedFilter | None = None
    """What a human was asked to put in, and has not put in yet."""
    swapped: str | None = None
    """The filter that a human named last."""
    intents: set[int] = field(default_factory=set)
    outcomes: dict[int, str] = field(default_factory=dict)
    direction: object = None
    known_devices: tuple[DeviceIdentity, ...] = ()
    """What the rig's focusers are; a note that nobody waits for."""

    def write(self, effects: tuple[Effect, ...], mode: Mode, path: str) -> None:
        """Store all of a transaction."""
        for effect in effects:
            self.ledgers += isinstance(effect, Remember | JournalIntent | RememberMode)
            match effect:
                case Remember(role=FocuserRole.MAIN) | JournalIntent(role=FocuserRole.MAIN):
                    self.ledger, self.move = effect.ledger, effect.move
                    self.stored_mode, self.stored_path = mode, path
                    if isinstance(effect, JournalIntent):
                        self.intents.add(effect.move.number)
                        self.moves_begun = max(self.moves_begun, effect.move.number)
                case JournalOutcome(role=FocuserRole.MAIN):
                    self.outcomes[effect.number] = effect.result
                case RememberMode():
                    self.ledger, self.move = effect.ledger, effect.move
                    self.stored_mode, self.stored_path = effect.mode, path
                    self.chosen = (effect.mode, effect.by)
                case RememberHold():
                    self.hold_by = effect.by
                case RememberPause():
                    self.guider_paused = effect.paused
                case RememberFault():
                    self.fault, self.fault_part = effect.sentence, effect.part
                case RememberAsked():
                    self.asked = effect.asked
                    self.swapped = self.swapped if effect.asked is None else None
                case RememberFinalDirection():
                    self.direction = effect.direction
                case _:
                    pass

    def recall(self, settings: RigSettings, now_s: float) -> Remembered:
        """What a start is told."""
        known = Remembered(
            at_s=now_s,
            ledger=None,
            move=None,
            moves_begun=self.moves_begun,
            fault=self.fault,
            fault_part=self.fault_part,
            asked=self.asked,
            hold_by=self.hold_by,
            known_devices=self.known_devices,
            guider_paused=self.guider_paused,
        )
        if self.ledger is None:
            return known
        if settings.mode is Mode.APPLY and self.stored_mode is not Mode.APPLY:
            known = replace(known, begins_to_apply=True)
        ledger = self.ledger
        laden = ledger.embodied is not None and ledger.embodied.total_steps != 0
        if self.stored_path != settings.light_path_id and laden:
            ledger = forget_embodied(ledger, ledger.read_steps, "another light path")
        return replace(known, ledger=ledger, move=self.move)
