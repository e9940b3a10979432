"""What was seen of others who move the focuser when filters change: frozen data of the rig."""

from dataclasses import dataclass

HEARD = "another INDI client"
"""Whoever is heard on an INDI server's wire, which names nobody."""
TOO_FEW = "too few filter changes were seen to say whether any moves the focuser"
"""What is said of other programs until enough was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCommand:
    """A command to the focuser by another, of which motion may still come."""

    at_s: float
    stood_steps: int | None
    """Where the focuser had last said that it was."""
    target_steps: int | None
    counted: bool = False
    """Whether it was taken for a move of that client's already, whatever motion comes of it."""
    by: str = HEARD
    """Whose it is: another INDI client's, or another rig's of rigd's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMove:
    """A move of rigd's own that is under way, both legs taken together."""

    start_steps: int
    began_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMove:
    """A move of the base: by a client of rigd's focuser, another program, or a hand."""

    began_s: float
    ended_s: float
    delta_steps: int
    """As commanded, where the command was heard; otherwise as seen."""
    by: str | None = None
    """The client that asked rigd's focuser; None if it was moved directly."""
    heard: bool = False
    """Whether another INDI client was heard to command it."""
    beside: bool = False
    """Whether rigd was moving the focuser too, so that nobody can tell whose steps are whose."""
    by_other_rig: bool = False
    """Whether another rig of rigd's has made any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelTurn:
    """A filter change to which moves of the focuser may still belong."""

    from_key: str
    to_key: str
    began_s: float
    rest_s: float
    ready_s: float
    """When whoever asked was told that it is over: with the wheel's rest, or once rigd's focuser
    has followed."""
    since_s: float
    """Moves before this moment belong to the filter change before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What others did to the focuser around one filter change."""

    from_key: str
    to_key: str
    delta_steps: int
    by: tuple[str, ...] = ()
    """The clients of rigd's focuser that made a part of it."""
    heard: bool = False
    """Whether another INDI client was heard to command all of it."""
    beside: bool = False
    """Whether any of it was commanded while rigd was moving the focuser too."""
    prompt: bool = False
    """Whether all of it was commanded within moments of the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMoves:
    """What was seen so far of others who move the focuser when filters change."""

    moves: tuple[ForeignMove, ...] = ()
    """Moves that belong to no filter change yet."""
    command: HeardCommand | None = None
    """The newest command that was heard, until nothing more can come of it."""
    heard_at_s: float | None = None
    """When another INDI client was last heard to command the focuser."""
    stopped_at_s: float | None = None
    """When another was last heard to stop the focuser."""
    stopped_by: str = HEARD
    """Whose word that was."""
    renumbered_at_s: float | None = None
    """When another INDI client was last heard to set the focuser's count anew (`FOCUS_SYNC`)."""
    own: OwnMove | None = None
    turning_since_s: float | None = None
    """When the wheel began to turn; None while it rests."""
    turn: WheelTurn | None = None
    samples: tuple[Sample, ...] = ()
    verdict: str = TOO_FEW
    """What the samples show, in a sentence."""
    nobody: bool = False
    """Whether enough filter changes were seen, and nobody moved the focuser."""
    applier: str | None = None
    """The sentence that names a second applier; None while there is no proof of one."""
    applier_in_path: bool = False
    """Whether that one moves rigd's focuser, never the real one."""
    unapplied: int = 0
    """Filter changes in a row that needed an offset and for which nobody moved the focuser."""
