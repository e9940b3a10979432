"""The store on a thread of its own: nothing on the event loop waits for a disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from rigd.errors import StoreError
from rigd.store.database import Store

T = TypeVar("T")

WAITING_LIMIT = 2000
"""So much may wait for the thread: more than any burst of work; each takes some milliseconds. With
so much undone the disk is stuck, and whoever asks for more is told so at once."""


class Archive:
    """The store on a writer thread of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rigd-store")
        self._waiting = 0

    @property
    def path(self) -> Path:
        """The database, for what only reads it."""
        return self._store.path

    def start(self, work: Callable[[Store], T]) -> asyncio.Future[T]:
        """Hand work to the thread at once; it is done in order, whether or not anybody awaits it.

        Too much waiting already is a `StoreError` of what is returned.

        Not `run_in_executor`: that hands a result on through three turns of the loop, and a filter
        change waits for each of them.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        if self._waiting >= WAITING_LIMIT:
            msg = f"store {self._store.path}: {self._waiting} reads and writes wait for it already"
            done.set_exception(StoreError(msg))
            return done
        self._waiting += 1

        def work_and_tell() -> None:
            tell: Callable[[], None]
            try:
                tell = partial(_succeed, done, work(self._store))
            except BaseException as error:  # noqa: BLE001 - handed on to whoever awaits it
                tell = partial(_fail, done, error)
            with suppress(RuntimeError):  # the loop has ended meanwhile, and nobody awaits it
                loop.call_soon_threadsafe(self._tell, tell)

        self._thread.submit(work_and_tell)
        return done

    def _tell(self, tell: Callable[[], None]) -> None:
        self._waiting -= 1
        tell()

    async def run(self, work: Callable[[Store], T]) -> T:
        """Do something with the store, off the loop; once asked for it is done, at the end too."""
        return await self.start(work)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.shutdown(wait=True)
        self._store.close()


def _succeed(done: asyncio.Future[T], result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[T], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
