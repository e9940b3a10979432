"""The daemon: one loop, one task group; everything starts and ends here."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from ipaddress import ip_network

from rigd.answers import match_rig, profile_summary, train_of, unknown_entries
from rigd.api.server import Address, serve
from rigd.api.settings import ServerSettings
from rigd.applier import Archive
from rigd.catalog import Catalog, load_catalog
from rigd.config import ListenConfig, LoadedConfig
from rigd.driver import Driver
from rigd.errors import RigdError
from rigd.observatory import LiveObservatory
from rigd.plugins import find_driver
from rigd.portrait import Answers
from rigd.profile import EquipmentProfile
from rigd.rig import Rig
from rigd.schedule import make_schedule
from rigd.slots import settings_of, slots_of
from rigd.store import Store
from rigd.traincatalog import CatalogLookup
from rigd.view import Json

log = logging.getLogger(__name__)

WATCHDOG_S = 10.0


async def run(loaded: LoadedConfig, started: Callable[[int], None] | None = None) -> None:
    """Run every rig of a configuration until SIGINT or SIGTERM.

    Args:
        loaded: the configuration with its profiles.
        started: called with the TCP port once rigd answers.

    Raises:
        ConfigError: a server's table is wrong, or the port is taken.
        StoreError: the database cannot be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the loop's main task instead
            loop.add_signal_handler(number, stop.set)
    archive = Archive(Store(loaded.store_path))
    try:
        await _serve(loaded, archive, stop, started)
    finally:
        archive.close()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
    log.info("stopped")


async def _serve(
    loaded: LoadedConfig,
    archive: Archive,
    stop: asyncio.Event,
    started: Callable[[int], None] | None,
) -> None:
    drivers: dict[str, Driver] = {}
    observatory = LiveObservatory(archive, drivers)
    await observatory.recall()
    for server in loaded.config.servers:
        make, address = find_driver(server)
        drivers[server.name] = make(address, observatory.emit)
    catalog = load_catalog(loaded.catalog_dirs)
    for problem in catalog.problems:
        log.warning("catalog: %s", problem)
    lookup = CatalogLookup(catalog)
    for config in loaded.config.rigs:
        profile = loaded.profiles[config.name]
        for missing in unknown_entries(profile, catalog):
            log.warning("%s: %s", config.name, missing)
        train = await asyncio.to_thread(train_of, config.name, profile, catalog)
        await observatory.add(
            settings_of(config, profile),
            partial(slots_of, profile, lookup),
            partial(_work_out, profile, catalog, train),
        )
        log.info("rig %s: profile %r, mode %s", config.name, profile.name, config.mode)
    schedule = make_schedule(
        upkeep=partial(_upkeep, archive, observatory),
        temperatures=observatory.note_temperatures,
    )

    def answering(address: Address) -> None:
        notify("READY=1")
        if started is not None:
            started(address.port)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(driver.run()) for driver in drivers.values()]
            tasks.append(group.create_task(observatory.run()))
            tasks.append(group.create_task(_keep_watchdog()))
            settings = _server_settings(loaded.config.listen)
            tasks.append(group.create_task(serve(observatory, settings, started=answering)))
            schedule.start()
            await stop.wait()
            notify("STOPPING=1")
            for task in tasks:
                task.cancel()
    except* RigdError as failed:
        raise failed.exceptions[0] from None
    finally:
        schedule.shutdown(wait=False)
        await observatory.finish()


def _server_settings(listen: ListenConfig) -> ServerSettings:
    return ServerSettings(
        host=listen.host,
        port=listen.port,
        discovery_port=listen.discovery_port or None,
        allowed_networks=tuple(ip_network(network) for network in listen.allowed_networks),
        hostnames=listen.hostnames,
        token=listen.token,
        location=listen.location,
        version=".".join(version("rigd").split(".")[:2]),
    )


def _work_out(
    profile: EquipmentProfile, catalog: Catalog, train: tuple[Json, str | None], rig: Rig
) -> Answers:
    return Answers(
        match=match_rig(rig, profile, catalog),
        train=train[0],
        train_svg=train[1],
        profile=profile_summary(rig, profile),
    )


async def _upkeep(archive: Archive, observatory: LiveObservatory) -> None:
    if observatory.exposing():
        log.info("noon upkeep left out: a camera is exposing")
        return
    gone = await archive.run(lambda store: store.upkeep())
    log.info("noon upkeep: %s old diary lines deleted", gone)


async def _keep_watchdog() -> None:
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(WATCHDOG_S)


def notify(state: str) -> None:
    """Tell systemd how it stands (sd_notify); nothing where there is no systemd."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        door.connect(address)
        door.sendall(state.encode())
