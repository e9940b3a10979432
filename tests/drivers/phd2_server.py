"""A scripted PHD2: speaks its event server's protocol over loopback, after its public description.

https://github.com/OpenPHDGuiding/phd2/wiki/EventMonitoring: one JSON object a line, events at the
connection that end with `AppState`, JSON-RPC requests answered by `id`.
"""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

from tests.limits import LIMIT_S
from tests.ports import free_port
from tests.streams import serving


class Phd2Server:
    """Guides when told to by a test; obeys `set_paused`; notes every request."""

    def __init__(self, state: str = "Guiding") -> None:
        self.state = state
        self.requests: list[tuple[str, list[object]]] = []
        self.refuses = False
        """Answers `set_paused` with an error."""
        self.silent = False
        """Answers nothing at all."""
        self.port = free_port()
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = AsyncExitStack()
        self._news = asyncio.Event()

    async def __aenter__(self) -> "Phd2Server":
        await self._open.enter_async_context(serving(self._serve, self.port))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def pauses(self) -> list[list[object]]:
        """The parameters of every `set_paused`."""
        return [params for method, params in self.requests if method == "set_paused"]

    def hang_up(self) -> None:
        for writer in tuple(self._writers):
            writer.close()

    def become(self, state: str) -> None:
        """PHD2 changes its state, and says so as it does."""
        events = {"Guiding": "StartGuiding", "Paused": "Paused", "Stopped": "GuidingStopped"}
        was, self.state = self.state, state
        self._say("Resumed" if was == "Paused" else events.get(state, "LoopingExposures"))

    async def until(self, true: Any, limit_s: float = LIMIT_S) -> None:
        """Wait until a request has made it so."""
        async with asyncio.timeout(limit_s):
            while not true():
                self._news.clear()
                await self._news.wait()

    def _say(self, event: str, **more: object) -> None:
        for writer in self._writers:
            self._send(writer, {"Event": event, "Timestamp": 0.0, "Host": "t", "Inst": 1, **more})

    def _send(self, writer: asyncio.StreamWriter, message: dict[str, object]) -> None:
        writer.write(json.dumps(message).encode() + b"\r\n")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        common = {"Timestamp": 0.0, "Host": "t", "Inst": 1}
        self._send(writer, {"Event": "Version", "PHDVersion": "2.6.13", "MsgVersion": 1, **common})
        self._send(writer, {"Event": "AppState", "State": self.state, **common})
        try:
            while line := await reader.readline():
                self._answer(writer, json.loads(line))
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _answer(self, writer: asyncio.StreamWriter, request: dict[str, Any]) -> None:
        method, params = request["method"], request["params"]
        self.requests.append((method, params))
        self._news.set()
        if self.silent:
            return
        answer: dict[str, object] = {"jsonrpc": "2.0", "id": request["id"]}
        if method == "get_app_state":
            answer["result"] = self.state
        elif self.refuses:
            answer["error"] = {"code": 1, "message": "cannot pause now"}
        else:
            answer["result"] = 0
        self._send(writer, answer)
        if method == "set_paused" and not self.refuses:
            self.become("Paused" if params[0] else "Guiding")
