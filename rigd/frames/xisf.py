"""XISF pictures: a header in XML, then blocks of data (XISF 1.0 specification, PixInsight).

Read are attached blocks of whole numbers or floats, as they are or compressed with zlib, with or
without byte shuffling. LZ4 and Zstandard are not.
"""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from rigd.autofocus_logs.log_facts import Cited, FrameFacts
from rigd.errors import InvalidValueError
from rigd.files.xml import local_name, parse_xml

FACTS = FrameFacts(
    name="XISF pictures (PixInsight)",
    facts=(
        Cited(
            "A header in XML and blocks of data. Attached blocks are read, as they are or "
            "compressed with zlib; LZ4 and Zstandard are not.",
            "https://pixinsight.com/doc/docs/XISF-1.0-spec/XISF-1.0-spec.html",
        ),
    ),
    size="measured from the pixels",
    filter="FITS keyword FILTER, else `Instrument:Filter:Name`",
    time="FITS keyword DATE-OBS, else `Observation:Time:Start`; UTC",
)
SIGNATURE = b"XISF0100"
MAX_HEADER_BYTES = 16 * 1024 * 1024
MAX_BLOCK_BYTES = 4 * 1024**3
_FORMATS: Mapping[str, str] = {
    "UInt8": "u1",
    "UInt16": "u2",
    "UInt32": "u4",
    "Float32": "f4",
    "Float64": "f8",
}
_PROPERTIES: Mapping[str, str] = {
    "Instrument:Filter:Name": "filter",
    "Observation:Time:Start": "date-obs",
    "Instrument:ExposureTime": "exptime",
}
"""Where a file has no FITS keywords, what says the same."""


def read(path: Path) -> tuple[dict[str, str], NDArray[Any]]:
    """Return the keywords of the first picture, in small letters, and its pixels.

    Raises:
        InvalidValueError: compressed in a way that is not read.
        ValueError: damaged.
    """
    with path.open("rb") as file:
        head = file.read(16)
        if len(head) < 16 or not head.startswith(SIGNATURE):
            msg = "not an XISF file"
            raise ValueError(msg)
        (length,) = struct.unpack("<I", head[8:12])
        if not 0 < length <= MAX_HEADER_BYTES:
            msg = f"a header of {length} bytes"
            raise ValueError(msg)
        root = parse_xml(file.read(length).rstrip(b"\0"))
        image = next((one for one in root.iter() if local_name(one) == "Image"), None)
        if image is None:
            msg = "has no picture in it"
            raise ValueError(msg)
        kind, _, place = (image.get("location") or "").partition(":")
        if kind != "attachment":
            raise InvalidValueError(f"an XISF picture that is {kind or 'nowhere'}, not attached")
        at, size = (int(number) for number in place.split(":"))
        if not 0 < size <= MAX_BLOCK_BYTES:
            msg = f"a picture of {size} bytes"
            raise ValueError(msg)
        file.seek(at)
        block = file.read(size)
    check_length(len(block), size)
    return _keywords(image), _pixels(image, block)


def check_length(there: int, needed: int) -> None:
    """Refuse a picture of which not all bytes are there.

    Raises:
        InvalidValueError: says how much is.
    """
    if there < needed:
        share = 100 * max(there, 0) // needed  # never 100 %
        msg = f"cut short, or still being copied: {share} % of its picture is there"
        raise InvalidValueError(msg)


def _keywords(image: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in image.iter():
        name = one.get("name") or ""
        if local_name(one) == "FITSKeyword" and name:
            found.setdefault(name.lower(), (one.get("value") or "").strip().strip("'").strip())
    for one in image.iter():
        keyword = _PROPERTIES.get(one.get("id") or "")
        if keyword is not None and local_name(one) == "Property":
            found.setdefault(keyword, (one.get("value") or one.text or "").strip())
    return found


def _pixels(image: Element, block: bytes) -> NDArray[Any]:
    width, height, colours = (int(one) for one in (image.get("geometry") or "").split(":"))
    code = _FORMATS.get(image.get("sampleFormat") or "")
    if code is None:
        raise InvalidValueError(f"an XISF picture of {image.get('sampleFormat')} samples")
    order = ">" if image.get("byteOrder") == "big" else "<"
    numbers = np.frombuffer(_unpacked(image, block), dtype=f"{order}{code}")
    if image.get("pixelStorage") == "Normal":
        return np.moveaxis(numbers.reshape(height, width, colours), 2, 0)
    shape = (height, width) if colours == 1 else (colours, height, width)
    return numbers.reshape(shape)


def _unpacked(image: Element, block: bytes) -> bytes:
    said = image.get("compression")
    if said is None:
        return block
    codec, size, *item = said.split(":")
    if codec not in {"zlib", "zlib+sh"}:
        raise InvalidValueError(f"an XISF picture compressed with {codec}; zlib is read")
    if not 0 < int(size) <= MAX_BLOCK_BYTES:
        msg = f"a picture of {size} bytes"
        raise ValueError(msg)
    try:
        plain = zlib.decompressobj().decompress(block, int(size))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not codec.endswith("+sh"):
        return plain
    width = int(item[0])
    whole = len(plain) // width * width
    # Shuffled: first all first bytes of the numbers, then all second ones.
    shuffled = np.frombuffer(plain[:whole], dtype=np.uint8).reshape(width, -1)
    return shuffled.T.tobytes() + plain[whole:]
