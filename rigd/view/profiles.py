"""What the outside sees of the equipment profiles, and what it may ask of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rigd.view.rig import Client
from rigd.view.to_json import MERGED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileInShort:
    """An equipment profile in the list of profiles."""

    name: str
    archived: bool
    rigs: tuple[str, ...]
    """The rigs that have it in force."""
    revision: int
    """Another number is another state."""
    created_at: str
    changed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileList:
    """Every profile, archived ones too."""

    profiles: tuple[ProfileInShort, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSummary:
    """An equipment profile with what it states, in the tables of its file (`rigd schema`)."""

    in_short: ProfileInShort = field(metadata=MERGED)
    profile: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """One equipment profile."""

    summary: ProfileSummary = field(metadata=MERGED)
    toml: str
    """What is stated, as its owner would write it."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.summary.in_short.name

    @property
    def revision(self) -> int:
        """Another number is another state."""
        return self.summary.in_short.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """A line of the journal of profiles."""

    number: int
    at: str
    by: str
    what: str
    """create, import, clone, edit, rename, archive, restore, switch, or undo."""
    profile: str
    """Its name after the change, or before it went."""
    rig: str | None
    """Of a switch."""
    before: Mapping[str, object] | None
    """`toml` and `archived`, or of a switch the `profile` in force; None: there was none."""
    after: Mapping[str, object] | None
    undoes: int | None
    """Number of the change that this one takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """The newest changes of profiles, newest first."""

    changes: tuple[ProfileChange, ...]


class Profiles(Protocol):
    """The profiles; every change is journalled and can be taken back. Nothing moves.

    Changes raise `NoProfileError`, `ChangedMeanwhileError` (`expect` is another revision),
    `ConfigError` (what is written is wrong) and `RefusedError` (something moves, a name is taken).
    """

    async def listed(self) -> ProfileList:
        """Every profile in short."""

    async def shown(self, name: str) -> ProfileView:
        """One profile."""

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""

    async def history(self, most: int, rig: str | None = None) -> ProfileChanges:
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

    async def undo(self, client: Client, *, expect: int | None = None) -> ProfileChange:
        """Take back the last change (`expect` is its number); what was taken back."""
