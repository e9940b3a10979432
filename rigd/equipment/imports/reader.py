"""Recognises which program wrote a file and reads the equipment in it, or says why not."""

import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from rigd.equipment.imports import ccdciel, ekos, indi, nina
from rigd.equipment.imports.imported import Imported
from rigd.errors import InvalidValueError
from rigd.files.xml import local_name, parse_xml

MAX_BYTES = 64 * 1024 * 1024
"""A user database with its dark library is a few megabytes."""
MAX_XML_BYTES = 8 * 1024 * 1024

_XML: tuple[
    tuple[str, Callable[[Element], bool], Callable[[Element, str, date | None], Imported]], ...
] = (
    (nina.PROGRAM, nina.is_this_format, nina.read),
    (ccdciel.PROGRAM, ccdciel.is_this_format, ccdciel.read),
    (indi.PROGRAM, indi.is_this_format, indi.read),
)


def read_path(path: Path) -> Imported:
    """Return what a file of another program says of equipment; the file is only read.

    Raises:
        InvalidValueError: the file is refused; the text names it and the reason in one line.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InvalidValueError(f"{path.name}: not a file")
        if status.st_size > MAX_BYTES:
            msg = f"{path.name}: {status.st_size} bytes, the limit is {MAX_BYTES} bytes"
            raise InvalidValueError(msg)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise InvalidValueError(f"{path.name}: {error.strerror or 'cannot be read'}") from None
    modified = datetime.fromtimestamp(status.st_mtime, UTC).date()
    return read_bytes(content, path.name, modified)


def read_bytes(content: bytes, name: str, modified: date | None = None) -> Imported:
    """Return the same for content that is at hand.

    Raises:
        InvalidValueError: the content is refused; the text names it and the reason in one line.
    """
    try:
        return _read(content, name, modified)
    except ValueError as error:
        reason = " ".join(str(error).split())[:300]
        raise InvalidValueError(f"{name}: {reason}") from None


def _read(content: bytes, name: str, modified: date | None) -> Imported:
    if not content.strip():
        msg = "the file is empty"
        raise ValueError(msg)
    if content.startswith(ekos.SIGNATURE):
        return ekos.read(content, f"{ekos.PROGRAM} {name}", modified)
    if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        msg = (
            "no file of a known kind (profile of N.I.N.A., userdb.sqlite of Ekos, configuration "
            "of CCDciel or of an INDI driver)"
        )
        raise ValueError(msg)
    if len(content) > MAX_XML_BYTES:
        msg = f"{len(content)} bytes of XML, the limit is {MAX_XML_BYTES} bytes"
        raise ValueError(msg)
    root = parse_xml(content)
    for program, is_this_format, read in _XML:
        if is_this_format(root):
            return read(root, f"{program} {name}", modified)
    msg = f"XML of an unknown kind: its root is {local_name(root)[:60]!r}"
    raise ValueError(msg)
