"""The daemon: one loop, one task group; everything starts and ends here."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path

from rigd.api.http.settings import ServerSettings
from rigd.api.server import Address, serve
from rigd.autofocus_logs.log_time import parse_zone
from rigd.autofocus_logs.own_positions import parse_positions
from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import MANUAL, ListenConfig, LoadedConfig, ServerConfig
from rigd.daemon.driver_plugins import check_programs, check_servers, find_driver
from rigd.daemon.exposure import find_exposures
from rigd.daemon.schedule import make_schedule
from rigd.devices.driver import Driver
from rigd.errors import RigdError, StoreError
from rigd.files.config_path import NO_RIG
from rigd.service.observatory import LiveObservatory
from rigd.service.watched_folders import WatchedFolder, WatchedFolders
from rigd.setup.derive import SetupDeriver
from rigd.setup.device_matches import unknown_entries
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.lock import lock_store
from rigd.store.starting_profiles import profiles_at_start
from rigd.store.upkeep import delete_old_lines
from rigd.store.write_ahead_log import extend_log

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
    try:
        with lock_store(loaded.store_path), closing(Archive(Store(loaded.store_path))) as archive:
            await _serve(loaded, archive, stop, started)
    finally:
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
    catalog = load_catalog(loaded.catalog_dirs)
    observatory = LiveObservatory(archive, drivers, catalog)
    observatory.set_config(loaded.config)
    await archive.run(extend_log)
    await observatory.recall()
    check_servers(loaded)
    for server in (*loaded.config.servers, ServerConfig(name=MANUAL, driver=MANUAL)):
        make, address = find_driver(server)
        drivers[server.name] = make(address, observatory.emit)
    check_programs(loaded.config)
    for problem in catalog.problems:
        log.warning("catalog: %s", problem)
    for exposure in find_exposures(loaded):
        if not exposure.is_unavoidable:
            log.warning("%s: %s", exposure.sentence, exposure.remedy)
    await _add_rigs(loaded, archive, catalog, observatory)
    watched = _watch(loaded, observatory)
    schedule = make_schedule(
        upkeep=partial(keep_tidy, archive, observatory),
        temperatures=observatory.note_temperatures,
        watch=watched.look if loaded.config.watch else None,
    )

    def report_ready(address: Address) -> None:
        notify("READY=1")
        if started is not None:
            started(address.port)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(driver.run()) for driver in drivers.values()]
            tasks.append(group.create_task(observatory.run()))
            if loaded.config.watch:
                tasks.append(group.create_task(watched.keep_reading()))
            tasks.append(group.create_task(_keep_watchdog()))
            settings = server_settings(loaded.config.listen)
            settings = replace(settings, config=str(loaded.path.resolve()))
            tasks.append(group.create_task(serve(observatory, settings, started=report_ready)))
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


async def _add_rigs(
    loaded: LoadedConfig, archive: Archive, catalog: Catalog, observatory: LiveObservatory
) -> None:
    """Start every rig with its profile, and say what is wrong or unknown of it."""
    start = await archive.run(lambda store: profiles_at_start(store, loaded))
    for warning in start.warnings:
        log.warning("%s", warning)
    if not loaded.config.rigs:
        log.warning("%s", NO_RIG)
    for config in loaded.config.rigs:
        profile = start.profiles[config.name]
        for missing in unknown_entries(profile, catalog):
            log.warning("%s: %s", config.name, missing)
        await observatory.add(SetupDeriver(config, profile, catalog))
        mode = observatory.snapshot(config.name).settings.mode
        log.info("rig %s: profile %r, mode %s", config.name, profile.name, mode)


def _watch(loaded: LoadedConfig, observatory: LiveObservatory) -> WatchedFolders:
    directories = [
        WatchedFolder(
            path=loaded.path.parent / Path(one.path).expanduser(),
            rig=one.rig,
            zone=None if one.zone is None else parse_zone(one.zone),
            coordinates=one.frame,
            positions=None if one.positions is None else parse_positions(one.positions),
        )
        for one in loaded.config.watch
    ]
    requests = observatory.learning_requests
    watched = WatchedFolders(
        directories, requests.take_runs, tell_problems=requests.note_watch_problems
    )
    requests.use_watched(watched.report)
    return watched


def server_settings(listen: ListenConfig) -> ServerSettings:
    """The server's settings, from the configuration."""
    return ServerSettings(
        host=listen.host,
        port=listen.port,
        discovery_port=listen.discovery_port or None,
        allowed_networks=tuple(ip_network(network) for network in listen.allowed_networks),
        hostnames=listen.hostnames,
        token=listen.token,
        location=listen.location,
        client_per_s=listen.requests_per_s,
        client_under_way=listen.requests_at_a_time,
        event_streams=listen.event_streams,
        version=".".join(version("rigd").split(".")[:2]),
    )


async def keep_tidy(archive: Archive, observatory: LiveObservatory) -> None:
    """Tidy the store and fit again, at noon; left out while a camera exposes."""
    if observatory.is_exposing():
        log.info("noon upkeep left out: a camera is exposing")
        return
    try:
        gone = await archive.run(delete_old_lines)
    except StoreError as error:
        log.warning("noon upkeep left out: %s", error)
        return
    await archive.run(extend_log)  # upkeep empties it
    log.info("noon upkeep: %s old lines of diary and journal deleted", gone)
    observatory.refit("noon")


async def _keep_watchdog() -> None:
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(WATCHDOG_S)


def notify(state: str) -> None:
    """Tell systemd the daemon's state (sd_notify); do nothing where there is no systemd."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address or sys.platform != "linux":
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notifier:
        notifier.connect(address)
        notifier.sendall(state.encode())
