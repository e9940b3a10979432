"""What only the owner can say, and what was answered: what `rigd questions` shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"
    NUMBER = "number"
    PARTS = "parts"
    """Catalog ids with counts: `id=2, id=1`, or `none`."""
    COMMAND = "command"
    """No value: what settles it is a command, which the text names."""


class Affected(StrEnum):
    """A result that an answer changes."""

    OFFSETS = "offsets"
    """Focus offsets in steps."""
    SPACERS = "spacers"
    DEVICE = "device"
    """Which device rigd reads or moves."""
    MATCH = "match"
    """Which entry of the catalog a device is."""
    MOVES = "moves"
    """Whether rigd moves anything."""


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One of the choices."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RigQuestion:
    """A question to the owner."""

    key: str
    """The place in the profile where the answer could stand as well."""
    text: str
    kind: AnswerKind
    options: tuple[AnswerOption, ...] = ()
    unit: str | None = None
    above: float | None = None
    at_most: float | None = None
    changes: tuple[Affected, ...] = ()
    adds: tuple[str, ...] = ()
    """Names of the filters that have no focus offset without an answer, and one with it."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigAnswer:
    """An answer that the owner gave."""

    key: str
    value: str | float | Mapping[str, int]
    at: str
    """UTC, ISO 8601."""
    by: str
    device: str | None
    """Name of the device that it is about."""
    entry: str | None
    """The catalog entry of that device."""
    in_effect: bool
    """Whether the profile leaves the gap that it fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigQuestions:
    """The questions that are open, and the answers given."""

    rig: str
    questions: tuple[RigQuestion, ...]
    answers: tuple[RigAnswer, ...]
