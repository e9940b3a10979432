"""What the outside sees of the equipment profiles, and what it may ask of them."""

from dataclasses import dataclass
from typing import Protocol

from rigd.view.rig import Client, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """One equipment profile."""

    name: str
    toml: str
    """What is stated, as its owner would write it."""
    summary: Json
    """The same as JSON, with the rigs that have it in force."""
    revision: int
    """Another number is another state."""


class Profiles(Protocol):
    """The profiles; every change is journalled and can be taken back. Nothing moves.

    Changes raise `NoProfileError`, `ChangedMeanwhileError` (`expect` is another revision),
    `ConfigError` (what is written is wrong) and `RefusedError` (something moves, a name is taken).
    """

    async def listed(self) -> Json:
        """Every profile in short."""

    async def shown(self, name: str) -> ProfileView:
        """One profile."""

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""

    async def history(self, most: int, rig: str | None = None) -> Json:
        """The newest changes, newest first."""

    async def create(self, toml: str, client: Client, *, imported: bool = False) -> str:
        """Keep one more; its name."""

    async def clone(self, name: str, new: str, client: Client) -> str:
        """Keep a copy under a new name."""

    async def put(
        self,
        name: str,
        toml: str,
        client: Client,
        *,
        expect: int | None = None,
        imported: bool = False,
    ) -> str:
        """It says something else from now on; its name."""

    async def rename(
        self, name: str, new: str, client: Client, *, expect: int | None = None
    ) -> str:
        """It has another name from now on."""

    async def shelve(
        self, name: str, client: Client, *, archived: bool, expect: int | None = None
    ) -> str:
        """Archive or restore it."""

    async def switch(
        self, rig: str, name: str, client: Client, *, expect: str | None = None
    ) -> str:
        """It is in force on a rig from now on."""

    async def undo(self, client: Client, *, expect: int | None = None) -> Json:
        """Take back the last change (`expect` is its number); what was taken back."""
