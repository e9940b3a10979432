"""Words as they may be shown: no control character of a name reaches a terminal or a drawing."""

from unicodedata import category

_SHOWN = "\ufffd"
"""What stands for a character that is none to be read."""


def plain(words: str) -> str:
    """Return words with a mark in place of every character that controls what shows them.

    Those are no characters of XML either, and a terminal obeys them. Lines remain.
    """
    return "".join(c if c == "\n" or is_plain(c) else _SHOWN for c in words)


def is_plain(words: str) -> bool:
    """Return whether all characters of words are to be read: letters, marks, digits, blanks."""
    return not any(category(c).startswith("C") for c in words)


def count_of(number: int, noun: str) -> str:
    """A number of things: "1 run", "2 runs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
