"""`indi_rigd`: the driver that indiserver starts, a mirror of rigd's devices on an INDI bus.

    indiserver ... indi_rigd          rigd of this computer
    RIGD_INDI=pier3:32326 RIGD_TOKEN_FILE=~/.rigd-token indiserver ... indi_rigd

It decides nothing. While the daemon is away it stays, says so, and looks for it twice a second;
it ends when indiserver does. A daemon that is there and does not answer is noticed while somebody
waits for it; at rest nothing is asked, and nothing costs anything.
"""

import os
import selectors
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from rigd.api.indi.daemon_address import DaemonAddress, watch_for_silence
from rigd.api.indi.driver_cache import DriverCache
from rigd.api.indi.wire import Element, ElementReader

GREETING = "rigd-indi 2"
"""The first line to the daemon, with the token behind it; the 2 is the version of the talk."""
AGAIN = "rigdAgain"
"""The first word of a driver that was linked before: its clients have had rigd's devices since."""
PING, PONG = "rigdPing", "rigdPong"
"""Asked behind a command and while anything is Busy, and its answer."""
ANSWER_S = 10.0
"""How long a daemon may take to answer a ping; then it counts as away. Our choice."""
END = "rigdEnd"
"""The last words of a driver whose indiserver ends: it was not killed."""
RETRY_S = 0.5
REFUSED = (
    "rigd closed the connection without a word; if that goes on, the token in RIGD_TOKEN_FILE is "
    "not that of rigd's [listen], or the versions differ"
)
SILENT = "rigd is there and does not answer"
MOST_WAITING_BYTES = 1 << 20
"""What a daemon that does not read is kept; then it counts as away."""
SOCKETS = ("/run/rigd/rigd-indi.sock", "~/.local/state/rigd/rigd-indi.sock")
"""Where the service listens, and rigd as a person starts it."""

_IN, _OUT = 0, 1
_CHUNK = 1 << 16


class Driver:
    """One pass between indiserver (standard input and output) and the daemon (a socket)."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self._places = tuple(DaemonAddress(place) for place in places)
        self._cache = DriverCache()
        self._from_server = ElementReader()
        self._from_daemon = ElementReader()
        self._selector = selectors.DefaultSelector()
        self._selector.register(_IN, selectors.EVENT_READ)
        self._link: socket.socket | None = None
        self._is_connecting = False
        self._waiting = b""
        self._was_linked = False
        self._pinged_at_s: float | None = None
        """When the daemon was last asked whether it is there; None: nobody waits for it."""
        self._is_answered = True
        self._said = ""
        """The newest line in indiserver's log, until rigd has answered again."""

    def run(self) -> None:
        """Go on until indiserver closes its end."""
        self._connect()
        while True:
            ready = self._selector.select(self._next_look_s())
            for key, events in ready:
                if key.fileobj == _IN:
                    if not self._take_from_server():
                        return
                elif key.fileobj is self._link:
                    self._look_at_link(events)
            self._look_for_silence()
            if self._link is None:
                self._connect()

    def _next_look_s(self) -> float | None:
        """How long nothing needs to be done unless somebody says something; None: for ever."""
        if self._link is None:
            return RETRY_S
        if self._pinged_at_s is None:
            return None
        return max(0.0, self._pinged_at_s + ANSWER_S - monotonic())

    def _ping(self) -> None:
        if self._pinged_at_s is None or self._is_answered:
            self._pinged_at_s, self._is_answered = monotonic(), False
            self._send(Element(PING, {}).to_bytes())

    def _look_for_silence(self) -> None:
        """Give up a daemon that answers no ping; ask it again while clients wait for it."""
        asked_at_s = self._pinged_at_s
        if asked_at_s is None or monotonic() < asked_at_s + ANSWER_S:
            return
        if not self._is_answered:
            self._say_once(SILENT)
            self._unlink()
        elif self._cache.is_busy:
            self._ping()
        else:
            self._pinged_at_s = None

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
                self._ping()
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
            for said in self._from_daemon.feed(data):
                self._said = ""
                if said.tag == PONG:
                    self._is_answered = True
                else:
                    _tell(self._cache.take(said))
            self._was_linked = self._was_linked or self._cache.is_linked
            if self._cache.is_busy and self._pinged_at_s is None:
                self._ping()

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
            found = place.next()
            if found is None:
                continue
            link = socket.socket(found.family, socket.SOCK_STREAM)
            watch_for_silence(link)
            link.setblocking(False)
            try:
                link.connect(found.address)
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
        self._is_connecting = False
        self._from_daemon = ElementReader()
        again = Element(AGAIN, {}).to_bytes() if self._was_linked else b""
        self._send(f"{GREETING} {self._read_token()}\n".encode() + again)

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
        self._pinged_at_s = None
        if self._cache.is_linked:
            _tell(self._cache.lose_link())


def _tell(elements: Iterable[Element]) -> None:
    data = b"".join(element.to_bytes() for element in elements)
    while data:
        data = data[os.write(_OUT, data) :]


def main() -> None:
    """Run as a driver of indiserver."""
    place = os.environ.get("RIGD_INDI")
    if place and not DaemonAddress(place).is_place:
        sys.stderr.write(f"indi_rigd: RIGD_INDI={place}: neither a path nor host:port\n")
    try:
        Driver((place,) if place else SOCKETS).run()
    except (BrokenPipeError, KeyboardInterrupt):
        return  # indiserver is gone
    except PermissionError:
        # A file, or /dev/null: nothing that can be waited for, and so no indiserver.
        sys.exit("indi_rigd: a driver that indiserver starts (`indiserver indi_rigd`): no server")


if __name__ == "__main__":
    main()
