"""Records inside a test, which knows when enough was heard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from rigd.cli.record import ask_rigs
from rigd.config import LoadedConfig
from rigd.recording.listen import Listening, listen
from rigd.recording.make import make_recording
from rigd.recording.recording import Recording
from tests.limits import LIMIT_S


class Recorder:
    """A recording under way."""

    def __init__(self, loaded: LoadedConfig) -> None:
        self._loaded = loaded
        self.listening = Listening()
        self.stopped = asyncio.Event()

    async def until(self, kind: str, **facts: object) -> None:
        """Wait until an event of a kind was made that says so."""

        def is_there() -> bool:
            return any(
                one.kind == kind and all(one.facts[key] == value for key, value in facts.items())
                for one in self.listening.noticed
            )

        await self._wait(is_there, f"{kind} {facts}")

    async def _wait(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                while not true():  # noqa: ASYNC110 - a list has no events
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never recorded: {what}") from None

    async def finish(self, url: str | None = None) -> Recording:
        """Stop, and put it together with what a daemon shows of its rigs."""
        self.stopped.set()
        await self._wait(lambda: self.listening.seconds > 0, "the end")
        rigs = {} if url is None else await asyncio.to_thread(ask_rigs, self._loaded, url)
        return make_recording(self._loaded, self.listening, rigs, (), datetime.now(UTC))


@asynccontextmanager
async def recording(loaded: LoadedConfig) -> AsyncIterator[Recorder]:
    """Record the servers of a configuration."""
    recorder = Recorder(loaded)
    task = asyncio.create_task(
        listen(loaded.config.servers, recorder.listening, seconds=None, stopped=recorder.stopped)
    )
    try:
        yield recorder
    finally:
        recorder.stopped.set()
        await task
