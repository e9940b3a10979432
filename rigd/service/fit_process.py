"""A process of its own for fits and for reading logs: no reply waits, and no crash matters.

The process lives for one piece of work: an idle daemon carries none, and memory comes back.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing.connection import wait
from threading import Thread
from typing import ParamSpec, TypeVar

from rigd.errors import RefusedError

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as PipeEnd
else:
    from multiprocessing.connection import Connection as PipeEnd

P = ParamSpec("P")
T = TypeVar("T")

FIT_LIMIT_S = 180.0
"""The newest 200 runs take seconds on a small computer."""
GRACE_S = 15.0
"""For the start of the process."""
NICENESS = 10
"""Of long work, by which the process yields to the daemon."""


class FitProcess:
    """Runs one function at a time in another process, within a time limit."""

    def __init__(self, limit_s: float = FIT_LIMIT_S, *, niceness: int = NICENESS) -> None:
        self._limit_s = limit_s
        self._niceness = niceness
        self._one = asyncio.Lock()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the result of `work`, or raise its error.

        Raises:
            RefusedError: the process could not be started or ended without a result, or its time
                was over.
        """
        async with self._one:
            # Read by the child as numpy is imported there: one busy core is enough.
            os.environ["OPENBLAS_NUM_THREADS"] = "1"
            context = multiprocessing.get_context("spawn")
            ending, leash = context.Pipe(duplex=False)
            others = multiprocessing.active_children()
            try:
                executor = ProcessPoolExecutor(
                    1,
                    mp_context=context,
                    initializer=_begin,
                    initargs=(ending, self._limit_s, self._niceness),
                )
                future = executor.submit(work, *args, **kwargs)  # starts the process
            except OSError as error:  # no semaphores (/dev/shm), no process, no memory
                leash.close()
                ending.close()
                msg = f"no process for it could be started: {error.strerror or error}"
                raise RefusedError(msg) from None
            own = [one for one in multiprocessing.active_children() if one not in others]
            try:
                async with asyncio.timeout(self._limit_s + GRACE_S):
                    return await asyncio.wrap_future(future)
            except BrokenExecutor:
                msg = f"its process ended without a result (limit {self._limit_s:g} s)"
                raise RefusedError(msg) from None
            except TimeoutError:
                msg = f"it took longer than {self._limit_s:g} s"
                raise RefusedError(msg) from None
            finally:
                if future.cancelled() or not future.done():
                    # One that still imports does not know of its leash, and Python's own end
                    # would wait until it does.
                    for process in own:
                        process.kill()
                leash.close()
                executor.shutdown(wait=False, cancel_futures=True)
                ending.close()


def _begin(ending: PipeEnd, limit_s: float, niceness: int) -> None:
    """In the new process: yield to the daemon, and end with it or when the time is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(niceness)
    Thread(target=_end, args=(ending, limit_s), daemon=True).start()


def _end(ending: PipeEnd, limit_s: float) -> None:
    parent = multiprocessing.parent_process()
    wait([ending] if parent is None else [ending, parent.sentinel], timeout=limit_s)
    os._exit(1)
