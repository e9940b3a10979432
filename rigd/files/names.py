"""What a name in an address may be: of a rig, the key of a filter."""

import re
import unicodedata

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
NAME_WORDS = "lower-case letters, digits, - and _ are allowed, a letter or digit first"
MOST_LETTERS = 56
"""Of a derived name: the limit is 64, and a number may follow."""


def derive_name(words: str) -> str:
    """Return the name in addresses that words become: `Ha 3nm` is `ha-3nm`; "" if none is left."""
    # Alpha and beta: the hydrogen lines.
    latin = words.translate({0x3B1: "a", 0x3B2: "b"})
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:MOST_LETTERS].strip("-")


def say_name(value: object) -> str:
    """Return what is allowed in a name, with one that is like the refused one."""
    near = derive_name(value) if isinstance(value, str) else ""
    return f"{NAME_WORDS}, such as {near!r}" if near else NAME_WORDS
