"""A rigd daemon in a process of its own, on the simulators of a test."""

import os
import signal
import subprocess
from importlib.resources import files
from pathlib import Path

from tests.limits import LIMIT_S
from tests.live.indiserver import IndiServer
from tests.ports import free_port
from tests.rigd_process import STARTER, Forked, run_rigd


class Daemon:
    """`rigd run` with the example profile; its log is a file."""

    def __init__(self, directory: Path, server: IndiServer, mode: str = "apply") -> None:
        self.directory = directory
        self.http_port = free_port()
        self.log = directory / "rigd.log"
        profile = (files("rigd.profiles") / "examples" / "demo.toml").read_text(encoding="utf-8")
        self.profile = directory / "demo.toml"
        self.profile.write_text(profile, encoding="utf-8")
        self.config = directory / "rigd.toml"
        self.config.write_text(
            f"""store = "rigd.db"
[listen]
port = {self.http_port}
discovery_port = 0
[[servers]]
name = "simulators"
driver = "indi"
host = "localhost"
port = {server.port}
unix_socket = "{server.path}"
[[rigs]]
name = "demo"
mode = "{mode}"
profile = "demo.toml"
""",
            encoding="utf-8",
        )
        self._process: Forked | subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.http_port}"

    @property
    def program(self) -> tuple[str, ...]:
        """The module that Python runs as the daemon, and words for it."""
        return ("rigd",)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def change_profile(self, old: str, new: str) -> None:
        text = self.profile.read_text(encoding="utf-8")
        assert old in text
        self.profile.write_text(text.replace(old, new), encoding="utf-8")

    def __enter__(self) -> "Daemon":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with self.log.open("ab") as log:
            module, *words = self.program
            self._process = STARTER.start(
                module,
                [*words, "run", "--config", str(self.config)],
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=log.fileno(),
                stderr=log.fileno(),
            )

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=LIMIT_S)
        self._process = None

    def stop(self) -> int | None:
        if self._process is None:
            return None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=LIMIT_S)
        finally:
            self._process.kill()
            self._process = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


def rigd(daemon: Daemon, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, asking this daemon."""
    return run_rigd(*words, "--url", daemon.url, timeout=LIMIT_S)
