"""Where the daemon may be: a socket of this computer, or the addresses of a host's name.

Only the standard library: the driver that indiserver starts uses it.
"""

import socket
import sys
import threading
from pathlib import Path
from typing import NamedTuple

LOOKUP_S = 0.1
"""How long the driver stands still for a name; one that takes longer is asked for at the next try.

With the network gone a name may take half a minute, in which clients must have their answers.
"""
HIGHEST_PORT = 65535
SILENCE_MS = 10_000
"""Of a connection to another computer; our choice, above a wireless network's usual gaps."""


class Address(NamedTuple):
    """What a socket connects to."""

    family: socket.AddressFamily
    address: str | tuple[object, ...]


class DaemonAddress:
    """A place as a person writes it: a path, or host:port."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._found: tuple[Address, ...] = ()
        self._lookup: threading.Thread | None = None

    @property
    def is_place(self) -> bool:
        """Whether it is a path, or has a port that there is."""
        if sys.platform != "win32" and "/" in self._place:
            return True
        host, _, port = self._place.rpartition(":")
        return bool(host) and port.isdecimal() and 0 < int(port) <= HIGHEST_PORT

    def next(self) -> Address | None:
        """The address to try now: each of a name in turn, then the name anew; None: not known."""
        if sys.platform != "win32" and "/" in self._place:
            return Address(socket.AF_UNIX, str(Path(self._place).expanduser()))
        if not self.is_place:  # a port above the highest would be taken for another one
            return None
        if not self._found:
            if self._lookup is None:
                self._lookup = threading.Thread(target=self._look_up, daemon=True)
                self._lookup.start()
            self._lookup.join(LOOKUP_S)
            if self._lookup.is_alive():
                return None
            self._lookup = None
        if not self._found:
            return None
        found, self._found = self._found[0], self._found[1:]
        return found

    def _look_up(self) -> None:
        host, _, port = self._place.rpartition(":")
        try:
            found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            return
        self._found = tuple(Address(one[0], one[4]) for one in found)


def watch_for_silence(link: socket.socket) -> None:
    """Have the system notice within `SILENCE_MS` that the other computer is not reached any more.

    One that lost its power says no goodbye, and what is sent to it waits a quarter of an hour.
    """
    if link.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_NODELAY", 1),
        ("TCP_KEEPIDLE", 4),
        ("TCP_KEEPINTVL", 2),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", SILENCE_MS),
    ):
        if hasattr(socket, option):
            link.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
