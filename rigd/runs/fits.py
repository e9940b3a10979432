"""FITS headers of light frames: where the focuser stood, which is no autofocus result.

Cards: FOCUSPOS or FOCPOS, FOCUSTEM or FOCTEMP, FILTER, DATE-OBS (UTC by the FITS standard).
"""

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo

from rigd.runs.clock import utc
from rigd.runs.run import AutofocusRun, Frame
from rigd.runs.text import number, word

BLOCK_BYTES = 2880
MAX_HEADER_BYTES = 200 * BLOCK_BYTES
SIGNATURE = b"SIMPLE  ="
_CARD_BYTES = 80
NO_RESULT = "a light frame: it says where the focuser stood, not where focus was found"
_CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([^/]*))")


def read(
    header: bytes, source: str, *, zone: tzinfo | None = None, frame: Frame | None = None
) -> tuple[AutofocusRun, ...]:
    """The one entry of a frame, never `ok`; ValueError if the header has no focuser position."""
    del zone  # the standard says UTC
    found = cards(header)
    position = _first(found, "FOCUSPOS", "FOCPOS")
    if position is None:
        msg = "a FITS frame without a focuser position (FOCUSPOS, FOCPOS)"
        raise ValueError(msg)
    warmth = _first(found, "FOCUSTEM", "FOCTEMP")
    return (
        AutofocusRun(
            filter=word(found.get("FILTER")),
            position_steps=position,
            temperature_c=warmth if warmth is not None and -90 < warmth < 70 else None,
            time=utc(found.get("DATE-OBS"), UTC),
            frame=frame,
            source=source,
            ok=False,
            reason=NO_RESULT,
        ),
    )


def cards(header: bytes) -> dict[str, str]:
    """The cards of a header, as text."""
    texts: dict[str, str] = {}
    for at in range(0, len(header), _CARD_BYTES):
        card = header[at : at + _CARD_BYTES].decode("ascii", errors="replace")
        if card.startswith("END" + " " * 5):
            break
        found = _CARD.match(card)
        if found is not None:
            text = found[3] if found[2] is None else found[2].replace("''", "'")
            texts.setdefault(found[1], text.strip())
    return texts


def _first(texts: Mapping[str, str], *names: str) -> float | None:
    readings = (number(texts.get(name)) for name in names)
    return next((reading for reading in readings if reading is not None), None)
