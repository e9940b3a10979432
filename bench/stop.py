"""How long the daemon takes to end, in states that may hold it up.

One command: `./dev bench stop`. SIGTERM to a daemon of its own for each state; printed: the seconds
until its process is gone, its exit code, and whether it ended by itself or by its limit.
"""

import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.live.simulated import SimulatedDaemon

AIM_S = 5.0
FORM = {"content-type": "application/x-www-form-urlencoded"}


@contextmanager
def _at_rest(_: SimulatedDaemon) -> Iterator[None]:
    yield


@contextmanager
def _moving(daemon: SimulatedDaemon) -> Iterator[None]:
    daemon.connect()
    daemon.until(lambda: bool(daemon.read("/rigd/v1/rigs/demo")["focus_known"]))
    daemon.ask("PUT", "/api/v1/filterwheel/0/position", "Position=3", FORM)
    yield


@contextmanager
def _clients(daemon: SimulatedDaemon) -> Iterator[None]:
    """Event streams that are followed, requests that are half sent."""
    with socket.socket() as _:
        open_ = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(20)]
        for number, one in enumerate(open_):
            head = b"GET /rigd/v1/events HTTP/1.1\r\nHost: localhost\r\n"
            one.sendall(head + (b"\r\n" if number % 2 else b""))
        sleep(0.5)
        yield
        for one in open_:
            one.close()


@contextmanager
def _locked(daemon: SimulatedDaemon) -> Iterator[None]:
    """Another process writes to the database and does not end."""
    connection = sqlite3.connect(daemon.directory / "rigd.db", isolation_level=None)
    connection.execute("begin immediate")
    daemon.connect()
    daemon.ask("POST", "/rigd/v1/rigs/demo/hold", '{"hold": true}')
    yield
    connection.close()


def _measure(name: str, state: Callable[..., object], more: str = "", mode: str = "apply") -> bool:
    with (
        tempfile.TemporaryDirectory() as folder,
        SimulatedDaemon(Path(folder), mode, more_servers=more, forked=False) as daemon,
        state(daemon),  # type: ignore[attr-defined]  # a context manager
    ):
        began_s = monotonic()
        code = daemon.stop()
        took_s = monotonic() - began_s
        by_limit = "something hangs" in daemon.said()
    print(f"{name:34} {took_s:5.2f} s  exit {code}  {'by its limit' if by_limit else 'by itself'}")
    return took_s <= AIM_S and code == 0


def main() -> None:
    """Measure and print."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        port = silent.getsockname()[1]
        server = f'[[servers]]\nname = "silent"\nhost = "127.0.0.1"\nport = {port}\ndriver = '
        right = [
            _measure("at rest", _at_rest),
            _measure("in the middle of a filter change", _moving),
            _measure("20 clients that do not end", _clients),
            _measure("the database locked by another", _locked),
            _measure("an INDI server that says nothing", _at_rest, server + '"indi"\n'),
            _measure("an Alpaca server that says nothing", _at_rest, server + '"alpaca"\n'),
        ]
    if not all(right):
        raise SystemExit(f"not every end within {AIM_S:g} s")


if __name__ == "__main__":
    main()
