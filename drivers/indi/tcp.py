"""A TCP connection to an INDI server without the kernel's waits."""

import socket
from contextlib import suppress
from typing import Any, Protocol


class Wire(Protocol):
    """A socket, or what asyncio shows of one."""

    def setsockopt(self, level: int, option: int, value: Any, /) -> None:
        """As a socket's."""


class Swift:
    """Keeps a TCP connection free of the kernel's waits: without it a command takes 44 ms.

    libindi and indiserver both write in small pieces without TCP_NODELAY. Ours can be set; for
    the server's, every received piece is acknowledged at once (Linux forgets that option, so it
    is set again after each message).
    """

    def __init__(self) -> None:
        self._wire: Wire | None = None

    def take(self, wire: Wire | None) -> None:
        """Look after this connection from now on."""
        self._wire = wire
        if wire is not None:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.again()

    def again(self) -> None:
        """Acknowledge at once what came and what comes next."""
        if self._wire is not None:
            with suppress(OSError, AttributeError):
                self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
