"""The diary: what happened to a rig, line by line."""

from dataclasses import dataclass

from rigd.focus.state.effects import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEvent:
    """A line as it is written; one event of the stream."""

    rig: str
    at: str
    weight: Severity
    result: str | None
    """How a filter change ended or stands, if the line is about one."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryRow:
    """A line as it is kept."""

    id: int
    rig: str
    at: str
    weight: str
    result: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryHistory:
    """The newest lines of a rig's diary, newest first."""

    history: tuple[DiaryRow, ...]
