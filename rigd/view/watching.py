"""What the outside sees of watched directories: what was read there, what was skipped, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A file in a watched directory that no run is taken from."""

    path: str
    """From the directory on."""
    reason: str
    waits: bool
    """Whether it is only not read yet: it is still written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedDirectory:
    """A directory in which other programs leave autofocus logs."""

    path: str
    looked_at: str | None
    """When it was last looked through; null: not yet."""
    problem: str | None
    """Why it cannot be looked through now."""
    files: int
    followed: int
    """Logs that are read on as they grow."""
    runs: int
    """Read there since rigd started, known ones too."""
    skipped: tuple[SkippedFile, ...]
    """By their names; the first thousand."""
    skipped_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """The watched directories of a rig."""

    rig: str
    directories: tuple[WatchedDirectory, ...]
