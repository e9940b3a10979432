"""What each device of a rig is in the catalog, with the evidence: what `rigd match` shows."""

from dataclasses import dataclass, field
from typing import Literal

from rigd.catalog.matching import Match, Status
from rigd.devices.identity import DeviceKind
from rigd.view.to_json import MERGED


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateEntry:
    """An entry of the catalog that a device may be."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchQuestion:
    """The one question that settles a match."""

    text: str
    options: tuple[CandidateEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReport:
    """What the catalog says of a device; `id` is set for a certain match alone."""

    status: Status
    id: str | None
    candidates: tuple[str, ...]
    evidence: tuple[str, ...]
    question: MatchQuestion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenDevice:
    """A device of the profile that was not seen."""

    kind: DeviceKind
    device: str
    server: str
    status: Literal[Status.NONE]
    evidence: tuple[str, ...]
    stated: str | None
    """The entry that the owner says it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedDevice:
    """A device that was seen, beside what the catalog says of it."""

    kind: DeviceKind
    device: str
    server: str
    name: str
    match: MatchReport = field(metadata=MERGED)
    stated: str | None
    """The entry that the owner says it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMatches:
    """Every device of a rig that the catalog may know."""

    rig: str
    devices: tuple[MatchedDevice | UnseenDevice, ...]


def match_report(found: Match) -> MatchReport:
    """A match as it is shown."""
    asked = found.question
    return MatchReport(
        status=found.status,
        id=found.entry_id,
        candidates=found.candidates,
        evidence=found.evidence,
        question=None
        if asked is None
        else MatchQuestion(
            text=asked.text,
            options=tuple(CandidateEntry(id=id, label=label) for id, label in asked.options),
        ),
    )
