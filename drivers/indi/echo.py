"""The echo of other clients' commands to focusers: a plain connection beside libindi's.

`indiserver` passes commands on to all clients that asked for a property; libindi drops them. This
connection asks for a few properties of the focusers alone and never for BLOBs. It lives and dies
with libindi's; when it is lost or hears nonsense it is made anew, and nobody else is disturbed.
"""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from xml.sax.saxutils import quoteattr

from rigd.devices.events import Echo, EchoHeard, EchoLost

from .foreign_commands import HEARD_PROPERTIES, ForeignCommandFinder, read_number
from .tcp import PromptConnection
from .xml_stream import Message, MessageReader, NotIndiError

log = logging.getLogger(__name__)

ANSWERS = {
    "ABS_FOCUS_POSITION": "FOCUS_ABSOLUTE_POSITION",
    "FOCUS_TEMPERATURE": "TEMPERATURE",
}
"""What a focuser may be asked, and the element that has the answer."""
CONNECT_S = 5.0
"""A server on the same network accepts a connection within milliseconds; one that takes longer is
stuck."""
SILENT_S = 15.0
"""An answer to a ping that takes longer never comes: long enough for a server that sends images to
others meanwhile."""
STEADY_PONGS = 3
"""So many pings must be answered before a lost echo counts as heard again: a connection that breaks
every few seconds would write two lines of log each time."""
RETRY_S, RETRY_MAX_S = 0.5, 60.0
"""Pauses between attempts, doubled each time: the driver goes on without the echo, so a server that
refuses it need not be asked often."""
MAX_PARSED_BYTES = 1 << 26
"""After 64 MiB a connection is made anew, so that the parser's memory stays bounded."""


class IndiEcho:
    """Listens to one INDI server while the driver's own connection stands."""

    def __init__(
        self,
        server: str,
        emit: Callable[[Echo], None],
        answered: Callable[[str, str, float], None] = lambda *_: None,
    ) -> None:
        """`answered` hears what a focuser was asked: its name, the property's, and the value."""
        self._server = server
        self._emit = emit
        self._answered = answered
        self._asked: set[tuple[str, str]] = set()
        """What focusers were asked and have not answered yet: device and property."""
        self._commands = ForeignCommandFinder(server)
        self._focusers: list[str] = []
        self._writer: asyncio.StreamWriter | None = None
        self._inactive = True
        self._silent = False
        self._pings: dict[str, float] = {}
        """When each ping that is not answered yet was sent, by the number that it is to confirm."""
        self._lost = False

    @property
    def sent(self) -> int:
        """How many commands rigd has sent."""
        return self._commands.sent

    def note_sent(self, device: str, position_steps: int | None) -> None:
        """Note that rigd itself sends a command to a focuser; its echo is not another program's."""
        self._commands.note_sent(device, position_steps)

    def follow(self, device: str) -> None:
        """Listen to a focuser from now on."""
        if device not in self._focusers:
            self._focusers.append(device)
            self._request_properties(device)

    def ask(self, device: str, name: str) -> bool:
        """Ask a driver to define one of `ANSWERS` once more; whether that is possible now."""
        if self._writer is None or device not in self._focusers:
            return False
        self._asked.add((device, name))
        self._request_property(device, name)
        return True

    def handle_pong(self, sent: int) -> None:
        """The server answered a ping that followed rigd's first `sent` commands."""
        now_s = monotonic()
        if self._writer is None:
            if self._inactive:
                self._commands.confirm_passed(sent)
        elif any(now_s - sent_s > SILENT_S for sent_s in self._pings.values()):
            self._silent = True
            self._writer.transport.abort()
        else:
            self._pings.setdefault(str(sent), now_s)
            self._write(f'<pingRequest uid="{sent}"/>\n')

    def reset(self) -> None:
        """Forget everything: the driver's own connection is made anew."""
        self._focusers.clear()
        self._asked.clear()
        self._commands = ForeignCommandFinder(self._server)
        self._lost = False

    async def run(self, host: str, port: int, unix_socket: str) -> None:
        """Listen until cancelled; `unix_socket` is "" for TCP."""
        wait_s = RETRY_S
        while True:
            try:
                await self._listen(host, port, unix_socket)
                continue
            except (OSError, NotIndiError) as error:
                reason = str(error) or f"no connection within {CONNECT_S:g} s"
            finally:
                await self._disconnect()
            self._inactive = True
            if self._lost:
                log.debug("%s: the echo: %s", self._server, reason)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_MAX_S)
            else:
                await asyncio.sleep(RETRY_S)  # a server that is lost ends this life meanwhile
                self._report_loss(reason)
                wait_s = 2 * RETRY_S

    def _report_loss(self, reason: str) -> None:
        self._lost = True
        log.warning("server %s: other programs' commands are not heard: %s", self._server, reason)
        self._emit(EchoLost(at_s=monotonic(), server=self._server, reason=reason))

    async def _listen(self, host: str, port: int, unix_socket: str) -> None:
        """One connection, to its end in an error or its limit of bytes."""
        self._inactive = self._silent = False
        async with asyncio.timeout(CONNECT_S):
            reader, self._writer = await _open(host, port, unix_socket)
        connection = PromptConnection()
        if not unix_socket:
            connection.attach(self._writer.get_extra_info("socket"))
        for device in self._focusers:
            self._request_properties(device)
        wire, pongs = MessageReader(), 0
        while wire.fed_bytes < MAX_PARSED_BYTES:
            data = await reader.read(1 << 16)
            connection.acknowledge()
            if not data:
                silent = f"the server did not answer a ping within {SILENT_S:g} s"
                msg = silent if self._silent else "the server closed the connection"
                raise ConnectionError(msg)
            now_s = monotonic()
            for message in wire.feed(data):
                if message.tag == "pingReply":
                    pongs += self._take_pong(message.attributes.get("uid", ""))
                    continue
                self._take_answer(message)
                command = self._commands.find_foreign(message, now_s)
                if command is not None:
                    self._emit(command)
            if self._lost and pongs >= STEADY_PONGS:
                self._lost = False
                log.info("server %s: other programs' commands are heard again", self._server)
                self._emit(EchoHeard(at_s=now_s, server=self._server))

    def _take_pong(self, uid: str) -> bool:
        if self._pings.pop(uid, None) is None:
            return False
        self._commands.confirm_passed(int(uid))
        return True

    def _take_answer(self, message: Message) -> None:
        """Hand on what a focuser says that was asked."""
        asked = (message.device, message.name)
        if asked not in self._asked or message.tag[:3] not in {"def", "set"}:
            return
        value = read_number(message, ANSWERS[message.name])
        if value is not None:
            self._asked.discard(asked)
            self._answered(*asked, value)

    def _request_properties(self, device: str) -> None:
        for name in HEARD_PROPERTIES:
            self._request_property(device, name)

    def _request_property(self, device: str, name: str) -> None:
        self._write(f'<getProperties version="1.7" device={quoteattr(device)} name="{name}"/>\n')

    def _write(self, text: str) -> None:
        if self._writer is not None:
            self._writer.write(text.encode())

    async def _disconnect(self) -> None:
        writer, self._writer = self._writer, None
        self._pings.clear()
        self._asked.clear()
        self._commands.forget_positions()
        if writer is not None:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


async def _open(
    host: str, port: int, unix_socket: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if not unix_socket or sys.platform == "win32":  # Windows has no such sockets
        return await asyncio.open_connection(host, port)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        # An abstract name, as libindi's; such a connection stands at once or not at all.
        connection.connect(b"\0" + unix_socket.encode())
        return await asyncio.open_unix_connection(sock=connection)
    except BaseException:
        with suppress(OSError):
            connection.close()
        raise
