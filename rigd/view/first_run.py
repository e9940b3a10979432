"""The first configuration on the page: what is found, asked, and would be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupOption:
    """An answer that may be chosen."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupQuestion:
    """A question that remains, with the answer that counts for now."""

    key: str
    text: str
    changes: str
    options: tuple[SetupOption, ...]
    """None: free words."""
    answer: str
    """What was said, else the default; "" where there is none."""
    fault: str | None
    """What is wrong with what was said: the default counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlan:
    """What would be written."""

    found: tuple[str, ...]
    """What was found, a line each; a line that begins with blanks belongs to the one above."""
    questions: tuple[SetupQuestion, ...]
    rig: tuple[str, ...]
    """What the rig will be, and why, a line each."""
    to_do: str
    """What to switch off where."""
    next_step: str
    path: str
    """The file that is written."""
    is_replaced: bool
    """Whether there is one already, of which a copy is kept."""
    toml: str | None
    """Its text; None: nothing was found to make a rig of."""
    wrong: str | None
    """Why it cannot be written."""


class FirstRun(Protocol):
    """Makes the first configuration, and has rigd go on with it."""

    @property
    def is_looking(self) -> bool:
        """Whether servers, profiles and logs are looked for now."""

    @property
    def has_looked(self) -> bool:
        """Whether they were."""

    def look(self, servers: tuple[str, ...]) -> None:
        """Begin to look; nothing is connected, and nothing moves."""

    async def plan(self, answers: Mapping[str, str]) -> SetupPlan:
        """What would be written with these answers; nothing is."""

    async def write(self, answers: Mapping[str, str], toml: str) -> str:
        """Write the configuration as it was shown; returns the rig's name.

        Args:
            answers: as they were when it was shown.
            toml: the text that was shown.

        Raises:
            ChangedMeanwhileError: it would be another text than was shown.
            RefusedError: anybody on the network could do so.
            ConfigError: it cannot be written.
        """
        ...

    def go_on(self) -> None:
        """Have rigd read the configuration that was written; nothing where none was."""

    async def close(self) -> None:
        """Look no longer."""
