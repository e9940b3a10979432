"""A real server on a free port, in a thread of its own, and a plain client."""

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from rigd.api.http.settings import ServerSettings
from rigd.api.server import Address, serve
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S

T = TypeVar("T")

FORM = {"content-type": "application/x-www-form-urlencoded"}
SETTINGS = ServerSettings(port=0, discovery_port=None, version="1.2.3", recovery_s=0.0)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        assert self.headers["content-type"].partition(";")[0].endswith("json"), self.body
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class LiveServer:
    """The server under test; what it serves is changed through `on_loop`."""

    def __init__(
        self, observatory: FakeObservatory, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self.observatory = observatory
        self.loop = loop or asyncio.new_event_loop()
        self.port = 0
        self.task: asyncio.Task[None] | None = None
        self.thread: threading.Thread | None = None
        self._connection: http.client.HTTPConnection | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def on_loop(self, work: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Call a function in the server's thread and wait for it."""

        async def body() -> T:
            return work(*args, **kwargs)

        return asyncio.run_coroutine_threadsafe(body(), self.loop).result(LIMIT_S)

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Wait until the observatory has changed so that `done`."""

        async def body() -> None:
            async with asyncio.timeout(LIMIT_S):
                while not done():
                    await self.observatory.touched()

        asyncio.run_coroutine_threadsafe(body(), self.loop).result(LIMIT_S + 1)

    def stop(self) -> None:
        """Ask the server to end; `join` waits for it."""
        if self.task is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)
            self.task = None

    def join(self) -> None:
        assert self.thread is not None
        self.thread.join(LIMIT_S)
        assert not self.thread.is_alive(), "the server did not stop"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request over a kept connection; redone once if the server had closed it."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        self._connection.request(method, path, body, dict(headers or {}))
        response = self._connection.getresponse()
        answer = Answer(
            response.status,
            {key.lower(): value for key, value in response.getheaders()},
            response.read(),
        )
        if response.will_close:
            self.hang_up()
        return answer

    def get(self, path: str, **query: object) -> Answer:
        return self.ask("GET", path + ("?" + urlencode(query) if query else ""))

    def put(self, path: str, **form: object) -> Answer:
        return self.ask("PUT", path, urlencode(form), FORM)

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def live(
    observatory: FakeObservatory | None = None,
    settings: ServerSettings = SETTINGS,
    loop: asyncio.AbstractEventLoop | None = None,
) -> Iterator[LiveServer]:
    """Serve until the context closes; the server's own failure fails the test."""
    server = LiveServer(observatory or FakeObservatory(), loop)
    ready: Future[Address] = Future()
    ended: Future[None] = Future()

    async def body() -> None:
        server.task = asyncio.current_task()
        try:
            await serve(server.observatory, settings, started=ready.set_result)
        except asyncio.CancelledError:
            return

    def thread() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: server.loop) as runner:
                runner.run(body())
        except BaseException as error:  # noqa: BLE001 - handed to the test
            ended.set_exception(error)
            if not ready.done():
                ready.set_exception(error)
        else:
            ended.set_result(None)

    server.thread = threading.Thread(target=thread)
    server.thread.start()
    try:
        server.port = ready.result(LIMIT_S).port
        yield server
    finally:
        server.hang_up()
        server.stop()
        server.join()
        ended.result(0)
