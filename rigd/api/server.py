"""The HTTP server: uvicorn with rigd's APIs as one application, and discovery beside it."""

import asyncio
import importlib
import importlib.util
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from rigd.api.alpaca.discovery import discovery
from rigd.api.dispatch import Dispatch
from rigd.api.http.reply import App
from rigd.api.http.settings import ServerSettings
from rigd.errors import ConfigError
from rigd.view.alerts import Alerts
from rigd.view.first_run import FirstRun
from rigd.view.observatory import Observatory
from rigd.view.publishing import Publishing

log = logging.getLogger(__name__)

BACKLOG = 512

DATE_S = 1.0
"""How often the `Date` header is renewed. uvicorn's own loop looks ten times a second whether it is
to end, for ever; rigd ends it by cancelling, so an idle computer need not wake for that."""

_BROWSER_LIMITS = (
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
)
"""Browsers: pages of other origins may not embed our pictures, run our data or frame our pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class _Server(uvicorn.Server):
    """The server of uvicorn, which here leaves signals to the daemon."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers."""
        yield


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop of uvloop if that is installed, else None; for `asyncio.Runner`."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop]
    factory = importlib.import_module("uvloop").new_event_loop
    return factory


async def serve(
    observatory: Observatory,
    settings: ServerSettings,
    *,
    started: Callable[[Address], None] = lambda _: None,
    pages: App | None = None,
    alerts: Alerts | None = None,
    publishing: Publishing | None = None,
    first_run: FirstRun | None = None,
) -> None:
    """Serve until cancelled; then end within `settings.stop_limit_s`.

    Args:
        observatory: what is served.
        settings: where and to whom.
        started: called with the bound address once requests are answered.
        pages: what answers the paths that belong to no API.
        alerts: what is asked about alerts.
        publishing: what is asked about the tables of other programs.
        first_run: what makes the first configuration; None: there is one with a rig.

    Raises:
        ConfigError: the port cannot be bound.
    """
    closing = asyncio.Event()
    dispatch = Dispatch(
        observatory, settings, closing, pages, alerts, publishing=publishing, first_run=first_run
    )
    listener = _listen(settings)
    port = listener.getsockname()[1]
    server = _Server(_config(dispatch, settings))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        await server.startup(sockets=[listener])
        stack.push_async_callback(_stop, server, closing, listener)
        if settings.discovery_port:
            await stack.enter_async_context(
                discovery(
                    settings.discovery_port,
                    port,
                    dispatch.may_discover,
                    loopback_only=settings.is_loopback_only,
                )
            )
        address = Address(host=settings.host, port=port)
        log.info("serving on http://%s", address)
        started(address)
        while True:
            await server.on_tick(0)
            await asyncio.sleep(DATE_S)


async def _stop(server: uvicorn.Server, closing: asyncio.Event, listener: socket.socket) -> None:
    closing.set()
    await server.shutdown(sockets=[listener])
    # Those that outlived the limit were cancelled: let them end.
    late = list(server.server_state.tasks)
    if late:
        await asyncio.wait(late, timeout=1.0)
    for connection in list(server.server_state.connections):
        if connection.transport is not None:
            connection.transport.abort()


def _config(dispatch: Dispatch, settings: ServerSettings) -> uvicorn.Config:
    app: Any = dispatch
    return uvicorn.Config(
        app,
        http=_http_protocol(),
        log_level="error",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        headers=[("server", f"rigd/{settings.version}"), *_BROWSER_LIMITS],
        proxy_headers=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=max(1, int(settings.stop_limit_s)),
        limit_concurrency=settings.max_connections,
        backlog=BACKLOG,
    )


def _http_protocol() -> Any:
    if importlib.util.find_spec("httptools") is None:  # not on Windows; h11 has a limit of its own
        return "h11"
    return importlib.import_module("rigd.api.http.bounded_http").BoundedHttpProtocol


def _listen(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sets TCP_NODELAY on what it accepts only if the protocol is stated; without it every
    # reply waits 40 ms for the client's delayed acknowledgement.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        msg = f"server {settings.host} port {settings.port}: {error.strerror or error}"
        raise ConfigError(msg) from error
    sock.setblocking(False)
    return sock
