"""A TCP connection to an INDI server without the kernel's waits."""

import socket
import sys
from contextlib import suppress
from typing import Any, Protocol


class TcpSocket(Protocol):
    """A socket, or what asyncio shows of one."""

    def setsockopt(self, level: int, option: int, value: Any, /) -> None:
        """As a socket's."""


class PromptConnection:
    """Keeps a TCP connection free of the kernel's waits: without it a command takes 44 ms.

    libindi and indiserver both write in small pieces without TCP_NODELAY. Ours can be set; for
    the server's, every received piece is acknowledged at once (Linux forgets that option, so it
    is set again after each message). Without a TCP socket (a Unix socket needs none of it) it does
    nothing.
    """

    def __init__(self) -> None:
        self._socket: TcpSocket | None = None

    def attach(self, tcp_socket: TcpSocket | None) -> None:
        """Look after this connection from now on."""
        self._socket = tcp_socket
        if tcp_socket is not None:
            tcp_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.acknowledge()

    def acknowledge(self) -> None:
        """Acknowledge at once what came and what comes next."""
        if self._socket is not None and sys.platform == "linux":
            with suppress(OSError):  # a socket that has gone
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
