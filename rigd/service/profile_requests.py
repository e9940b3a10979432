"""Requests about the equipment profiles: from text to changes of the stored profiles."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from rigd.config import Config
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.store.database import Store
from rigd.store.profile_journal import Entry, What, history
from rigd.store.profile_transaction import carry_out, foreseen
from rigd.store.profiles import (
    StoredProfile,
    add,
    found,
    in_force,
    listed,
    put,
    shelve,
    switch,
    undo,
)
from rigd.view.profiles import Profiles, ProfileView
from rigd.view.rig import Client, Json

T = TypeVar("T")


class Reading(Protocol):
    """Looks something up in the store."""

    async def __call__(self, work: Callable[[Store], T], /) -> T:
        """What `work` returns."""


class Changing(Protocol):
    """Carries out a change with all that follows from it."""

    async def __call__(
        self, work: Callable[[Store], T], client: Client, /, *, back: bool = False
    ) -> T:
        """What `work` returns; `back` says that it takes back an earlier change."""


class ProfileRequests:
    """The profiles, wherever the store is."""

    def __init__(self, read: Reading, change: Changing) -> None:
        self._read = read
        self._change = change

    async def listed(self) -> Json:
        """Every profile in short."""
        stored = await self._read(listed)
        return {"profiles": [_in_short(one) for one in stored]}

    async def shown(self, name: str) -> ProfileView:
        """One profile."""
        return _shown(await self._read(lambda store: found(store, name)))

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""
        stored = (await self._read(in_force)).get(rig)
        return None if stored is None else _shown(stored)

    async def history(self, most: int, rig: str | None = None) -> Json:
        """The newest changes, newest first."""
        entries = await self._read(lambda store: history(store, most, rig))
        return {"changes": [_entry(one) for one in entries]}

    async def create(self, toml: str, client: Client, *, imported: bool = False) -> str:
        """Keep one more; its name."""
        profile = parse_profile(toml, "profile")
        what = What.IMPORT if imported else What.CREATE
        await self._change(lambda store: add(store, profile, client.name, what), client)
        return profile.name

    async def clone(self, name: str, new: str, client: Client) -> str:
        """Keep a copy under a new name."""

        def work(store: Store) -> None:
            copy = found(store, name).profile.model_copy(update={"name": new})
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
        """It says something else from now on; its name."""
        profile = parse_profile(toml, "profile")
        what = What.IMPORT if imported else What.EDIT
        work = partial(put, name=name, profile=profile, by=client.name, expect=expect, what=what)
        await self._change(work, client)
        return profile.name

    async def rename(
        self, name: str, new: str, client: Client, *, expect: int | None = None
    ) -> str:
        """It has another name from now on."""

        def work(store: Store) -> None:
            renamed = found(store, name).profile.model_copy(update={"name": new})
            put(store, name, renamed, client.name, expect=expect, what=What.RENAME)

        await self._change(work, client)
        return new

    async def shelve(
        self, name: str, client: Client, *, archived: bool, expect: int | None = None
    ) -> str:
        """Archive or restore it."""
        await self._change(
            lambda store: shelve(store, name, client.name, archived=archived, expect=expect),
            client,
        )
        return name

    async def switch(
        self, rig: str, name: str, client: Client, *, expect: str | None = None
    ) -> str:
        """It is in force on a rig from now on."""
        await self._change(
            lambda store: switch(store, rig, name, client.name, expect=expect), client
        )
        return name

    async def undo(self, client: Client, *, expect: int | None = None) -> Json:
        """Take back the last change; what was taken back."""
        return _entry(
            await self._change(
                lambda store: undo(store, client.name, expect=expect), client, back=True
            )
        )


def desk_of(store: Store, config: Config) -> ProfileRequests:
    """The profiles of a store that no daemon uses; they fit this configuration."""

    async def read(work: Callable[[Store], T]) -> T:
        return work(store)

    async def change(work: Callable[[Store], T], _: Client, *, back: bool = False) -> T:
        foreseen(store, work, config)
        return carry_out(store, work, back=back)

    return ProfileRequests(read, change)


def _in_short(stored: StoredProfile) -> Json:
    return {
        "name": stored.name,
        "archived": stored.archived,
        "rigs": list(stored.rigs),
        "revision": stored.revision,
        "created_at": stored.created_at,
        "changed_at": stored.changed_at,
    }


def _shown(stored: StoredProfile) -> ProfileView:
    stated = stored.profile.model_dump(mode="json", exclude_none=True)
    return ProfileView(
        name=stored.name,
        toml=profile_text(stored.profile),
        summary={**_in_short(stored), "profile": stated},
        revision=stored.revision,
    )


def _entry(entry: Entry) -> Json:
    return {
        "number": entry.number,
        "at": entry.at,
        "by": entry.by,
        "what": entry.what,
        "profile": entry.profile,
        "rig": entry.rig,
        "before": entry.before,
        "after": entry.after,
        "undoes": entry.undoes,
    }


_conforms: type[Profiles] = ProfileRequests
