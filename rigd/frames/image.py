"""The header of a frame and the middle of its picture, of FITS (also compressed) and XISF files."""

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rigd.autofocus_logs.log_facts import Cited, FrameFacts
from rigd.errors import InvalidValueError
from rigd.files.fits import MAX_HEADER_BYTES, SIGNATURE, find_picture_header
from rigd.frames import xisf

FACTS = FrameFacts(
    name="FITS frames, also compressed ones (`.fits.fz`)",
    facts=(
        Cited(
            "What fpack compressed is read: it is FITS with compressed tiles.",
            "https://www.python.org/pipermail/astropy/2014-October/003155.html",
        ),
    ),
    size="measured from the pixels, unless a header says it (HFR, HFD)",
    filter="FILTER",
    time="DATE-OBS, in UTC, and EXPTIME",
)
KINDS = (FACTS, xisf.FACTS)
"""What pictures are measured."""
MIDDLE_PX = 2048
"""Stars are measured in so wide a square: the corners of a picture show the optics' own faults, and
a frame of any size costs the same."""
BLOCK_BYTES = 2880
"""Of FITS: data are filled up to whole ones (FITS standard 4.0, 3.1)."""
MAX_PX = 1_000_000
"""On a side; no sensor is larger by far."""
EXTRA = "frames are measured with astropy and sep: install rigd[frames]"

Pixels = NDArray[np.float32]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FrameImage:
    """A frame as far as it is looked at."""

    cards: Mapping[str, str]
    """Keywords of its header in small letters, with their values as text."""
    middle: Pixels
    """Rows and columns of the middle of the picture."""


def is_image(first_bytes: bytes) -> bool:
    """Return whether a file that begins so is a picture that can be measured."""
    return first_bytes.startswith((SIGNATURE, xisf.SIGNATURE))


def read_image(path: Path) -> FrameImage:
    """Return the header and the middle of a frame.

    Raises:
        InvalidValueError: no picture, or one that cannot be read; says why.
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        begin = file.read(16)
        if begin.startswith(SIGNATURE):
            try:
                find_picture_header(begin + file.read(MAX_HEADER_BYTES))
            except ValueError as cut:
                raise InvalidValueError(str(cut)) from None
    try:
        if begin.startswith(xisf.SIGNATURE):
            cards, whole = xisf.read(path)
            return FrameImage(cards, _middle_of(whole, cards))
        return _read_fits(path)
    except (ValueError, TypeError, KeyError, IndexError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        # What a library says of it is said to its own users.
        log.debug("%s: %s", path.name, error)
        raise InvalidValueError("damaged, or not a picture") from None


def _read_fits(path: Path) -> FrameImage:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd in others' headers costs nothing here
        try:
            from astropy.io import fits
        except ImportError:
            raise InvalidValueError(EXTRA) from None
        # Not mapped into memory, which scaled numbers cannot be: a section reads no more either.
        with fits.open(path, memmap=False, lazy_load_hdus=True) as listed:
            for hdu in listed:
                shape = getattr(hdu, "shape", None)
                if shape and len(shape) in {2, 3} and hasattr(hdu, "section"):
                    place = hdu.fileinfo()
                    # Its end may lack what fills the last block, which is no part of the picture.
                    xisf.check_length(
                        path.stat().st_size - place["datLoc"], place["datSpan"] - BLOCK_BYTES + 1
                    )
                    cards = _cards(hdu.header)
                    return FrameImage(cards, _middle_of(hdu.section, cards, shape))
    msg = "has no picture in it"
    raise InvalidValueError(msg)


def _cards(header: Any) -> dict[str, str]:
    cards: dict[str, str] = {}
    for card in header.cards:
        try:
            cards.setdefault(card.keyword.lower(), str(card.value).strip())
        except ValueError:  # a card that is not FITS: others write them
            continue
    return cards


def _middle_of(
    picture: Any, cards: Mapping[str, str], shape: tuple[int, ...] | None = None
) -> Pixels:
    """Cut the middle square out of a picture; of three colours the second, which is green."""
    shape = tuple(picture.shape) if shape is None else tuple(shape)
    height, width = shape[-2:]
    if not 0 < height <= MAX_PX or not 0 < width <= MAX_PX:
        msg = f"a picture of {width} x {height} pixels"
        raise InvalidValueError(msg)
    top, left = ((side - min(side, MIDDLE_PX)) // 4 * 2 for side in (height, width))
    rows = slice(top, top + min(height, MIDDLE_PX))
    columns = slice(left, left + min(width, MIDDLE_PX))
    if len(shape) == 3:
        cut = picture[min(1, shape[0] - 1), rows, columns]
    else:
        cut = picture[rows, columns]
    pixels = np.ascontiguousarray(cut, dtype=np.float32)
    return _join_colours(pixels) if "bayerpat" in cards and len(shape) == 2 else pixels


def _join_colours(pixels: Pixels) -> Pixels:
    """Add each 2 x 2 pixels of a colour sensor, and give every pixel of them their mean.

    So a star keeps its size in pixels of the sensor, and no colour makes a pattern.
    """
    height, width = (side // 2 * 2 for side in pixels.shape)
    even = pixels[:height, :width]
    mean = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return np.ascontiguousarray(np.repeat(np.repeat(mean, 2, axis=0), 2, axis=1))
