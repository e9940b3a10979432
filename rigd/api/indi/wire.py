"""INDI's XML, read and written: shared by the daemon and the driver that indiserver starts.

Only the standard library: the driver is a small process that must start at once and never die.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

MAX_ELEMENT_BYTES = 1 << 16
"""An element that is not complete after so many bytes is dropped: properties here are small."""
MAX_CHILDREN = 256

_BEGINS = re.compile(rb"<(?=(?:new|get|set|def|del|message|enable|ping|rigd)[A-Za-z]*[\s/>])")
"""Where reading begins again after bytes that are no XML."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


class Child(NamedTuple):
    """One `oneNumber`, `defSwitch`, ... of an element."""

    tag: str
    attributes: Mapping[str, str]
    text: str


class Element(NamedTuple):
    """One message of INDI."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Child, ...] = ()

    @property
    def device(self) -> str:
        """The device that it is about; "" if none."""
        return self.attributes.get("device", "")

    @property
    def name(self) -> str:
        """The property that it is about; "" if none."""
        return self.attributes.get("name", "")

    @property
    def values(self) -> dict[str, str]:
        """The text of each child by its name."""
        return {child.attributes.get("name", ""): child.text for child in self.children}

    def to_bytes(self) -> bytes:
        """The element as it crosses the wire, with a line's end."""
        begin = f"<{self.tag}{_attributes(self.attributes)}"
        if not self.children:
            return f"{begin}/>\n".encode()
        inner = "".join(
            f"\n  <{child.tag}{_attributes(child.attributes)}>{_escape(child.text)}</{child.tag}>"
            for child in self.children
        )
        return f"{begin}>{inner}\n</{self.tag}>\n".encode()


def message(device: str, sentence: str) -> Element:
    """What clients show in their log; INDI has no other place where they do."""
    return Element("message", {"device": device, "message": sentence})


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_escape(value)}"' for name, value in attributes.items())


_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": " ", "\r": " ", "\t": " "}
)
"""Not `xml.sax.saxutils`, which loads an HTTP client: this is a third of the driver's memory."""


def _escape(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).translate(_ESCAPES)


class ElementReader:
    """Cuts a stream into elements; what is no XML costs itself and nothing after it."""

    def __init__(self) -> None:
        self._partial_tag = b""
        """The beginning of a tag: newer expats hold half a tag back longer than its other half."""
        self._complete: list[Element] = []
        self._children: list[Child] = []
        self._pieces: list[str] = []
        self._head = self._child = ("", dict[str, str]())
        self._fed = self._complete_until = self._depth = 0
        self._parser = self._start_anew()

    def feed(self, data: bytes) -> list[Element]:
        """The elements that these bytes complete."""
        data = self._partial_tag + data
        half = data.rfind(b"<")
        if half <= data.rfind(b">"):
            half = len(data)
        self._partial_tag = data[half:] if len(data) - half <= MAX_ELEMENT_BYTES else b""
        return list(self._parse(data[:half]))

    def _parse(self, data: bytes) -> Iterator[Element]:
        while data:
            try:
                self._parser.Parse(data, False)
            except expat.ExpatError:
                failed = max(0, self._parser.ErrorByteIndex - self._fed)
                begin = _BEGINS.search(data, failed + 1)
                yield from self._complete
                self._start_anew()
                data = data[begin.start() :] if begin else b""
            else:
                self._fed += len(data)
                data = b""
        yield from self._complete
        self._complete = []
        is_endless = self._fed - self._complete_until > MAX_ELEMENT_BYTES
        # Expat keeps every name that it has ever seen: between two elements a new one is free.
        if is_endless or (self._depth == 1 and self._fed > MAX_ELEMENT_BYTES):
            self._start_anew()

    def _start_anew(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(intern=None)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser
        self._depth, self._complete = 0, []
        # With its root opened first no document type, and so no entity, can be declared.
        root = b"<indi>"
        parser.Parse(root, False)
        self._fed = self._complete_until = len(root)
        return parser

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            self._head, self._children = (tag, attributes), []
        elif self._depth == 3:
            self._child, self._pieces = (tag, attributes), []

    def _text(self, text: str) -> None:
        if self._depth == 3:
            self._pieces.append(text)

    def _end(self, _tag: str) -> None:
        if self._depth == 3 and len(self._children) < MAX_CHILDREN:
            text = "".join(self._pieces).strip()
            self._children.append(Child(*self._child, text))
        elif self._depth == 2:
            self._complete.append(Element(*self._head, tuple(self._children)))
            self._complete_until = self._parser.CurrentByteIndex
        self._depth -= 1
