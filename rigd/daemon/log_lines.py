"""How a line of the log is written: on one line, and with nothing in it that a terminal obeys.

Names of filters, files and devices and what clients ask for come from outside; a line break in one
of them would be a line that rigd never wrote.
"""

import logging
from unicodedata import category

LINE_LIMIT = 2000
"""Characters of a message; what is beyond is counted, not written."""
_INDENT = "    "
"""Before each line of a traceback: none of them begins as a line of the log does."""
_SEPARATORS = frozenset({"Zl", "Zp"})


class LogFormatter(logging.Formatter):
    """Writes every message on one line; a traceback follows on lines of its own, set in."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", datefmt="%Y-%m-%d %H:%M:%S%z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line of a message."""
        record.message = escape(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Return a traceback."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]  # as logging has it
        return "\n".join(_INDENT + escape(line) for line in lines)


def escape(text: str) -> str:
    """Return a text as one line: characters that control what shows them as Python writes them."""
    if not text.isprintable():
        text = "".join(one if _is_shown(one) else _name(one) for one in text)
    if len(text) <= LINE_LIMIT:
        return text
    return f"{text[:LINE_LIMIT]}… ({len(text) - LINE_LIMIT} more characters)"


def _is_shown(character: str) -> bool:
    kind = category(character)
    return not kind.startswith("C") and kind not in _SEPARATORS


def _name(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
