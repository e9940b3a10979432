"""Everything that can be found before the first question."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rigd.autofocus_logs.log_time import parse_zone
from rigd.catalog.catalog import Catalog
from rigd.first_run.findings import Findings
from rigd.first_run.known_devices import find_servers
from rigd.first_run.known_logs import find_logs
from rigd.first_run.known_profiles import find_profiles
from rigd.first_run.saved_labels import find_saved_labels
from rigd.first_run.usual_places import homes


async def look_around(
    catalog: Catalog,
    discovery_port: int,
    *,
    servers: Sequence[str] = (),
    profiles: Sequence[Path] = (),
    logs: Sequence[Path] = (),
    home: Sequence[Path] = (),
) -> Findings:
    """Return servers with their devices, what programs know, and logs; nothing is connected.

    Args:
        catalog: what devices are matched to.
        discovery_port: UDP port of Alpaca discovery; 0: none is looked for.
        servers: further INDI servers, HOST or HOST:PORT.
        profiles: files of programs in other places than the usual ones.
        logs: directories of autofocus logs in other places.
        home: directories to look in, not in those of this computer's users.
    """
    # Absolute: what is written is read relative to the configuration, not to where one is now.
    below = tuple(one.absolute() for one in home) or homes()
    profiles = [one.absolute() for one in profiles]
    logs = [one.absolute() for one in logs]
    zone = own_zone()
    found, known, read, labels = await asyncio.gather(
        find_servers(servers, catalog, discovery_port=discovery_port),
        asyncio.to_thread(find_profiles, below, profiles),
        asyncio.to_thread(find_logs, below, logs, None if zone is None else parse_zone(zone)),
        asyncio.to_thread(find_saved_labels, below),
    )
    return Findings(servers=found, profiles=known, logs=read, saved_labels=labels)


def own_zone() -> str | None:
    """This computer's time zone by name; None where it has none."""
    target = Path("/etc/localtime").resolve()
    named = str(target).partition("zoneinfo/")[2] or os.environ.get("TZ", "")
    if named and parse_zone(named) is not None:
        return named
    offset = datetime.now().astimezone().strftime("%z")
    return f"{offset[:3]}:{offset[3:]}" if offset else None
