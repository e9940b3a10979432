"""The equipment profiles as the API and the command line ask for them and change them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from rigd.config import Config
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.store.database import Store
from rigd.store.profile_journal import Entry, What, read_profile_journal
from rigd.store.profile_transaction import carry_out, foresee
from rigd.store.profiles import (
    StoredProfile,
    add,
    find_profile,
    list_profiles,
    put,
    read_profiles_in_force,
    shelve,
    switch,
    undo,
)
from rigd.view.profiles import (
    ProfileChange,
    ProfileChanges,
    ProfileInShort,
    ProfileList,
    Profiles,
    ProfileSummary,
    ProfileView,
)
from rigd.view.rig import Client

T = TypeVar("T")


class ProfileRequests(ABC):
    """The profiles: text in and out, changes journalled; where the store is, a subclass knows."""

    @abstractmethod
    async def _read(self, work: Callable[[Store], T]) -> T:
        """Look something up in the store."""

    @abstractmethod
    async def _change(self, work: Callable[[Store], T], client: Client, *, back: bool = False) -> T:
        """Change something with all that follows from it; `back` takes back an earlier change."""

    async def listed(self) -> ProfileList:
        """Every profile, without its text."""
        stored = await self._read(list_profiles)
        return ProfileList(profiles=tuple(_in_short(one) for one in stored))

    async def shown(self, name: str) -> ProfileView:
        """One profile."""
        return _shown(await self._read(lambda store: find_profile(store, name)))

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""
        stored = (await self._read(read_profiles_in_force)).get(rig)
        return None if stored is None else _shown(stored)

    async def history(self, most: int, rig: str | None = None) -> ProfileChanges:
        """The newest changes, newest first."""
        entries = await self._read(lambda store: read_profile_journal(store, most, rig))
        return ProfileChanges(changes=tuple(_change_of(one) for one in entries))

    async def create(self, toml: str, client: Client, *, imported: bool = False) -> str:
        """Add a profile; return its name."""
        profile = parse_profile(toml, "profile")
        what = What.IMPORT if imported else What.CREATE
        await self._change(lambda store: add(store, profile, client.name, what), client)
        return profile.name

    async def clone(self, name: str, new: str, client: Client) -> str:
        """Add a copy of a profile under a new name; return that name."""

        def work(store: Store) -> None:
            copy = find_profile(store, name).profile.model_copy(update={"name": new})
            add(store, copy, client.name, What.CLONE)

        await self._change(work, client)
        return new

    async def put(
        self,
        name: str,
        toml: str,
        client: Client,
        *,
        expect: int | None = None,
        imported: bool = False,
    ) -> str:
        """Replace the text of a profile; return its name."""
        profile = parse_profile(toml, "profile")
        what = What.IMPORT if imported else What.EDIT
        work = partial(put, name=name, profile=profile, by=client.name, expect=expect, what=what)
        await self._change(work, client)
        return profile.name

    async def rename(
        self, name: str, new: str, client: Client, *, expect: int | None = None
    ) -> str:
        """Rename a profile; return the new name."""

        def work(store: Store) -> None:
            renamed = find_profile(store, name).profile.model_copy(update={"name": new})
            put(store, name, renamed, client.name, expect=expect, what=What.RENAME)

        await self._change(work, client)
        return new

    async def shelve(
        self, name: str, client: Client, *, archived: bool, expect: int | None = None
    ) -> str:
        """Archive or restore a profile; return its name."""
        await self._change(
            lambda store: shelve(store, name, client.name, archived=archived, expect=expect),
            client,
        )
        return name

    async def switch(
        self, rig: str, name: str, client: Client, *, expect: str | None = None
    ) -> str:
        """Put a profile in force on a rig; return its name."""
        await self._change(
            lambda store: switch(store, rig, name, client.name, expect=expect), client
        )
        return name

    async def undo(self, client: Client, *, expect: int | None = None) -> ProfileChange:
        """Take back the last change; return what was taken back."""
        return _change_of(
            await self._change(
                lambda store: undo(store, client.name, expect=expect), client, back=True
            )
        )


class StoredProfiles(ProfileRequests):
    """The profiles of a store that no daemon uses."""

    def __init__(self, store: Store, config: Config) -> None:
        """`config` is what profiles must fit to."""
        self._store = store
        self._config = config

    async def _read(self, work: Callable[[Store], T]) -> T:
        return work(self._store)

    async def _change(self, work: Callable[[Store], T], client: Client, *, back: bool = False) -> T:
        del client  # `work` has the name
        foresee(self._store, work, self._config)
        return carry_out(self._store, work, back=back)


def _in_short(stored: StoredProfile) -> ProfileInShort:
    return ProfileInShort(
        name=stored.name,
        archived=stored.archived,
        rigs=stored.rigs,
        revision=stored.revision,
        created_at=stored.created_at,
        changed_at=stored.changed_at,
    )


def _shown(stored: StoredProfile) -> ProfileView:
    stated = stored.profile.model_dump(mode="json", exclude_none=True)
    return ProfileView(
        summary=ProfileSummary(in_short=_in_short(stored), profile=stated),
        toml=profile_text(stored.profile),
    )


def _change_of(entry: Entry) -> ProfileChange:
    return ProfileChange(
        number=entry.number,
        at=entry.at,
        by=entry.by,
        what=entry.what,
        profile=entry.profile,
        rig=entry.rig,
        before=entry.before,
        after=entry.after,
        undoes=entry.undoes,
    )


_conforms: type[Profiles] = StoredProfiles
