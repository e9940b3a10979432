"""Servers that answer, and the devices on them: INDI by name, Alpaca by discovery.

Nothing is connected and nothing moves: a driver listens for a few seconds.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.matching import Match, facts_of, match
from rigd.config import ServerConfig
from rigd.daemon.driver_plugins import find_driver
from rigd.devices.events import DeviceSeen, Event, FocuserReport, ServerUp, WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef
from rigd.errors import RigdError
from rigd.files.names import derive_name

INDI_PORT: Final = 7624
ALPACA: Final = "alpaca"
CONNECT_S: Final = 1.5
QUIET_S: Final = 1.5
"""After so long without news of a device all are there: a driver defines its properties at once."""
LISTEN_S: Final = 12.0
DISCOVERY_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device with what the catalog says of it, for each of its kinds."""

    identity: DeviceIdentity
    matches: tuple[Match, ...]
    labels: tuple[str, ...] = ()
    """Names that a wheel itself has for its slots."""
    connected: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """A server with its devices."""

    name: str
    driver: str
    options: dict[str, object]
    devices: tuple[KnownDevice, ...] = ()

    @property
    def words(self) -> str:
        """Where it is."""
        if self.options.get("discover"):
            return "Alpaca, by discovery"
        return f"{self.driver.upper()} at {self.options['host']}:{self.options['port']}"


@dataclass(slots=True)
class _Heard:
    """What a driver told."""

    loop: asyncio.AbstractEventLoop
    events: list[Event] = field(default_factory=list)
    news_s: float = 0.0
    up: bool = False

    def take(self, event: Event) -> None:
        self.events.append(event)
        self.up = self.up or isinstance(event, ServerUp)
        if isinstance(event, DeviceSeen):
            self.news_s = self.loop.time()


async def find_servers(
    named: Sequence[str], catalog: Catalog, *, discovery_port: int | None = None
) -> tuple[KnownServer, ...]:
    """Return every server that answers, with its devices.

    Args:
        named: INDI servers as HOST or HOST:PORT, beside this computer's own, of which `localhost`
            may name another port.
        catalog: what devices are matched to.
        discovery_port: UDP port of Alpaca discovery; None: the usual one; 0: none is looked for.
    """
    given = [_host_and_port(one) for one in named]
    own = [] if any(host == "localhost" for host, _ in given) else [("localhost", INDI_PORT)]
    places = dict.fromkeys((*own, *given))
    answering = [place for place in places if await _answers(*place)]
    configs: list[ServerConfig] = []
    for host, port in answering:
        name = "indi" if not configs else derive_name(f"indi {host} {port}")
        options = {"name": name, "driver": "indi", "host": host, "port": port}
        configs.append(ServerConfig.model_validate(options))
    if discovery_port != 0:
        found: dict[str, object] = {"name": ALPACA, "driver": ALPACA, "discover": True}
        if discovery_port is not None:
            found["discovery_port"] = discovery_port
        configs.append(ServerConfig.model_validate(found))
    servers = await asyncio.gather(*(_listen(one, catalog) for one in configs))
    return tuple(one for one in servers if one.devices or one.driver != ALPACA)


def _host_and_port(words: str) -> tuple[str, int]:
    host, _, port = words.rpartition(":")
    if host and port.isdecimal():
        return host, int(port)
    return words, INDI_PORT


async def _answers(host: str, port: int) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()
        return True
    return False


async def _listen(config: ServerConfig, catalog: Catalog) -> KnownServer:
    """Listen to a server until it has told of all its devices."""
    make, address = find_driver(config)
    heard = _Heard(asyncio.get_running_loop())
    heard.news_s = begun_s = heard.loop.time()
    driver = make(address, heard.take)
    running = asyncio.create_task(driver.run())
    first_s = DISCOVERY_S if config.driver == ALPACA else LISTEN_S
    try:
        while not running.done():
            await asyncio.sleep(0.1)
            now_s = heard.loop.time()
            seen = any(isinstance(event, DeviceSeen) for event in heard.events)
            limit_s = begun_s + (LISTEN_S if seen else first_s)
            if now_s > limit_s or (seen and now_s - heard.news_s > QUIET_S):
                break
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, RigdError):
            await running
    return KnownServer(
        name=config.name,
        driver=config.driver,
        options={**config.options},
        devices=_devices(heard.events, catalog),
    )


def _devices(events: Sequence[Event], catalog: Catalog) -> tuple[KnownDevice, ...]:
    identities: dict[DeviceRef, DeviceIdentity] = {}
    labels: dict[DeviceRef, tuple[str, ...]] = {}
    connected: dict[DeviceRef, bool] = {}
    for event in events:
        match event:
            case DeviceSeen():
                identities[event.identity.ref] = event.identity
            case WheelReport():
                labels[event.ref] = event.names or labels.get(event.ref, ())
                connected[event.ref] = event.connected
            case FocuserReport():
                connected[event.ref] = event.connected
            case _:
                pass
    return tuple(
        KnownDevice(
            identity=one,
            matches=tuple(_match(one, kind, catalog) for kind in sorted(one.kinds)),
            labels=labels.get(one.ref, ()),
            connected=connected.get(one.ref),
        )
        for one in identities.values()
        if one.kinds
    )


def _match(identity: DeviceIdentity, kind: DeviceKind, catalog: Catalog) -> Match:
    return match(facts_of(identity, kind), catalog)
