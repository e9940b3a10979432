"""What this computer's indiservers run: drivers given up, chained servers, rigd's own twice."""

from collections.abc import Iterator
from contextlib import suppress
from time import sleep

from rigd.api.indi.properties import EXECUTABLE
from rigd.devices.identity import is_own_name
from rigd.doctor.finding import Finding, ok, warning
from rigd.doctor.indi_processes import IndiServer, find_configured
from rigd.doctor.indi_wire import NotIndiError, hear
from rigd.doctor.installation import Installation

LOOK_AGAIN_S = 1.0
"""indiserver starts a driver that ended again at once, ten times if nothing else is set (-r)."""
_HERE = "127.0.0.1"
_INSTEAD = (
    f"run {EXECUTABLE} under a server of this computer (`RIGD_INDI=HOST:PORT`, docs/indi.md), and "
    "have programs connect to the other server itself"
)


def check_indi_drivers(there: Installation) -> Iterator[Finding]:
    """Check what the indiservers of the configuration run, where they are this computer's."""
    if there.loaded is None:
        return
    servers = list(find_configured(there.loaded.config))
    if any(server.find_ended() for server in servers):
        sleep(LOOK_AGAIN_S)
        servers = list(find_configured(there.loaded.config))
    for server in servers:
        found = list(_check(server))
        names = ", ".join(server.drivers) or "what its FIFO is told"
        yield from found or [ok("drivers", f"{server} runs {names}")]


def _check(server: IndiServer) -> Iterator[Finding]:
    for name in server.find_ended():
        yield warning(
            "drivers",
            f"{server} does not run {name} any more: it ended too often (indiserver's -r), or was "
            "stopped",
            "see in indiserver's log why it ended, then start indiserver (in Ekos the INDI "
            "profile) again",
        )
    for word in server.chained:
        yield warning(
            "drivers",
            f"{server} is chained to another one ({word}), and can go down with all its drivers "
            "when that goes away",
            _INSTEAD,
        )
    if server.count(EXECUTABLE) > 1:
        yield warning(
            "drivers",
            f"{server} runs {EXECUTABLE} {server.count(EXECUTABLE)} times, and each defines the "
            "same devices",
            "start it once: one instance has the devices of all rigs",
        )
    if not server.has_pair and (server.chained or server.has_fifo):
        own = _hear_own(server)
        if own:
            yield warning(
                "drivers",
                f"{server} has {', '.join(own)}, and does not run {EXECUTABLE}: they come through "
                "a chained server",
                _INSTEAD,
            )


def _hear_own(server: IndiServer) -> list[str]:
    """Return rigd's devices on a server; none where it does not answer, which is said elsewhere."""
    with suppress(OSError, NotIndiError):
        return sorted(filter(is_own_name, hear(_HERE, server.port)))
    return []
