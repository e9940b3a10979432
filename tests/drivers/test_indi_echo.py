"""The listener for other clients' commands beside a server that misbehaves (a scripted one)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from rigd.drivers.indi import echo as indi_echo
from rigd.drivers.indi.echo import IndiEcho
from rigd.drivers.indi.foreign_commands import HEARD_PROPERTIES

from rigd.devices.events import EchoHeard, EchoLost, FocuserCommanded
from tests.limits import LIMIT_S
from tests.streams import serving

COMMAND = (
    b'<newNumberVector device="EAF" name="ABS_FOCUS_POSITION">'
    b'<oneNumber name="FOCUS_ABSOLUTE_POSITION">30040</oneNumber></newNumberVector>'
)


class Server:
    """Answers each connection with what it is told to; keeps what it was asked."""

    def __init__(self, *manners: bytes) -> None:
        self.manners = list(manners)
        self.asked: list[str] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        manner = self.manners.pop(0) if self.manners else b""
        writer.write(manner)
        try:
            while line := await reader.readline():
                self.asked.append(line.decode().strip())
                if b"pingRequest" in line and not manner:
                    writer.write(line.replace(b"pingRequest", b"pingReply"))
        except ConnectionError:
            pass


class Echo:
    """A listener and what it emitted."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.news = asyncio.Event()
        self.echo = IndiEcho("local", self.note)

    def note(self, event: object) -> None:
        self.events.append(event)
        self.news.set()

    async def until(self, true: Callable[[], bool], *, pings: bool = False) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():
                if pings:
                    self.echo.handle_pong(self.echo.sent)
                self.news.clear()
                try:
                    async with asyncio.timeout(0.02):
                        await self.news.wait()
                except TimeoutError:
                    pass

    def of(self, kind: type) -> list[object]:
        return [e for e in self.events if isinstance(e, kind)]


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Echo]:
    echo = Echo()
    echo.echo.reset()
    echo.echo.follow('EAF "2" <&>')
    async with serving(server.serve) as port:
        task = asyncio.create_task(echo.echo.run("127.0.0.1", port, ""))
        try:
            yield echo
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indi_echo, "RETRY_S", 0.01)
    monkeypatch.setattr(indi_echo, "RETRY_MAX_S", 0.05)


async def test_a_server_that_talks_nonsense_is_left_and_said_once() -> None:
    server = Server(b"220 smtp ready\r\n", b"<a></b>", b"<x>" * 200_000, b"\x00\x01")
    async with listening(server) as echo:
        await echo.until(lambda: bool(echo.of(EchoHeard)), pings=True)

        assert server.connections == 5
        assert len(echo.of(EchoLost)) == 1
        assert "text between messages: '220 smtp ready" in str(echo.of(EchoLost)[0])


async def test_only_a_focusers_position_and_its_commands_are_asked_for() -> None:
    server = Server()
    async with listening(server) as echo:
        await echo.until(lambda: len(server.asked) > len(HEARD_PROPERTIES), pings=True)

        asked = [line for line in server.asked if "pingRequest" not in line]
        device = "device='EAF \"2\" &lt;&amp;&gt;'"
        assert asked == [
            f'<getProperties version="1.7" {device} name="{name}"/>' for name in HEARD_PROPERTIES
        ]
        assert not echo.events


async def test_a_server_that_answers_no_pings_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indi_echo, "SILENT_S", 0.05)
    server = Server(b" ")
    async with listening(server) as echo:
        await echo.until(lambda: bool(echo.of(EchoLost)) and server.connections == 2, pings=True)

        assert "did not answer a ping" in str(echo.of(EchoLost)[0])


async def test_a_long_connection_is_made_anew_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indi_echo, "MAX_PARSED_BYTES", 1000)
    server = Server(COMMAND * 10, COMMAND * 10)
    async with listening(server) as echo:
        await echo.until(lambda: server.connections == 3)

        assert len(echo.of(FocuserCommanded)) == 20
        assert not echo.of(EchoLost)


async def test_while_it_does_not_listen_no_own_command_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indi_echo, "RETRY_S", 0.3)
    server = Server(b"nonsense", COMMAND)
    async with listening(server) as echo:
        echo.echo.note_sent("EAF", 30040)

        await echo.until(lambda: bool(echo.of(FocuserCommanded)), pings=True)

        assert server.connections == 2
