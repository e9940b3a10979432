"""FITS headers: their cards as text, within limits.

A header is cards of 80 bytes in blocks of 2880, `END` the last (FITS Standard 4.0, chapters 3, 4).
"""

import re

BLOCK_BYTES = 2880
MAX_HEADER_BYTES = 200 * BLOCK_BYTES
"""7200 cards; a header of a capture program has about a hundred."""
SIGNATURE = b"SIMPLE  ="
_CARD_BYTES = 80

_CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([^/]*))")


def parse_cards(header: bytes) -> dict[str, str]:
    """Return the cards of a header as text by keyword; of a repeated keyword the first.

    Bytes that are not ASCII, and cards without a value, are no error: foreign files have them.
    """
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
