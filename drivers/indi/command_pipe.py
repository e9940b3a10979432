"""The pipe through which the child process gets its commands, one JSON object a line."""

import json
import os
import sys
from collections.abc import Mapping

from rigd.errors import DeviceUnavailableError


class CommandPipe:
    """A pipe of our own: asyncio's would be written to at the end of the loop's turn.

    All that follows from a command inside rigd would come before it then. What it holds is bounded
    by the kernel: some hundred commands. A child that leaves so many unread is stuck, and is found
    out by its pings; a command that finds no room meanwhile was not given.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._end: int | None = None
        """Where commands are written; None while there is no child."""

    def open(self) -> int:
        """Make a new pipe and return the child's end of it, for the caller to close."""
        child_end, self._end = os.pipe()
        if sys.platform != "win32":  # which has no INDI, nor this before Python 3.12
            os.set_blocking(self._end, False)
        return child_end

    def send(self, command: Mapping[str, object]) -> None:
        """Write a command now, whole or not at all: a line is shorter than PIPE_BUF.

        Raises:
            DeviceUnavailableError: there is no child, or it takes no commands.
        """
        if self._end is None:
            msg = f"INDI server {self._server} is not connected"
            raise DeviceUnavailableError(msg)
        try:
            os.write(self._end, json.dumps(command).encode() + b"\n")
        except BlockingIOError as full:
            msg = f"INDI server {self._server}: too many commands wait already; nothing was sent"
            raise DeviceUnavailableError(msg) from full
        except OSError as broken:
            msg = f"INDI server {self._server}: its child process has ended: {broken}"
            raise DeviceUnavailableError(msg) from broken

    def close(self) -> None:
        """Close rigd's end: the child ends as soon as it has read what is in the pipe."""
        if self._end is not None:
            os.close(self._end)
            self._end = None
