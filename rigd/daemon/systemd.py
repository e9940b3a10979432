"""What the service manager is told: that rigd is ready, reloads, ends, and lives (sd_notify).

It is told that rigd lives only while the event loop runs *and* every driver does: a daemon whose
driver hangs answers every client and serves none.
"""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Mapping
from time import monotonic

from rigd.devices.driver import Driver, PacedDriver

log = logging.getLogger(__name__)

WATCHDOG_S = 10.0


def notify(state: str) -> None:
    """Tell systemd the daemon's state; do nothing where there is no systemd."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address or sys.platform != "linux":
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notifier:
        notifier.connect(address)
        notifier.sendall(state.encode())


def notify_reloading() -> None:
    """Tell systemd that the configuration is read anew; READY=1 ends that."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic() * 1e6)}")


async def keep_watchdog(drivers: Mapping[str, Driver], period_s: float = WATCHDOG_S) -> None:
    """Tell systemd that rigd lives as long as no driver hangs, until cancelled."""
    said: frozenset[str] = frozenset()
    while True:
        hanging = find_hanging(drivers, monotonic())
        if hanging - said:
            names = ", ".join(sorted(hanging))
            log.error("the driver of %s hangs: the service manager is to start rigd again", names)
        said = hanging
        if not hanging:
            notify("WATCHDOG=1")
        await asyncio.sleep(period_s)


def find_hanging(drivers: Mapping[str, Driver], now_s: float) -> frozenset[str]:
    """The servers whose driver has not taken a turn for longer than it ever should."""
    return frozenset(
        server
        for server, driver in drivers.items()
        if isinstance(driver, PacedDriver) and driver.is_hanging(now_s)
    )
