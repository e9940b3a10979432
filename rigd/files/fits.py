"""FITS headers: their cards as text, within limits.

A header is cards of 80 bytes in blocks of 2880, `END` the last (FITS Standard 4.0, chapters 3, 4).
"""

import re

BLOCK_BYTES = 2880
MAX_HEADER_BYTES = 200 * BLOCK_BYTES
"""7200 cards; a header of a capture program has about a hundred."""
SIGNATURE = b"SIMPLE  ="
EXTENSION = b"XTENSION="
"""How the header of a further part begins."""
_CARD_BYTES = 80

_CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([^/]*))")


def find_picture_header(content: bytes) -> bytes:
    """Return the header of a file's first part that has data: of a compressed picture the second.

    Args:
        content: the file's beginning, `MAX_HEADER_BYTES` or the whole.

    Raises:
        ValueError: the file ends before that header does.
    """
    at = 0
    while (end := _find_end(content, at)) is not None:
        header, rest = content[at:end], content[end:]
        cards = parse_cards(header)
        if cards.get("NAXIS") != "0" or (rest and not rest.startswith(EXTENSION)):
            return header
        if not rest and cards.get("EXTEND") != "T":
            return header
        at = end
    if len(content) < MAX_HEADER_BYTES:
        msg = "cut short, or still being copied: its header has no end"
        raise ValueError(msg)
    return content[at:]


def _find_end(content: bytes, first: int) -> int | None:
    """Return where the last block of a header ends; None if the file ends before."""
    for at in range(first, len(content), _CARD_BYTES):
        if content[at : at + _CARD_BYTES].rstrip() == b"END":
            end = first + -(-(at + _CARD_BYTES - first) // BLOCK_BYTES) * BLOCK_BYTES
            return end if end <= len(content) else None
    return None


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
