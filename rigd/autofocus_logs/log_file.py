"""A log's file, read piece by piece: it may be as large as a season, and still grow.

What has been read is remembered as a place in the file and the reader's state, both of which cross
to another process. A line counts once its end is written.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rigd.autofocus_logs.line_log import LineLog
from rigd.autofocus_logs.run import AutofocusRun
from rigd.files.text import decode_lines, end_of_lines

PIECE_BYTES = 1 << 20
KNOWN_BY_BYTES = 256
"""How much of a log's head is remembered, to know it from another file under its name."""
MAX_LINE_BYTES = 4 << 20
"""A longer line is none of a log's, and is left out."""


@dataclass(slots=True, kw_only=True)
class LogFile:
    """Reads the lines of a file into its log."""

    path: Path
    encoding: str
    """As `find_encoding` tells."""
    log: LineLog
    head: bytes
    """The first bytes: with others it is another file under the same name."""
    offset: int = 0
    """How far it has been read."""
    tail: bytes = b""
    """The line that had no end yet there."""
    is_too_long: bool = False
    """That line is not kept."""

    def is_same_file(self) -> bool:
        """Return whether the file still begins as it did, and has not become shorter.

        Raises:
            OSError: it cannot be read.
        """
        with self.path.open("rb") as file:
            begins = file.read(len(self.head)) == self.head
        return begins and self.path.stat().st_size >= self.offset

    def has_news(self) -> bool:
        """Return whether a run may have ended in what is unread, at a glance.

        Raises:
            OSError: the file cannot be read.
        """
        if not self.log.MARKS or not self.is_same_file():
            return True
        with self.path.open("rb") as file:
            file.seek(self.offset)
            piece = file.read(PIECE_BYTES)
        unread = self.tail + piece
        return len(piece) == PIECE_BYTES or any(mark in unread for mark in self._marks())

    def _marks(self) -> Iterator[bytes]:
        """Yield the marks that a file of this encoding can have."""
        for mark in self.log.MARKS:
            with suppress(UnicodeEncodeError):
                yield mark.encode(self.encoding)

    def read_on(self) -> tuple[AutofocusRun, ...]:
        """Read all lines that have ended since; return the runs that have ended in them.

        Raises:
            OSError: the file cannot be read.
            ValueError: it holds more runs than any log.
        """
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while piece := file.read(PIECE_BYTES):
                self.offset += len(piece)
                for line in self._lines(piece):
                    self.log.feed(line)
            if len(self.head) < KNOWN_BY_BYTES:  # a file that was found as it began
                file.seek(0)
                self.head = file.read(min(KNOWN_BY_BYTES, self.offset))
        return self.log.take()

    def settle(self) -> tuple[AutofocusRun, ...]:
        """Take what was read for all there is for now; a line without its end stays unread."""
        self.log.close()
        return self.log.take()

    def finish(self) -> tuple[AutofocusRun, ...]:
        """Take the file for whole: its last line may have no end."""
        if self.tail:
            self.log.feed(decode_lines(self.tail, self.encoding))
            self.tail = b""
        return self.settle()

    def _lines(self, piece: bytes) -> Iterator[str]:
        whole = self.tail + piece
        end = end_of_lines(whole, self.encoding)
        self.tail = whole[end:]
        for line in decode_lines(whole[:end], self.encoding).splitlines() if end else ():
            if not self.is_too_long:
                yield line
            self.is_too_long = False
        if self.is_too_long or len(self.tail) > MAX_LINE_BYTES:
            self.is_too_long, self.tail = True, b""
