"""Where the drivers of rigd's INDI devices come in: a socket of this computer, and a TCP port."""

import asyncio
import logging
import os
import socket
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from rigd.api.http.settings import LOOPBACK, Network
from rigd.api.indi.door import IndiDoor
from rigd.errors import ConfigError
from rigd.view.observatory import Observatory

log = logging.getLogger(__name__)

SOCKET_MODE = 0o660
MOST_PATH_BYTES = 107
"""Of a socket's path on Linux (unix(7))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndiSettings:
    """Where the drivers come in, and who may."""

    socket: Path | None = None
    """None: no socket of this computer."""
    host: str = "127.0.0.1"
    port: int | None = None
    """None: no TCP port."""
    allowed_networks: tuple[Network, ...] = ()
    token: str | None = field(default=None, repr=False)
    version: str = "0.0"


async def serve_indi(observatory: Observatory, settings: IndiSettings) -> None:
    """Serve until cancelled.

    Raises:
        ConfigError: the port cannot be bound, or has no token.
    """
    door = IndiDoor(observatory, settings.version, settings.token)
    async with AsyncExitStack() as stack:
        if settings.socket is not None:
            await _listen_on_socket(stack, door, settings.socket)
        if settings.port is not None:
            await _listen_on_port(stack, door, settings)
        await door.run()


async def _listen_on_socket(stack: AsyncExitStack, door: IndiDoor, path: Path) -> None:
    """Open the socket; rigd goes on without it, since nothing else depends on it."""
    if sys.platform == "win32":  # has sockets of this kind, and asyncio none
        return
    if len(os.fsencode(path)) > MOST_PATH_BYTES:
        log.info("no socket for INDI drivers: %s is longer than %d bytes", path, MOST_PATH_BYTES)
        return
    try:
        listener = _bind(path)
        server = await asyncio.start_unix_server(
            partial(door.serve, needs_token=False), sock=listener
        )
    except OSError as error:
        log.warning("no socket for INDI drivers: %s: %s", path, error.strerror or error)
        return
    log.info("INDI drivers (indi_rigd) come in at %s", path)
    stack.callback(_forget, path)
    stack.callback(server.close)


def _bind(path: Path) -> socket.socket:
    """A socket that nobody can reach before its mode is set.

    Raises:
        OSError: something else has that name, or the directory cannot be written to.
    """
    if sys.platform == "win32":
        msg = "not on Windows"
        raise OSError(msg)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_socket() and not _is_listening(path):
        path.unlink()  # left by a rigd that was killed
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(SOCKET_MODE)
    except OSError:
        listener.close()
        raise
    return listener


def _is_listening(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1.0)
        return trial.connect_ex(str(path)) == 0


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


async def _listen_on_port(stack: AsyncExitStack, door: IndiDoor, settings: IndiSettings) -> None:
    where = f"listen.indi_port {settings.port}"
    if settings.token is None:
        msg = f"{where}: needs listen.token, which every driver must send"
        raise ConfigError(msg)

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        networks = (*LOOPBACK, *settings.allowed_networks)
        if peer is None or not any(ip_address(peer[0]) in one for one in networks):
            writer.close()
            return
        await door.serve(reader, writer, needs_token=True)

    try:
        server = await asyncio.start_server(welcome, settings.host, settings.port)
    except OSError as error:
        msg = f"{where}: {error.strerror or error}"
        raise ConfigError(msg) from error
    log.info("INDI drivers of other computers come in at %s:%s", settings.host, settings.port)
    stack.callback(server.close)
