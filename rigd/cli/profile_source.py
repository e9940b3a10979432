"""Where the command line finds the profiles: the daemon if one answers, else its database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rigd.cli.daemon_client import ask, one_rig
from rigd.errors import DeviceUnavailableError, InvalidValueError
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


class ProfileSource:
    """The profiles, and the rig and the profile that a person means."""

    def __init__(self, profiles: Profiles, rig: str | None) -> None:
        """`rig` is the only one, or the one that was named; None: it was not."""
        self.profiles = profiles
        self._rig = rig

    @property
    def rig(self) -> str:
        """The rig that was named, or the only one.

        Raises:
            InvalidValueError: there are several, or none.
        """
        if self._rig is None:
            raise InvalidValueError("--rig is needed: there are several rigs, or none")
        return self._rig

    async def name(self, words: str | None) -> str:
        """The profile of this name, or the only one whose name begins so; None: the one in force.

        Raises:
            InvalidValueError: there is none, or several.
        """
        if words is None:
            present = await self.profiles.of(self.rig)
            if present is None:
                msg = f"rig {self.rig} has no profile in force: name one"
                raise InvalidValueError(msg)
            return present.name
        listed = (await self.profiles.listed()).profiles
        names = [one.name for one in listed]
        if words in names:
            return words
        found = [one for one in names if one.casefold().startswith(words.casefold())]
        if len(found) == 1:
            return found[0]
        said = "several profiles begin with" if found else "no profile begins with"
        archived = {one.name for one in listed if one.archived}
        marked = [f"{one!r}{' (archived)' if one in archived else ''}" for one in found or names]
        shown = ", ".join(marked) or "none"
        msg = f"{said} {words[:120]!r} (there are: {shown})"
        raise InvalidValueError(msg)


@contextmanager
def profile_source(
    url: str, config: Path | None, rig: str | None = None, *, read_only: bool = False
) -> Iterator[ProfileSource]:
    """The profiles of the daemon, or, if none answers, of its database.

    Args:
        url: where the daemon answers.
        config: its configuration, for the database.
        rig: the rig that was named.
        read_only: nothing will be changed, so a daemon may start meanwhile.

    Raises:
        StoreError: a daemon runs on that database, but does not answer at the address.
    """
    try:
        rows = ask(url, "/rigs")["rigs"]
    except DeviceUnavailableError as silent:
        from rigd.cli.local_store import open_profiles

        with open_profiles(config, rig, silent, read_only=read_only) as (profiles, named):
            yield ProfileSource(profiles, named)
    else:
        names = [str(row["name"]) for row in rows] if isinstance(rows, list) else []
        if rig is None and len(names) == 1:
            rig = names[0]
        yield ProfileSource(RemoteProfiles(url), rig)


class RemoteProfiles:
    """The profiles of a running daemon, over REST; it knows clients by their address."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def listed(self) -> ProfileList:
        """A summary of every profile."""
        rows = _rows(ask(self._url, "/profiles"), "profiles")
        return ProfileList(profiles=tuple(_in_short(row) for row in rows))

    async def shown(self, name: str) -> ProfileView:
        """One profile."""
        return _view(ask(self._url, _path(name)))

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""
        names = [one.name for one in (await self.listed()).profiles if rig in one.rigs]
        return await self.shown(names[0]) if names else None

    async def history(self, most: int, rig: str | None = None) -> ProfileChanges:
        """The newest changes, newest first."""
        mine = "" if rig is None else f"&rig={quote(rig, safe='')}"
        rows = _rows(ask(self._url, f"/profile-changes?most={most}{mine}"), "changes")
        return ProfileChanges(changes=tuple(_change(row) for row in rows))

    async def create(self, toml: str, client: Client, *, imported: bool = False) -> str:
        """Store a new profile; return its name."""
        del client
        return str(ask(self._url, "/profiles", {"toml": toml, "imported": imported})["name"])

    async def clone(self, name: str, new: str, client: Client) -> str:
        """Store a copy under a new name; return that name."""
        del client
        return str(ask(self._url, "/profiles", {"clone": name, "name": new})["name"])

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
        del client
        body = {"toml": toml, "imported": imported}
        return str(self._send("PUT", name, body, expect)["name"])

    async def rename(
        self, name: str, new: str, client: Client, *, expect: int | None = None
    ) -> str:
        """Rename a profile; return its name."""
        del client
        return str(self._send("PATCH", name, {"name": new}, expect)["name"])

    async def shelve(
        self, name: str, client: Client, *, archived: bool, expect: int | None = None
    ) -> str:
        """Archive or restore a profile; return its name."""
        del client
        return str(self._send("PATCH", name, {"archived": archived}, expect)["name"])

    async def switch(
        self, rig: str, name: str, client: Client, *, expect: str | None = None
    ) -> str:
        """Put a profile in force on a rig; return its name."""
        del client, expect
        path = f"{one_rig(self._url, rig)}/profile"
        return str(ask(self._url, path, {"profile": name}, method="PUT")["name"])

    async def undo(self, client: Client, *, expect: int | None = None) -> ProfileChange:
        """Undo the last change; return what was undone."""
        del client
        answer: dict[str, Any] = ask(self._url, "/profile-changes", {"undo": expect})
        return _change(answer["taken_back"])

    def _send(
        self, method: str, name: str, body: Mapping[str, object], expect: int | None
    ) -> dict[str, object]:
        etag = "*" if expect is None else f'"{expect}"'
        return ask(self._url, _path(name), body, method=method, if_match=etag)


def _path(name: str) -> str:
    return f"/profiles/{quote(name, safe='')}"


def _view(found: Mapping[str, Any]) -> ProfileView:
    summary = ProfileSummary(in_short=_in_short(found), profile=found["profile"])
    return ProfileView(summary=summary, toml=found["toml"])


def _rows(answer: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = answer[what]
    return rows


def _in_short(row: Mapping[str, Any]) -> ProfileInShort:
    named = {one.name: row[one.name] for one in fields(ProfileInShort)}
    return ProfileInShort(**{**named, "rigs": tuple(row["rigs"])})


def _change(row: Mapping[str, Any]) -> ProfileChange:
    return ProfileChange(**{one.name: row[one.name] for one in fields(ProfileChange)})


_conforms: type[Profiles] = RemoteProfiles
