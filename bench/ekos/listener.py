"""An independent listener on the INDI wire: what every device says and every client asks.

A plain TCP client with a clock of its own; nothing of rigd is in it. indiserver shows the commands
of each client to all others, so that it hears who was told what, and when, but not by whom.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from xml.etree.ElementTree import Element, XMLPullParser

LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Vector:
    """A property vector as it crossed the wire."""

    at_s: float
    """On the listener's own clock."""
    what: str
    """`def`, `set` or, of a client, `new`."""
    device: str
    name: str
    state: str
    values: dict[str, str]

    @property
    def number(self) -> float | None:
        """The first value, if it is a number."""
        with suppress(StopIteration, ValueError):
            return float(next(iter(self.values.values())))
        return None


class Listener:
    """Keeps what crosses the wire, in its order."""

    def __init__(self, port: int, hear: Callable[[Vector], None] | None = None) -> None:
        """`hear` is called with each vector as it comes, in the listener's thread."""
        self.heard: list[Vector] = []
        self._hear = hear
        self._socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(None)
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        self._send("<getProperties version='1.7'/>")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(LIMIT_S)
        self._socket.close()

    def latest(self, device: str, name: str) -> Vector | None:
        """What a device said last of a property."""
        with self._news:
            for vector in reversed(self.heard):
                if (vector.device, vector.name) == (device, name) and vector.what != "new":
                    return vector
        return None

    def wait(self, is_so: Callable[[], bool], what: str, limit_s: float) -> None:
        """Wait until something that was heard makes it so.

        Raises:
            TimeoutError: it was not so within the limit.
        """
        end_s = time.monotonic() + limit_s
        while not is_so():
            with self._news:
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    msg = f"not within {limit_s:g} s: {what}"
                    raise TimeoutError(msg)
                self._news.wait(min(left_s, 0.5))

    def tell(self, kind: str, device: str, name: str, values: dict[str, str]) -> None:
        """Ask a device for something, as a client does: `kind` is Number, Switch or Text."""
        one = f"one{kind}"
        ones = "".join(f"<{one} name='{key}'>{text}</{one}>" for key, text in values.items())
        self._send(f"<new{kind}Vector device='{device}' name='{name}'>{ones}</new{kind}Vector>")

    def keep(self, path: Path) -> None:
        """Write what was heard to a file, a line for each vector."""
        with self._news:
            heard = list(self.heard)
        with path.open("w", encoding="utf-8") as file:
            for v in heard:
                values = " ".join(f"{key}={text}" for key, text in v.values.items())
                file.write(f"{v.at_s:.4f} {v.what} {v.device}.{v.name} {v.state} {values}\n")

    def _send(self, text: str) -> None:
        self._socket.sendall(text.encode() + b"\n")

    def _listen(self) -> None:
        parser = XMLPullParser(["end"])
        parser.feed("<wire>")
        with suppress(OSError):
            while data := self._socket.recv(1 << 16):
                now_s = time.monotonic()
                parser.feed(data)
                for _, element in parser.read_events():
                    if isinstance(element, Element) and element.tag.endswith("Vector"):
                        self._keep(read(element, now_s))
                        element.clear()

    def _keep(self, vector: Vector) -> None:
        with self._news:
            self.heard.append(vector)
            self._news.notify_all()
        if self._hear is not None:
            self._hear(vector)


def read(element: Element, at_s: float) -> Vector:
    """An element of the wire as a vector."""
    return Vector(
        at_s=at_s,
        what=element.tag[:3],
        device=element.get("device", ""),
        name=element.get("name", ""),
        state=element.get("state", ""),
        values={child.get("name", ""): (child.text or "").strip() for child in element},
    )
