"""Processes of rigd, each forked from one that has imported all of it and read the catalog.

Hundreds of tests start a daemon or a command. Most of the second of work that each start took was
importing the same modules and reading the same catalog again; the rest a fork does as well. Outside
the tests, as in bench/, Python starts every process, and so it does in tests/daemon/test_start.py.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from tests.forker import MESSAGE_BYTES

ROOT = Path(__file__).parents[1]


class Forker:
    """Our end of the pair of sockets by which the process that forks is asked."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._one = Lock()

    def ask(self, asked: Mapping[str, object], handles: Sequence[int] = ()) -> int:
        """The pid of a fork, or the exit status of one that has ended."""
        with self._one:
            socket.send_fds(self._end, [json.dumps(asked).encode()], handles)
            return int(self._end.recv(MESSAGE_BYTES))


class Forked:
    """A fork that runs a module; what is used here of what `subprocess.Popen` offers."""

    def __init__(
        self, forker: Forker, asked: Mapping[str, object], stdout: int, stderr: int
    ) -> None:
        self.args = asked
        self.returncode: int | None = None
        self._forker = forker
        self.pid = forker.ask(asked, (stdout, stderr))
        self._ended = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        """Its exit status if it has ended."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status once it has ended."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(str(self.args), timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal if it still runs: until its status is read, its pid is no other's."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it if it still runs."""
        self.send_signal(signal.SIGKILL)

    def _status(self, timeout_s: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout_s)[0]:
            self.returncode = self._forker.ask({"ended": self.pid})
            os.close(self._ended)
        return self.returncode


class Starter:
    """Starts modules in processes of their own: by Python, and within `forking` as forks."""

    def __init__(self) -> None:
        self._until_end: ExitStack | None = None
        self._forker: Forker | None = None

    @contextmanager
    def forking(self) -> Iterator[None]:
        """The process that forks is started with the first fork."""
        with ExitStack() as self._until_end:
            yield
        self._until_end = self._forker = None

    def start(
        self,
        module: str,
        words: Sequence[str],
        *,
        stdout: int,
        stderr: int,
        env: Mapping[str, str] | None = None,
        forked: bool = True,
    ) -> "Forked | subprocess.Popen[bytes]":
        """Start `python -m MODULE WORDS`."""
        environment = dict(os.environ if env is None else env)
        if self._until_end is None or not forked:
            return subprocess.Popen(
                [sys.executable, "-m", module, *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
        if self._forker is None:
            self._forker = self._until_end.enter_context(_forker())
        asked = {
            "module": module,
            "words": list(words),
            "environment": environment,
            "directory": str(Path.cwd()),
        }
        return Forked(self._forker, asked, stdout, stderr)


STARTER = Starter()


def run_rigd(
    *words: str, timeout: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of rigd's; what it said and its exit status."""
    with ExitStack() as stack:
        said = [
            stack.enter_context(os.fdopen(os.memfd_create(name), "w+", encoding="utf-8"))
            for name in ("stdout", "stderr")
        ]
        out, err = (one.fileno() for one in said)
        process = STARTER.start("rigd", words, stdout=out, stderr=err, env=env)
        try:
            status = process.wait(timeout)
        finally:
            process.kill()
        for one in said:
            one.seek(0)
        return subprocess.CompletedProcess(words, status, *(one.read() for one in said))


@contextmanager
def _forker() -> Iterator[Forker]:
    """Start the process that forks; it ends as soon as nobody can ask it any more."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forker", str(its.fileno())],
            cwd=ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # nobody forks beside threads
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
        )
    with process, ours:
        yield Forker(ours)
