"""FITS headers of light frames: where the focuser stood, which is no autofocus result.

Cards: FOCUSPOS or FOCPOS, FOCUSTEM or FOCTEMP, FILTER, DATE-OBS (UTC by the FITS standard).
"""

import re

BLOCK_BYTES = 2880
MAX_HEADER_BYTES = 200 * BLOCK_BYTES
SIGNATURE = b"SIMPLE  ="
_CARD_BYTES = 80

_CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([^/]*))")


def parse_cards(header: bytes) -> dict[str, str]:
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
