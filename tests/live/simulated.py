"""A whole daemon on simulated hardware, without INDI, in a process of its own."""

import http.client
import json
import signal
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep

from tests.limits import LIMIT_S
from tests.ports import free_port
from tests.rigd_process import STARTER, Forked

CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = {discovery_port}
[[servers]]
name = "simulators"
driver = "simulated"
camera_name = "CCD Simulator"
wheel_name = "Filter Simulator"
focuser_name = "Focuser Simulator"
mount_name = "Telescope Simulator"
filter_names = ["R", "G", "B", "Ha", "S2", "O3", "LPR", "L"]
wheel_s_per_slot = 0.05
focuser_steps_per_s = 20000.0
connected = false
[[rigs]]
name = "demo"
mode = "{mode}"
profile = "demo.toml"
"""


class SimulatedDaemon:
    """`rigd run` with the example profile and the simulated driver; its log is a file."""

    def __init__(
        self,
        directory: Path,
        mode: str = "observe",
        *,
        discovery_port: int = 0,
        more_servers: str = "",
        forked: bool = True,
    ) -> None:
        self.forked = forked
        self.directory, self.port = directory, free_port()
        self.log = directory / "rigd.log"
        profile = (files("rigd.profiles") / "examples" / "demo.toml").read_text(encoding="utf-8")
        (directory / "demo.toml").write_text(profile, encoding="utf-8")
        self.config = directory / "rigd.toml"
        config = CONFIG.format(port=self.port, mode=mode, discovery_port=discovery_port)
        self.config.write_text(config + more_servers, encoding="utf-8")
        self._process: Forked | subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SimulatedDaemon":
        with self.log.open("ab") as log:
            self._process = STARTER.start(
                "rigd",
                ["run", "--config", str(self.config)],
                stdout=log.fileno(),
                stderr=log.fileno(),
                forked=self.forked,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=LIMIT_S)

    def reload(self) -> None:
        """Ask it to read its configuration anew."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for what must come."""
        end_s = monotonic() + LIMIT_S
        while not done():
            assert monotonic() < end_s, self.said()
            sleep(0.02)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=LIMIT_S)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ask(
        self, verb: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        try:
            connection.request(verb, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def read(self, path: str) -> dict[str, object]:
        status, body = self.ask("GET", path)
        assert status == 200, body
        found: dict[str, object] = json.loads(body)
        return found

    def raw_steps(self) -> object:
        """Where the focuser itself stands."""
        return self.read("/rigd/v1/rigs/demo/explain")["raw_steps"]

    def connect(self) -> None:
        """Connect the hardware as a client does."""
        for device in ("filterwheel", "focuser"):
            form = {"content-type": "application/x-www-form-urlencoded"}
            status, body = self.ask("PUT", f"/api/v1/{device}/0/connected", "Connected=true", form)
            assert status == 200
            assert b'"ErrorNumber":0' in body, body

    def _wait(self) -> None:
        deadline_s = monotonic() + LIMIT_S
        while True:
            assert self.running, self.said()
            assert monotonic() < deadline_s, "no answer"
            try:
                self.ask("GET", "/management/apiversions")
            except ConnectionError:
                sleep(0.02)
            else:
                return
