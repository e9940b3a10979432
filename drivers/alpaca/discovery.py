"""Alpaca discovery: one question by broadcast, and every server's answer."""

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Interface
from typing import Any

import ifaddr

QUESTION = b"alpacadiscovery1"
WINDOW_S = 0.9
"""How long answers are waited for. A server answers at once, but an access point may hold a
broadcast back for some tenths of a second."""

LOOPBACK = "127.255.255.255"
"""The whole loopback network: servers on this computer that listen to it alone."""
ALL = "255.255.255.255"
"""Every network that this computer is connected to, where routers and adapters allow it."""

log = logging.getLogger(__name__)


async def discover(port: int, addresses: Sequence[str], heard: Callable[[str, int], None]) -> None:
    """Ask all networks and tell host and TCP port of each server as it answers.

    A server on two networks answers twice.
    """
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Answers(heard),
        local_addr=("0.0.0.0", 0),  # noqa: S104 - a broadcast's answers come to any interface
        family=socket.AF_INET,
        allow_broadcast=True,
    )
    try:
        for address in addresses or broadcast_addresses():
            with suppress(OSError):  # no route: nobody there
                transport.sendto(QUESTION, (address, port))
        await asyncio.sleep(WINDOW_S)
    finally:
        transport.close()


def broadcast_addresses() -> tuple[str, ...]:
    """The broadcast address of each network of this machine, loopback among them."""
    networks = {LOOPBACK, ALL}
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if ip.is_IPv4 and ip.network_prefix < 31:
                network = IPv4Interface(f"{ip.ip}/{ip.network_prefix}").network
                networks.add(str(network.broadcast_address))
    return tuple(sorted(networks))


class _Answers(asyncio.DatagramProtocol):
    """Takes `{"AlpacaPort": n}`; what else arrives is not meant for rigd."""

    def __init__(self, heard: Callable[[str, int], None]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        try:
            port = json.loads(data)["AlpacaPort"]
        except (ValueError, TypeError, KeyError):
            return
        if isinstance(port, int) and 0 < port < 65536:
            self._heard(str(addr[0]), port)

    def error_received(self, exc: Exception) -> None:
        log.debug("discovery: %s", exc)
