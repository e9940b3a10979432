"""Listens to the servers of a configuration beside the daemon: asks, and commands nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from rigd.config import ServerConfig
from rigd.daemon.driver_plugins import find_driver
from rigd.devices.driver import Message, RecordedDriver
from rigd.devices.events import Event
from rigd.recording.event_facts import facts_of
from rigd.recording.recording import Heard, Noticed

MOST_HEARD = 200_000
"""Messages; some hours of a busy night. What comes after them is not kept."""
NOT_RECORDED = "is not recorded: only servers of devices are (driver indi or alpaca)"


@dataclass(slots=True)
class Listening:
    """What comes of it."""

    servers: list[dict[str, Any]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)
    seconds: float = 0.0
    """How long it lasted; 0 while it does."""


async def listen(
    servers: Sequence[ServerConfig],
    found: Listening,
    *,
    seconds: float | None,
    stopped: asyncio.Event,
) -> None:
    """Listen for some seconds, or until stopped; what comes is added to `found`.

    Raises:
        ConfigError: a server's table is wrong.
    """
    began_s = monotonic()
    drivers: list[RecordedDriver] = []
    for server in servers:
        make, address = find_driver(server)
        driver = make(address, partial(_note, found, began_s))
        row: dict[str, Any] = {"name": server.name, "driver": server.driver}
        if isinstance(driver, RecordedDriver):
            driver.keep_messages(partial(_keep, found, began_s, server.name))
            drivers.append(driver)
        else:
            row["left_out"] = NOT_RECORDED
        found.servers.append(row)
    tasks = [asyncio.create_task(driver.run()) for driver in drivers]
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        pass
    finally:
        found.seconds = round(monotonic() - began_s, 3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _keep(found: Listening, began_s: float, server: str, at_s: float, message: Message) -> None:
    if len(found.heard) < MOST_HEARD and not found.seconds:
        since_s = round(at_s - began_s, 4)
        found.heard.append(Heard(at_s=since_s, server=server, message=dict(message)))


def _note(found: Listening, began_s: float, event: Event) -> None:
    if len(found.heard) < MOST_HEARD and not found.seconds:
        at_s = round(event.at_s - began_s, 4)
        found.noticed.append(Noticed(at_s=at_s, kind=type(event).__name__, facts=facts_of(event)))
