"""What an INDI server says of its devices, heard for some seconds over a connection of its own.

It asks for the properties and changes none.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

CONNECT_S = 3.0
LISTEN_S = 4.0
QUIET_S = 0.7
"""So long nothing more has come when it is taken to be all."""
MOST_BYTES = 8 << 20
ASK = b'<getProperties version="1.7"/>\n'


class NotIndiError(Exception):
    """What answers there does not speak INDI."""


@dataclass(slots=True)
class HeardDevice:
    """The properties of one device: its elements by name, as text."""

    properties: dict[str, dict[str, str]] = field(default_factory=dict)

    def value(self, name: str, element: str) -> str | None:
        """One element; None if it was not said."""
        return self.properties.get(name, {}).get(element)


class _Messages:
    """Keeps what each device defines or sets; the target of an XML parser."""

    def __init__(self) -> None:
        self.devices: dict[str, HeardDevice] = {}
        self._depth = 0
        self._elements: dict[str, str] = {}
        self._message: Element | None = None
        self._name: str | None = None
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            self._message, self._elements = Element(tag, attributes), {}
        elif self._depth == 3:
            self._name, self._text = attributes.get("name"), []

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, _tag: str) -> None:
        if self._depth == 3 and self._name is not None:
            self._elements[self._name] = "".join(self._text).strip()
        elif self._depth == 2 and self._message is not None:
            self._keep(self._message)
        self._depth -= 1

    def close(self) -> None:
        return None

    def _keep(self, message: Element) -> None:
        device, name = message.get("device"), message.get("name")
        if device and name and message.tag[:3] in {"def", "set"}:
            heard = self.devices.setdefault(device, HeardDevice())
            heard.properties.setdefault(name, {}).update(self._elements)


def hear(host: str, port: int) -> Mapping[str, HeardDevice]:
    """Return the devices of an INDI server, by name.

    Raises:
        OSError: no connection.
        NotIndiError: something else answers.
    """
    messages = _Messages()
    parser = DefusedXMLParser(target=messages)
    with socket.create_connection((host, port), CONNECT_S) as sock:
        sock.sendall(ASK)
        sock.settimeout(QUIET_S)
        end_s, heard = monotonic() + LISTEN_S, 0
        try:
            parser.feed(b"<wire>")
            while monotonic() < end_s and heard < MOST_BYTES:
                data = sock.recv(1 << 16)
                if not data:
                    break
                heard += len(data)
                parser.feed(data)
        except TimeoutError:
            pass
        except (ParseError, DefusedXmlException) as odd:
            raise NotIndiError(str(odd)) from odd
    return messages.devices
