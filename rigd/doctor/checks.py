"""All checks, and how they are run: side by side, none holding up the others for long."""

from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from rigd.doctor.alerts import check_alerts
from rigd.doctor.computer import (
    check_clock,
    check_database,
    check_disk,
    check_service,
    check_versions,
)
from rigd.doctor.configuration import check_configuration, check_drivers, check_exposure
from rigd.doctor.daemon import check_daemon, check_ports
from rigd.doctor.finding import Finding, warning
from rigd.doctor.indi_drivers import check_indi_drivers
from rigd.doctor.indi_socket import check_indi_socket
from rigd.doctor.installation import Installation
from rigd.doctor.rigs import check_appliers, check_offsets, check_rigs
from rigd.doctor.servers import check_servers
from rigd.doctor.watched import check_watched

Check = Callable[[Installation], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    check_configuration,
    check_drivers,
    check_versions,
    check_service,
    check_daemon,
    check_ports,
    check_database,
    check_disk,
    check_clock,
    check_exposure,
    check_alerts,
    check_servers,
    check_indi_drivers,
    check_indi_socket,
    check_rigs,
    check_appliers,
    check_offsets,
    check_watched,
)
"""In the order in which they are shown: what others depend on comes first."""
LIMIT_S = 30.0


def run_checks(
    there: Installation, checks: Sequence[Check] = CHECKS, limit_s: float = LIMIT_S
) -> tuple[Finding, ...]:
    """Return what every check finds; one that fails or hangs is a finding too."""
    done: SimpleQueue[tuple[int, list[Finding]]] = SimpleQueue()

    def work(number: int) -> None:
        try:
            found = list(checks[number](there))
        except Exception as error:  # noqa: BLE001 - a check that fails must not hide the others
            found = [_failed(checks[number], f"{type(error).__name__}: {error}")]
        done.put((number, found))

    for number in range(len(checks)):
        # A daemon thread: what hangs on a dead share does not hold up the end of the command.
        Thread(target=work, args=(number,), daemon=True).start()
    results: dict[int, list[Finding]] = {}
    end_s = monotonic() + limit_s
    while len(results) < len(checks):
        try:
            number, found = done.get(timeout=max(0.0, end_s - monotonic()))
        except Empty:
            break
        results[number] = found
    return tuple(
        finding
        for number, check in enumerate(checks)
        for finding in results.get(number, [_failed(check, f"no answer within {limit_s:g} s")])
    )


def _failed(check: Check, why: str) -> Finding:
    name = check.__name__.removeprefix("check_").replace("_", " ")
    return warning(name, f"could not be checked: {why}", "please report this, with the line")
