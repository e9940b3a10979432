"""The standard output of a command: one that cannot be written is an error of one line."""

import io
import os
from typing import Self

from rigd.errors import RigdError


class OutputError(RigdError):
    """The standard output cannot be written."""


class Output(io.TextIOWrapper):
    """A standard output; a character that its encoding lacks is replaced."""

    @classmethod
    def in_place_of(cls, stream: io.TextIOWrapper) -> Self:
        """The output that writes where another one does."""
        return cls(
            stream.buffer,
            encoding=stream.encoding,
            errors="replace",
            line_buffering=stream.line_buffering,
        )

    def write(self, text: str) -> int:
        """Write a text.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            return super().write(text)
        except OSError as error:
            raise self._failed(error) from error

    def flush(self) -> None:
        """Write what is not written yet.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            super().flush()
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error  # whoever read has read enough: Typer ends the command in silence
        # What is left goes nowhere: Python would fail with it once more at the exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
        return OutputError(f"the output cannot be written: {error.strerror or error}")
