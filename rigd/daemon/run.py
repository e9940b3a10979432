"""The daemon: one loop, one task group; everything starts and ends here."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from rigd.alerts.watch import AlertWatch
from rigd.api.http.settings import ServerSettings
from rigd.api.indi.server import IndiSettings, serve_indi
from rigd.api.server import Address, serve
from rigd.autofocus_logs.log_time import parse_zone
from rigd.autofocus_logs.own_positions import parse_positions
from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import MANUAL, ListenConfig, LoadedConfig, ServerConfig
from rigd.daemon.driver_plugins import check_programs, check_servers, find_driver
from rigd.daemon.exposure import find_exposures
from rigd.daemon.late_imports import import_late
from rigd.daemon.night_files import NightFiles
from rigd.daemon.program_tables import make_publisher
from rigd.daemon.reload import Wishes, read_anew, wait_until_at_rest
from rigd.daemon.schedule import Job, keep_schedule
from rigd.daemon.systemd import keep_watchdog, notify, notify_reloading
from rigd.devices.driver import Driver
from rigd.errors import ConfigError, RigdError, StoreError
from rigd.files.config_path import NO_RIG
from rigd.publish.publisher import Publisher
from rigd.service.observatory import LiveObservatory
from rigd.service.watched_folders import WatchedFolder, WatchedFolders
from rigd.setup.derive import SetupDeriver
from rigd.setup.device_matches import unknown_entries
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.lock import lock_store
from rigd.store.room import describe_full
from rigd.store.starting_profiles import profiles_at_start
from rigd.store.upkeep import delete_old_lines
from rigd.store.write_ahead_log import extend_log
from rigd.view.first_run import FirstRun

log = logging.getLogger(__name__)

SetUp = Callable[[LoadedConfig, Wishes], FirstRun]
INDI_SOCKET = "rigd-indi.sock"


async def run(
    loaded: LoadedConfig,
    started: Callable[[int], None] | None = None,
    stopping: Callable[[], object] | None = None,
    set_up: SetUp | None = None,
) -> None:
    """Run every rig of a configuration until SIGINT or SIGTERM; read it anew at SIGHUP.

    Args:
        loaded: the configuration with its profiles.
        started: called with the TCP port once rigd answers.
        stopping: called when rigd is asked to end.
        set_up: makes what offers the first configuration, where there is no rig.

    Raises:
        ConfigError: a server's table is wrong, or the port is taken.
        StoreError: the database cannot be used.
    """
    wishes = Wishes(stopping)
    with (
        wishes.heard(),
        lock_store(loaded.store_path),
        closing(Archive(Store(loaded.store_path))) as archive,
    ):
        await _serve_each(loaded, archive, wishes, started, set_up)
    log.info("stopped")


async def _serve_each(
    loaded: LoadedConfig,
    archive: Archive,
    wishes: Wishes,
    started: Callable[[int], None] | None,
    set_up: SetUp | None,
) -> None:
    """Serve one configuration after the other; the one before goes on if the next never answers."""
    current: LoadedConfig | None = loaded
    before: LoadedConfig | None = None
    while current is not None:
        answered: list[int] = []

        def report_ready(port: int, answered: list[int] = answered) -> None:
            answered.append(port)
            if started is not None:
                started(port)

        wrong: ConfigError | None = None
        following: LoadedConfig | None = None
        try:
            following = await _serve(current, archive, wishes, report_ready, set_up)
        except ConfigError as error:
            if before is None or answered:
                raise
            wrong, following = error, before
        if wrong is not None:
            log.error("reload: %s; the configuration before goes on", wrong)
        before, current = None if wrong else current, following


async def _serve(
    loaded: LoadedConfig,
    archive: Archive,
    wishes: Wishes,
    started: Callable[[int], None],
    set_up: SetUp | None = None,
) -> LoadedConfig | None:
    """Serve a configuration; return the one to go on with, None to end."""
    drivers: dict[str, Driver] = {}
    catalog = load_catalog(loaded.catalog_dirs)
    observatory = LiveObservatory(archive, drivers, catalog)
    observatory.set_config(loaded.config)
    await archive.run(extend_log)
    await observatory.recall()
    check_servers(loaded)
    _make_drivers(loaded, observatory, drivers)
    check_programs(loaded.config)
    _warn(loaded, catalog)
    await _add_rigs(loaded, archive, catalog, observatory)
    answers = asyncio.Event()

    def report_ready(address: Address) -> None:
        answers.set()
        notify("READY=1")
        started(address.port)

    first_run = None if loaded.config.rigs or set_up is None else set_up(loaded, wishes)
    following: LoadedConfig | None = None
    try:
        async with asyncio.TaskGroup() as group:
            work = _drive(loaded, observatory, drivers)
            watched = _watch(loaded, observatory)
            if loaded.config.watch:
                work.append(watched.keep_reading())
            publisher = make_publisher(loaded.config, observatory, drivers, archive)
            alerts = make_alerts(loaded, observatory, publisher)
            served = partial(serve, observatory, _settings_of(loaded), started=report_ready)
            work += [
                alerts.run(),
                publisher.run(),
                served(alerts=alerts, publishing=publisher, first_run=first_run),
                keep_schedule(
                    answers,
                    upkeep=partial(keep_tidy, archive, observatory),
                    temperatures=observatory.note_temperatures,
                    watch=watched.look if loaded.config.watch else None,
                    reports=_night_files(loaded, observatory),
                ),
                import_late(answers),
            ]
            tasks = [group.create_task(one) for one in work]
            following = await _await_end(loaded, archive, observatory, wishes)
            for task in tasks:
                task.cancel()
    except* RigdError as failed:
        raise failed.exceptions[0] from None
    finally:
        await asyncio.gather(*([first_run.close()] if first_run else []), observatory.finish())
    return following


def _make_drivers(
    loaded: LoadedConfig, observatory: LiveObservatory, drivers: dict[str, Driver]
) -> None:
    for server in (*loaded.config.servers, ServerConfig(name=MANUAL, driver=MANUAL)):
        make, address = find_driver(server)
        drivers[server.name] = make(address, observatory.emit)


def _drive(
    loaded: LoadedConfig, observatory: LiveObservatory, drivers: Mapping[str, Driver]
) -> list[Coroutine[Any, Any, None]]:
    """What moves the hardware and keeps an eye on it."""
    return [
        *(driver.run() for driver in drivers.values()),
        observatory.run(),
        keep_watchdog(drivers),
        serve_indi(observatory, indi_settings(loaded)),
    ]


def _settings_of(loaded: LoadedConfig) -> ServerSettings:
    """The server's settings, with where the configuration is."""
    return replace(server_settings(loaded.config.listen), config=str(loaded.path.resolve()))


async def _await_end(
    loaded: LoadedConfig, archive: Archive, observatory: LiveObservatory, wishes: Wishes
) -> LoadedConfig | None:
    """Wait for a new configuration that is right; None: rigd is to end."""
    while await wishes.next_reload():
        notify_reloading()
        log.info("reload: %s is read anew", loaded.path)
        new = await read_anew(loaded, archive)
        if new is None:
            notify("READY=1")
            continue
        await wait_until_at_rest(observatory, loaded, wishes.stop)
        if not wishes.stop.is_set():
            return new
    notify("STOPPING=1")
    return None


def _warn(loaded: LoadedConfig, catalog: Catalog) -> None:
    """Say what is wrong with the catalog and with who can reach rigd."""
    for problem in catalog.problems:
        log.warning("catalog: %s", problem)
    for exposure in find_exposures(loaded):
        if not exposure.is_unavoidable:
            log.warning("%s: %s", exposure.sentence, exposure.remedy)


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


def _night_files(loaded: LoadedConfig, observatory: LiveObservatory) -> Job | None:
    """What writes the report of each night; None: the configuration names no directory."""
    nights = loaded.config.nights
    if nights.reports is None:
        return None
    directory = loaded.store_path.parent / Path(nights.reports).expanduser()
    zone = None if nights.zone is None else parse_zone(nights.zone)
    return NightFiles(observatory, directory, nights.keep, zone).look


def make_alerts(
    loaded: LoadedConfig, observatory: LiveObservatory, publisher: Publisher
) -> AlertWatch:
    """What tells somebody when something is wrong, from the configuration."""
    return AlertWatch(
        observatory,
        loaded.config.alerts,
        loaded.path.parent,
        partial(describe_full, loaded.store_path),
        kept=loaded.store_path.with_name(f"{loaded.store_path.stem}-alerts.json"),
        changed_tables=publisher.changed_tables,
    )


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


def indi_settings(loaded: LoadedConfig) -> IndiSettings:
    """Where the drivers of rigd's INDI devices come in, from the configuration."""
    listen = loaded.config.listen
    path: Path | None
    if listen.indi_socket is not None:
        path = Path(listen.indi_socket).expanduser() if listen.indi_socket else None
    else:
        # Set by systemd for the unit's RuntimeDirectory.
        of_service = os.environ.get("RUNTIME_DIRECTORY")
        path = Path(of_service or loaded.store_path.parent) / INDI_SOCKET
    return IndiSettings(
        socket=path,
        host=listen.host,
        port=listen.indi_port,
        allowed_networks=tuple(ip_network(network) for network in listen.allowed_networks),
        token=listen.token,
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
