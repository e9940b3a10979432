"""What a check found: a sentence, and what to do about it in another."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad a finding is, from the least on."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing; nothing has to be done."""
    WARNING = "warning"
    """rigd works, and something should be looked at."""
    FAULT = "fault"
    """Keeps rigd, or a rig, from working."""


EXIT_CODES = {Verdict.OK: 0, Verdict.NOTE: 0, Verdict.WARNING: 1, Verdict.FAULT: 2}
"""As monitoring programs read them: fine, warning, critical."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """What was looked at, in one or two words."""
    verdict: Verdict
    sentence: str
    remedy: str | None = None
    """What to do about it; None only where nothing is wrong."""


def ok(check: str, sentence: str) -> Finding:
    """Say that something is right."""
    return Finding(check=check, verdict=Verdict.OK, sentence=sentence)


def note(check: str, sentence: str, remedy: str) -> Finding:
    """Say something worth knowing."""
    return Finding(check=check, verdict=Verdict.NOTE, sentence=sentence, remedy=remedy)


def warning(check: str, sentence: str, remedy: str) -> Finding:
    """Say what should be looked at."""
    return Finding(check=check, verdict=Verdict.WARNING, sentence=sentence, remedy=remedy)


def fault(check: str, sentence: str, remedy: str) -> Finding:
    """Say what keeps rigd from working."""
    return Finding(check=check, verdict=Verdict.FAULT, sentence=sentence, remedy=remedy)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the exit code of the worst finding."""
    return max((EXIT_CODES[one.verdict] for one in findings), default=0)
