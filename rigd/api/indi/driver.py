"""`indi_rigd`: the driver that indiserver starts, a mirror of rigd's devices on an INDI bus.

    indiserver ... indi_rigd          rigd of this computer
    RIGD_INDI=pier3:32326 RIGD_TOKEN_FILE=~/.rigd-token indiserver ... indi_rigd

It decides nothing. While the daemon is away it stays, says so, and looks for it twice a second;
it ends when indiserver does.
"""

import os
import selectors
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rigd.api.indi.driver_cache import DriverCache
from rigd.api.indi.wire import Element, ElementReader

GREETING = "rigd-indi 1"
"""The first line to the daemon, with the token behind it; the 1 is the version of the talk."""
END = "rigdEnd"
"""The last words of a driver whose indiserver ends: it was not killed."""
RETRY_S = 0.5
REFUSED = (
    "rigd closed the connection without a word; if that goes on, the token in RIGD_TOKEN_FILE is "
    "not that of rigd's [listen], or the versions differ"
)
MOST_WAITING_BYTES = 1 << 20
"""What a daemon that does not read is kept; then it counts as away."""
SOCKETS = ("/run/rigd/rigd-indi.sock", "~/.local/state/rigd/rigd-indi.sock")
"""Where the service listens, and rigd as a person starts it."""

_IN, _OUT = 0, 1
_CHUNK = 1 << 16


class Driver:
    """One pass between indiserver (standard input and output) and the daemon (a socket)."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self._places = places
        self._cache = DriverCache()
        self._from_server = ElementReader()
        self._from_daemon = ElementReader()
        self._selector = selectors.DefaultSelector()
        self._selector.register(_IN, selectors.EVENT_READ)
        self._link: socket.socket | None = None
        self._is_connecting = False
        self._waiting = b""
        self._said = ""
        """The newest line in indiserver's log, until rigd has answered again."""

    def run(self) -> None:
        """Go on until indiserver closes its end."""
        self._connect()
        while True:
            ready = self._selector.select(RETRY_S if self._link is None else None)
            for key, events in ready:
                if key.fileobj == _IN:
                    if not self._take_from_server():
                        return
                elif key.fileobj is self._link:
                    self._look_at_link(events)
            if self._link is None:
                self._connect()

    def _take_from_server(self) -> bool:
        data = os.read(_IN, _CHUNK)
        if not data:
            if self._link is not None and not self._is_connecting:
                self._send(Element(END, {}).to_bytes())
            return False
        for asked in self._from_server.feed(data):
            if asked.tag == "getProperties":
                _tell(self._cache.definitions(asked))
            elif not asked.tag.startswith("new"):
                continue
            elif self._cache.is_linked:
                self._send(asked.to_bytes())
            else:
                _tell(self._cache.refuse(asked))
        return True

    def _look_at_link(self, events: int) -> None:
        if self._is_connecting:
            self._greet()
            return
        if events & selectors.EVENT_WRITE:
            self._send(b"")
        if events & selectors.EVENT_READ and self._link is not None:
            try:
                data = self._link.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                if not self._cache.is_linked:
                    self._say_once(REFUSED)
                self._unlink()
                return
            self._said = ""
            for said in self._from_daemon.feed(data):
                _tell(self._cache.take(said))

    def _say_once(self, sentence: str) -> None:
        """Say it in indiserver's log, but not at each attempt."""
        if sentence != self._said:
            self._said = sentence
            with suppress(OSError):
                sys.stderr.write(f"indi_rigd: {sentence}\n")
                sys.stderr.flush()

    def _read_token(self) -> str:
        """The token as it stands now: whoever corrects it need not start the driver again."""
        path = os.environ.get("RIGD_TOKEN_FILE")
        if not path:
            return ""
        try:
            return Path(path).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            self._say_once(f"RIGD_TOKEN_FILE: {error}")
            return ""

    def _connect(self) -> None:
        for place in self._places:
            family, address = _address(place)
            if family is None:
                continue
            link = socket.socket(family, socket.SOCK_STREAM)
            link.setblocking(False)
            try:
                link.connect(address)
            except BlockingIOError:
                pass
            except OSError:
                link.close()
                continue
            self._link, self._is_connecting = link, True
            self._selector.register(link, selectors.EVENT_WRITE)
            return

    def _greet(self) -> None:
        link = self._link
        if link is None or link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._unlink()
            return
        if link.family in {socket.AF_INET, socket.AF_INET6}:
            # A daemon whose computer lost its power says no goodbye.
            link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 2)):
                if hasattr(socket, option):
                    link.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_connecting = False
        self._from_daemon = ElementReader()
        self._send(f"{GREETING} {self._read_token()}\n".encode())

    def _send(self, data: bytes) -> None:
        link = self._link
        if link is None:
            return
        self._waiting += data
        try:
            sent = link.send(self._waiting) if self._waiting else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self._unlink()
            return
        self._waiting = self._waiting[sent:]
        if len(self._waiting) > MOST_WAITING_BYTES:
            self._unlink()
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._waiting else 0)
        self._selector.modify(link, events)

    def _unlink(self) -> None:
        if self._link is not None:
            self._selector.unregister(self._link)
            self._link.close()
        self._link, self._waiting, self._is_connecting = None, b"", False
        if self._cache.is_linked:
            _tell(self._cache.lose_link())


def _address(place: str) -> tuple[socket.AddressFamily | None, Any]:
    """The family and the address of a place: a path, or host:port."""
    if sys.platform != "win32" and "/" in place:
        return socket.AF_UNIX, str(Path(place).expanduser())
    host, _, port = place.rpartition(":")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return None, ""
    return found[0][0], found[0][4]


def _tell(elements: Iterable[Element]) -> None:
    data = b"".join(element.to_bytes() for element in elements)
    while data:
        data = data[os.write(_OUT, data) :]


def main() -> None:
    """Run as a driver of indiserver."""
    place = os.environ.get("RIGD_INDI")
    try:
        Driver((place,) if place else SOCKETS).run()
    except (BrokenPipeError, KeyboardInterrupt):
        return  # indiserver is gone


if __name__ == "__main__":
    main()
