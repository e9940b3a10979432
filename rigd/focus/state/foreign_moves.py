"""What was seen of others who move the focuser when filters change: plain data of the rig."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCommand:
    """Another INDI client was heard to tell the focuser to move; what comes of it is to be seen."""

    at_s: float
    stood_steps: int | None
    """Where the focuser had last said that it is."""
    target_steps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMove:
    """A move of rigd's own that is under way, turns and all."""

    start_steps: int
    began_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMove:
    """The base moved: by a client of rigd's focuser, another program, or a hand."""

    began_s: float
    ended_s: float
    delta_steps: int
    by: str | None = None
    """The client that asked rigd's focuser; None if it was moved directly."""
    heard: bool = False
    """Whether another INDI client was heard to command it."""
    beside: bool = False
    """Whether rigd was just making the same move: the focuser moved once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The wheel went from one filter to another; the time after it is not over."""

    from_key: str
    to_key: str
    began_s: float
    rest_s: float
    since_s: float
    """Moves before this moment belong to the turn before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What others did to the focuser around one filter change."""

    from_key: str
    to_key: str
    delta_steps: int
    by: tuple[str, ...] = ()
    """The clients of rigd's focuser that had a part in it."""
    heard: bool = False
    """Whether all of it was commanded by another INDI client."""
    beside: bool = False
    """Whether any of it was a move that rigd was making as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMoves:
    """What was seen so far of who moves the focuser when filters change."""

    moves: tuple[ForeignMove, ...] = ()
    """Moves that no filter change accounts for yet."""
    command: HeardCommand | None = None
    """The newest command that was heard, until it is known what came of it."""
    own: OwnMove | None = None
    turning_since_s: float | None = None
    """When the wheel began to turn; None while it rests."""
    turn: Turn | None = None
    samples: tuple[Sample, ...] = ()
    verdict: str = "not enough filter changes were seen to say"
    """What the samples say, in a sentence."""
    nobody: bool = False
    """Whether enough changes were seen without any other mover."""
    applier: str | None = None
    """The sentence that names a second applier; None while there is no proof of one."""
    unapplied: int = 0
    """Filter changes in a row that needed an offset and that nobody moved the focuser for."""
