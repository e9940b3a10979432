"""The equipment profiles of a running daemon: a change of one is a change of its rigs."""

from collections.abc import Callable
from typing import TypeVar

from rigd.service.profile_edits import ProfileEditor
from rigd.service.profile_requests import ProfileRequests
from rigd.store.database import Store
from rigd.view.rig import Client

T = TypeVar("T")


class RunningProfiles(ProfileRequests):
    """The profiles of the rigs that run."""

    def __init__(self, editor: ProfileEditor) -> None:
        self._editor = editor

    async def _read(self, work: Callable[[Store], T]) -> T:
        return await self._editor.read(work)

    async def _change(self, work: Callable[[Store], T], client: Client, *, back: bool = False) -> T:
        return await self._editor.change(work, client, back=back)
