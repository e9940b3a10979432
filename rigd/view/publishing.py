"""Filter offsets in the tables of other programs, as `rigd publish` shows them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rigd.view.rig import Client


class TableState(StrEnum):
    """How a program's table stands to what belongs there."""

    NOT_BEGUN = "not_begun"
    """Nobody has said yet that rigd may write it."""
    AS_WANTED = "as_wanted"
    TO_WRITE = "to_write"
    CHANGED = "changed"
    """It is no longer what rigd wrote: a person says whose counts."""
    NOTHING = "nothing"
    """There is nothing that rigd would write."""
    UNREADABLE = "unreadable"


class Wish(StrEnum):
    """What a person wants in a table."""

    OFFSETS = "offsets"
    ZEROS = "zeros"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A slot of a program's table."""

    filter_position: int
    """0-based."""
    name: str
    """What the program calls the filter."""
    steps: int
    wanted_steps: int | None
    """What rigd would write; null: it would leave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """The table of one program beside one rig."""

    rig: str
    server: str
    """Which `[[servers]]` table is the program."""
    program: str
    state: TableState
    sentence: str
    """Why it is as it is, and what ends that."""
    rows: tuple[TableRow, ...]
    written_at: str | None
    """When rigd last wrote it (ISO 8601); null: never, or it was given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """The tables of all programs beside a rig."""

    rig: str
    tables: tuple[PublishedTable, ...]


class Publishing(Protocol):
    """What is asked about the tables of other programs."""

    async def report(self, rig: str) -> PublishReport:
        """Read every table of a rig's programs now, and say how it stands; nothing is written.

        Raises:
            InvalidValueError: there is no such rig.
        """

    async def publish(
        self, rig: str, server: str, wish: Wish, client: Client, *, overwrite: bool
    ) -> PublishedTable:
        """Write a table now, and keep it so from now on.

        Args:
            rig: whose offsets.
            server: which program.
            wish: what is to be in it.
            client: who says so.
            overwrite: also what somebody has changed since rigd wrote it.

        Raises:
            InvalidValueError: no such rig, or none of its programs.
            RefusedError: why nothing was written, and what would help.
            DeviceUnavailableError, DeviceError: the program's table cannot be written.
        """

    async def undo(self, rig: str, server: str, client: Client) -> PublishedTable:
        """Give back the table that the program had before rigd wrote it, and write it no more.

        Raises:
            as `publish`.
        """
