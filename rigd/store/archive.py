"""Carries out what the core wants: the one place that tells a focuser to move.

Order is the promise: a move's intent is durable before the focuser hears of it, and where storing
fails nothing is commanded. A halt alone overtakes: it waits for no device that is slow to answer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rigd.store.database import Store

T = TypeVar("T")


class Archive:
    """The store on a writer thread of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rigd-store")

    async def run(self, work: Callable[[Store], T]) -> T:
        """Do something with the store, off the loop; once asked for it is done, at the end too."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, work, self._store))

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.shutdown(wait=True)
        self._store.close()
