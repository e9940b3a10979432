"""Tells packed files from others, so that a person is told to unpack them."""

_BEGINNINGS = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
"""The signatures that the formats' own specifications give (gzip: RFC 1952; ZIP: APPNOTE.TXT)."""


def find_packing(head: bytes) -> str | None:
    """Return how a file is packed, by its first bytes; None if it is not."""
    return next((name for begins, name in _BEGINNINGS if head.startswith(begins)), None)


def refuse_packed(head: bytes) -> None:
    """Refuse a packed file, by its first bytes.

    Raises:
        ValueError: it is one; the text says how it is packed.
    """
    if (packing := find_packing(head)) is not None:
        msg = f"packed ({packing}): unpack it first"
        raise ValueError(msg)
