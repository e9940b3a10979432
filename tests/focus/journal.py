"""What of a rig survives rigd's death in the world of the tests."""

from dataclasses import dataclass

from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import (
    Effect,
    JournalIntent,
    JournalOutcome,
    Remember,
    RememberAsked,
    RememberFault,
    RememberMode,
    RememberPause,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.foreign_moves import Sample
from rigd.focus.state.ledger import Ledger, Part

STORED_FIRST = (
    Remember | RememberAsked | RememberMode | RememberPause | JournalIntent | JournalOutcome
)


def is_stored_first(effect: Effect) -> bool:
    """Whether nothing of its batch is commanded before it is stored."""
    if isinstance(effect, RememberFault):
        return effect.sentence is not None
    return isinstance(effect, STORED_FIRST)


@dataclass(slots=True)
class Journal:
    """What survives rigd: the ledger, the open move, the count of moves."""

    ledger: Ledger | None = None
    move: FocuserMove | None = None
    moves_begun: int = 0
    fault: str | None = None
    fault_part: Part = Part.FILTER
    hold_by: str | None = None
    learnt_direction: FinalDirection | None = None
    samples: tuple[Sample, ...] = ()
    guider_paused: bool = False
    full: bool = False
    chosen: RememberMode | None = None
    """The mode that was chosen while running."""
    unsaved: tuple[RememberMode | RememberFault, ...] = ()
    """Stored as soon as anything can be."""
    guide_ledger: Ledger | None = None
    guide_move: FocuserMove | None = None
    guide_moves_begun: int = 0

    def write(self, effects: list[Effect]) -> bool:
        """All of it or nothing."""
        if self.full:
            kinds = RememberMode | RememberFault
            self.unsaved += tuple(e for e in effects if isinstance(e, kinds))
            return False
        everything, self.unsaved = (*self.unsaved, *effects), ()
        for effect in everything:
            match effect:
                case RememberMode(ledger=ledger, move=move):
                    self.chosen, self.ledger, self.move = effect, ledger, move
                case RememberPause(paused=paused):
                    self.guider_paused = paused
                case RememberFault(sentence=sentence, part=part):
                    self.fault, self.fault_part = sentence, part
                case Remember(role=FocuserRole.GUIDE) | JournalIntent(role=FocuserRole.GUIDE):
                    self.guide_ledger, self.guide_move = effect.ledger, effect.move
                    number = effect.move.number if effect.move else 0
                    self.guide_moves_begun = max(self.guide_moves_begun, number)
                case Remember(ledger=ledger, move=move):
                    self.ledger, self.move = ledger, move
                case JournalIntent(ledger=ledger, move=move):
                    self.ledger, self.move = ledger, move
                    self.moves_begun = max(self.moves_begun, move.number)
                case _:
                    pass
        return True
