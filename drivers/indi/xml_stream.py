"""INDI's XML as it crosses the wire: pieces of bytes in, complete messages out.

A document without end, read by expat: the root is opened before the first byte, so no document
type, and with it no entity, can be declared any more. What a server makes it keep is bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

MAX_MESSAGE_BYTES = 1 << 18
"""A message that is not complete after so many bytes is none: rigd asks for no images, and a
property has some kB at most."""


class NotIndiError(ValueError):
    """What came is not INDI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: an element below the root."""

    tag: str
    attributes: Mapping[str, str]
    elements: Mapping[str, str]
    """Text of each `oneNumber`, `defSwitch`, ... by its name."""

    @property
    def device(self) -> str:
        """The device that it is about; "" if none."""
        return self.attributes.get("device", "")

    @property
    def name(self) -> str:
        """The property that it is about; "" if none."""
        return self.attributes.get("name", "")


class MessageReader:
    """Cuts a stream into messages."""

    def __init__(self) -> None:
        parser = expat.ParserCreate(intern=None)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser
        self._depth = 0
        self._tag, self._attributes = "", dict[str, str]()
        self._elements: dict[str, str] = {}
        self._element: str | None = None
        self._pieces: list[str] = []
        self._complete: list[Message] = []
        self._fed_bytes = self._complete_until = 0
        self._partial_tag = b""
        """The beginning of a tag."""
        self._parse(b"<wire>")

    @property
    def fed_bytes(self) -> int:
        """How much it has read; what names expat keeps grows with that at most."""
        return self._fed_bytes

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete.

        Expat is given complete tags only: newer versions hold half a tag back until more comes
        than its other half, and a command would be heard too late.

        Raises:
            NotIndiError: they are not INDI, or a message does not end.
        """
        data = self._partial_tag + data
        half = data.rfind(b"<")
        if half <= data.rfind(b">"):
            half = len(data)
        self._partial_tag = data[half:]
        self._parse(data[:half])
        if self._fed_bytes + len(self._partial_tag) - self._complete_until > MAX_MESSAGE_BYTES:
            msg = f"a message that did not end within {MAX_MESSAGE_BYTES} bytes"
            raise NotIndiError(msg)
        complete, self._complete = self._complete, []
        return complete

    def _parse(self, data: bytes) -> None:
        self._fed_bytes += len(data)
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as odd:
            msg = f"bytes that are no XML: {odd}"
            raise NotIndiError(msg) from odd

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            self._tag, self._attributes, self._elements = tag, attributes, {}
        elif self._depth == 3:
            self._element, self._pieces = attributes.get("name"), []

    def _text(self, text: str) -> None:
        if self._depth == 3:
            self._pieces.append(text)
        elif self._depth < 2 and text.strip():
            msg = f"text between messages: {text[:40]!r}"
            raise NotIndiError(msg)

    def _end(self, _tag: str) -> None:
        if self._depth == 3 and self._element is not None:
            self._elements[self._element] = "".join(self._pieces).strip()
        elif self._depth == 2:
            self._complete.append(
                Message(tag=self._tag, attributes=self._attributes, elements=self._elements)
            )
            self._complete_until = self._parser.CurrentByteIndex
        self._depth -= 1
