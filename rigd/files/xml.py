"""XML of unknown origin: no document types, no entities, bounded in depth and number."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 200_000


class _Bounded:
    """Builds a tree and stops at the limits, before memory is spent."""

    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        """Begin an element, within the limits."""
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            raise ValueError(f"elements nested deeper than {MAX_DEPTH}")
        if self._count > MAX_ELEMENTS:
            raise ValueError(f"more than {MAX_ELEMENTS} elements")
        element = Element(tag, attributes)
        if self._open:
            self._open[-1].append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])
        return element

    def end(self, tag: str) -> Element:
        """End the innermost element."""
        del tag
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        return element

    def data(self, text: str) -> None:
        """Text directly inside an element; text after a child has no meaning in these formats."""
        if self._open and len(self._open[-1]) == 0:
            self._texts[-1].append(text)

    def close(self) -> Element:
        """Return the whole tree."""
        if self._root is None:
            raise ValueError("there is no element in it")
        return self._root


def parse_xml(content: bytes) -> Element:
    """Return the tree of an XML file.

    Raises:
        ValueError: it is malformed, has a document type or entities, or exceeds a limit.
    """
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException:
        msg = "has a document type or entities, which no such file needs"
        raise ValueError(msg) from None
    except (ParseError, LookupError) as error:
        msg = f"malformed XML: {error}"
        raise ValueError(msg) from None
    return root


def local_name(element: Element) -> str:
    """Return the tag without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """Return the namespace of the tag, or nothing."""
    return element.tag.rpartition("}")[0].removeprefix("{")


def child(element: Element | None, *names: str) -> Element | None:
    """Return the element at the end of a path of tags in any namespace; the first of each."""
    for name in names:
        if element is None:
            return None
        element = next((inner for inner in element if local_name(inner) == name), None)
    return element


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Yield every direct child of that tag."""
    for inner in element if element is not None else ():
        if local_name(inner) == name:
            yield inner


def text_of(element: Element | None, *names: str) -> str | None:
    """Return the text at the end of a path, without blanks around it; None if absent or empty."""
    found = child(element, *names)
    return None if found is None or found.text is None else found.text.strip() or None
