"""What is known of a kind of log: who writes it, where, what is in it, and where that is said.

`docs/logs.md` is made of these. Each reader has its own beside it, and no fact without a source.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cited:
    """One fact, and where a person can check it."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """One kind of file that is read."""

    program: str
    facts: tuple[Cited, ...]
    """The file and its place, the version, the setting that makes the program write it."""
    filter: str
    """How the file tells the filter; likewise the next three."""
    temperature: str
    curve: str
    time: str
    needs_zone: bool
    """Whether a time zone must be stated (`--zone`) before a run of it counts."""
    needs_frame: bool = True
    """Whether it must be stated (`--frame`) what its positions count from."""
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """One kind of file that tells how sharp light frames are."""

    name: str
    facts: tuple[Cited, ...]
    size: str
    """Where their half-flux radius comes from; likewise the next two."""
    filter: str
    time: str
    needs_zone: bool = False
    remark: str | None = None


NINA = "github:isbeorn/nina@8e53588"
CCDCIEL = "github:pchev/ccdciel@ada560d"
KSTARS = "github:KDE/kstars"
