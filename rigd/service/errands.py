"""Writes to the store that nobody waits for, one after the other."""

import asyncio
import logging
from collections.abc import Callable

from rigd.errors import StoreError
from rigd.store.archive import Archive
from rigd.store.database import Store

log = logging.getLogger(__name__)

WAITING_LIMIT = 500
"""So many may wait. A rig makes a few in a night; a database that leaves hundreds undone is stuck,
and the next ones are dropped, with a line."""

Errand = Callable[[Store], None]


class Errands:
    """A bounded queue of them: what cannot be stored is one line in the log."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._waiting: asyncio.Queue[Errand] = asyncio.Queue(maxsize=WAITING_LIMIT)
        self._said_full = False

    def put(self, errand: Errand) -> None:
        """Have something written when its turn comes."""
        try:
            self._waiting.put_nowait(errand)
        except asyncio.QueueFull:
            if not self._said_full:
                self._said_full = True
                log.warning(
                    "%s notes wait for the database already: further ones are not stored until "
                    "it has caught up",
                    WAITING_LIMIT,
                )
        else:
            self._said_full = False

    async def run(self) -> None:
        """Write them until cancelled."""
        while True:
            await self._write(await self._waiting.get())

    async def finish(self) -> None:
        """Write what still waits; for the end of the daemon."""
        while not self._waiting.empty():
            await self._write(self._waiting.get_nowait())

    async def _write(self, errand: Errand) -> None:
        try:
            await self._archive.run(errand)
        except StoreError as error:
            log.warning("not stored: %s", error)
