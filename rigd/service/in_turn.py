"""Work that is done one piece after the other, each to its end, whoever asked for it goes away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    run: Callable[[], Awaitable[Any]]
    done: asyncio.Future[Any]


class InTurn:
    """Takes work from any task, and does it in one of its own."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()

    async def do(self, run: Callable[[], Awaitable[T]]) -> T:
        """Have this done when its turn comes; its errors are raised here."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait(_Job(run=run, done=done))
        return await done

    async def run(self) -> None:
        """Do what was asked for until cancelled."""
        while True:
            job = await self._jobs.get()
            try:
                result = await job.run()
            except asyncio.CancelledError:
                job.done.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - border: whoever asked is told
                if not job.done.done():
                    job.done.set_exception(error)
            else:
                if not job.done.done():
                    job.done.set_result(result)
