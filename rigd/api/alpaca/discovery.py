"""Alpaca discovery: answers `alpacadiscovery1` on UDP with the TCP port.

The socket is shared (SO_REUSEADDR, SO_REUSEPORT): several Alpaca servers may run on one computer.
"""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

log = logging.getLogger(__name__)

REQUEST = b"alpacadiscovery"
LENGTHS = range(len(REQUEST) + 1, 65)
"""Bytes of a request: the word, a version character, and room reserved by the protocol."""
IPV6_GROUP = "ff12::a1:9aca"


class DiscoveryResponder(asyncio.DatagramProtocol):
    """Answers well-formed requests from clients that can reach the server; ignores all others."""

    def __init__(self, port: int, may_ask: Callable[[str], bool]) -> None:
        self._answer = json.dumps({"AlpacaPort": port}, separators=(",", ":")).encode()
        self._may_ask = may_ask
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answers."""
        self._transport = transport  # type: ignore[assignment]  # a datagram endpoint gives one

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one request."""
        if self._transport is None or not is_request(data) or not self._may_ask(str(addr[0])):
            return
        self._transport.sendto(self._answer, addr)

    def error_received(self, exc: Exception) -> None:
        """Ignore that an answer could not be delivered: the client is gone."""
        log.debug("discovery: %s", exc)


def is_request(data: bytes) -> bool:
    """Whether a datagram is a discovery request, of version 1 or a later compatible one."""
    version = data[len(REQUEST) : len(REQUEST) + 1]
    return len(data) in LENGTHS and data.startswith(REQUEST) and b"1" <= version <= b"9"


@asynccontextmanager
async def discovery(
    discovery_port: int, alpaca_port: int, may_ask: Callable[[str], bool], *, loopback_only: bool
) -> AsyncIterator[None]:
    """Answer discovery requests while the context is open; a taken port is one warning."""
    loop = asyncio.get_running_loop()
    transports: list[asyncio.DatagramTransport] = []

    def may_reach(address: str) -> bool:
        plain = address.partition("%")[0]
        return may_ask(plain) and (not loopback_only or ip_address(plain).is_loopback)

    try:
        for opened in (_ipv4, _ipv6):
            try:
                sock = opened(discovery_port)
            except OSError as error:
                level = logging.WARNING if opened is _ipv4 else logging.DEBUG
                log.log(level, "discovery on UDP port %s is off: %s", discovery_port, error)
                continue
            transport, _ = await loop.create_datagram_endpoint(
                lambda: DiscoveryResponder(alpaca_port, may_reach), sock=sock
            )
            transports.append(transport)
        yield
    finally:
        for transport in transports:
            transport.close()


def _shared(family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return sock


def _ipv4(port: int) -> socket.socket:
    sock = _shared(socket.AF_INET)
    try:
        # A socket bound to one address would never see a broadcast.
        sock.bind(("0.0.0.0", port))  # noqa: S104 - who may ask is judged for each datagram
    except OSError:
        sock.close()
        raise
    return sock


def _ipv6(port: int) -> socket.socket:
    sock = _shared(socket.AF_INET6)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(("::", port))
    except OSError:
        sock.close()
        raise
    group = socket.inet_pton(socket.AF_INET6, IPV6_GROUP)
    for index, name in socket.if_nameindex():
        try:
            membership = group + struct.pack("@I", index)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        except OSError as error:
            log.debug("discovery: no IPv6 multicast on %s: %s", name, error)
    return sock
