"""A person at a terminal: what a program shows there, and what is typed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Self

from tests.limits import LIMIT_S

_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ROWS, COLUMNS = 40, 120


def _take_terminal() -> None:
    """Make the terminal the program's own, or Ctrl-C would reach nobody.

    A shell without job control has Ctrl-C ignored by what it starts in the background, the tests
    and all that they start; a terminal's shell does not.
    """
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """`python -m MODULE WORDS` at a terminal of its own; ends with the block."""

    def __init__(self, module: str, words: Sequence[str], env: Mapping[str, str]) -> None:
        self.shown = ""
        """All that has been shown, without colours, what was typed too."""
        self._seen = 0
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**env, "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no threads
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._ours)

    def until(self, text: str, limit_s: float = LIMIT_S) -> str:
        """Wait until a text is shown beyond the last one waited for; return what came with it."""
        end_s = monotonic() + limit_s
        while (at := self.shown.find(text, self._seen)) < 0:
            if not self._read(end_s - monotonic()):
                raise AssertionError(f"never shown: {text!r}\n{self.shown}")
        before, self._seen = self._seen, at + len(text)
        return self.shown[before : self._seen]

    def type(self, text: str) -> None:
        """Type a line; "\\x03" alone is Ctrl-C."""
        os.write(self._ours, text.encode() if text == "\x03" else f"{text}\n".encode())

    def end(self, limit_s: float = LIMIT_S) -> int:
        """Wait for its end; return the exit status."""
        end_s = monotonic() + limit_s
        while self._read(end_s - monotonic()):
            pass
        return self._process.wait(timeout=max(1.0, end_s - monotonic()))

    def _read(self, wait_s: float) -> bool:
        """Take what is shown; whether there can be more."""
        ready, _, _ = select.select([self._ours], [], [], max(0.0, wait_s))
        if not ready:
            return False
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:  # EIO: the program has closed the terminal
            return False
        self.shown += _STYLE.sub("", data.decode(errors="replace")).replace("\r\n", "\n")
        return bool(data)
