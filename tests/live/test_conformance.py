"""ConformU's conformance run, re-expressed, against a whole daemon on simulated hardware."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest

from tests.live.indiserver import free_port

pytestmark = pytest.mark.live

FORM = {"content-type": "application/x-www-form-urlencoded"}
CLIENT = {"ClientID": 123456, "ClientTransactionID": 67890}
START_LIMIT_S, WHEEL_LIMIT_S, FOCUSER_LIMIT_S, CONNECT_LIMIT_S = 15.0, 30.0, 60.0, 5.0
TOLERANCE_STEPS = 2
SLOTS = 8

CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = 0
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


class Client:
    """Asks one running daemon as ConformU does."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, verb: str, path: str, values: dict[str, object]) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            encoded = urlencode({**values, **CLIENT})
            if verb == "GET":
                connection.request("GET", f"/api/v1/{path}?{encoded}")
            else:
                connection.request("PUT", f"/api/v1/{path}", encoded, FORM)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        assert response.status == 200, body
        found: dict[str, object] = json.loads(body)
        assert found["ClientTransactionID"] == CLIENT["ClientTransactionID"]
        return found

    def read(self, path: str) -> object:
        found = self.ask("GET", path, {})
        assert found["ErrorNumber"] == 0, found
        return found["Value"]

    def put(self, path: str, **values: object) -> int:
        number = self.ask("PUT", path, values)["ErrorNumber"]
        assert isinstance(number, int)
        return number


def wait(done: Callable[[], bool], what: str, limit_s: float) -> None:
    deadline_s = monotonic() + limit_s
    while not done():
        assert monotonic() < deadline_s, f"not within {limit_s} s: {what}"
        sleep(0.01)


@pytest.fixture(scope="module", params=["apply", "publish", "observe"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    directory, port = tmp_path_factory.mktemp("daemon"), free_port()
    profile = (files("rigd.profiles") / "examples" / "demo.toml").read_text(encoding="utf-8")
    (directory / "demo.toml").write_text(profile, encoding="utf-8")
    config = directory / "rigd.toml"
    config.write_text(CONFIG.format(port=port, mode=request.param), encoding="utf-8")
    with Path(directory / "rigd.log").open("wb") as log:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "rigd", "run", "--config", str(config)],
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        found = Client(port)
        wait(lambda: _answers(found), "an answer", START_LIMIT_S)
        yield found
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=20) == 0, (directory / "rigd.log").read_text()
    finally:
        daemon.kill()
        daemon.wait(timeout=10)


def _answers(client: Client) -> bool:
    try:
        client.read("filterwheel/0/interfaceversion")
    except ConnectionError:
        return False
    return True


def _connect(client: Client, device: str, *, anew: bool) -> None:
    if anew:
        assert client.put(f"{device}/connect") == 0
        wait(lambda: client.read(f"{device}/connecting") is False, "connected", CONNECT_LIMIT_S)
    else:
        assert client.put(f"{device}/connected", Connected=True) == 0
    assert client.read(f"{device}/connected") is True


def _disconnect(client: Client, device: str, *, anew: bool) -> None:
    if anew:
        assert client.put(f"{device}/disconnect") == 0
    else:
        assert client.put(f"{device}/connected", Connected=False) == 0
    assert client.read(f"{device}/connecting") is False
    assert client.read(f"{device}/connected") is False


WAYS = pytest.mark.parametrize("anew", [False, True], ids=["connected", "connect"])


@WAYS
def test_the_wheel_conforms(client: Client, *, anew: bool) -> None:
    _connect(client, "filterwheel/0", anew=anew)

    def position() -> object:
        return client.read("filterwheel/0/position")

    wait(lambda: position() != -1, "the wheel at rest", WHEEL_LIMIT_S)
    names, offsets = client.read("filterwheel/0/names"), client.read("filterwheel/0/focusoffsets")
    assert isinstance(names, list)
    assert isinstance(offsets, list)
    assert len(names) == len(offsets) == SLOTS
    assert all(names)
    assert 0 in offsets
    last = SLOTS - 1
    for target in [*range(SLOTS), *range(last, -1, -1), 0, last, last - 1, 0, last // 2, 0]:
        before, seen = position(), set()
        assert client.put("filterwheel/0/position", Position=target) == 0

        def arrived(seen: set[object] = seen, target: int = target) -> bool:
            seen.add(position())
            return target in seen

        wait(arrived, f"slot {target}", WHEEL_LIMIT_S)
        assert seen <= {-1, target}, (before, target, seen)
    for outside in (-1, SLOTS):
        assert client.put("filterwheel/0/position", Position=outside) == 0x401
    state = client.read("filterwheel/0/devicestate")
    assert isinstance(state, list)
    assert {item["Name"] for item in state} == {"Position", "TimeStamp"}
    _disconnect(client, "filterwheel/0", anew=anew)


@WAYS
def test_the_focuser_conforms(client: Client, *, anew: bool) -> None:
    _connect(client, "focuser/0", anew=anew)

    def at_rest() -> int:
        wait(lambda: client.read("focuser/0/ismoving") is False, "at rest", FOCUSER_LIMIT_S)
        found = client.read("focuser/0/position")
        assert isinstance(found, int)
        return found

    start, highest = at_rest(), client.read("focuser/0/maxstep")
    assert isinstance(highest, int)
    assert client.read("focuser/0/absolute") is True
    assert client.read("focuser/0/maxincrement") == highest
    assert 0 <= start <= highest
    assert client.put("focuser/0/tempcomp", TempComp=True) == 0x400
    assert client.put("focuser/0/halt") == 0
    away = highest // 10
    for target in (start + away if start + away <= highest else start - away, start):
        assert client.put("focuser/0/move", Position=target) == 0
        assert abs(at_rest() - target) <= TOLERANCE_STEPS
    state = client.read("focuser/0/devicestate")
    assert isinstance(state, list)
    assert {item["Name"] for item in state} <= {"IsMoving", "Position", "Temperature", "TimeStamp"}
    _disconnect(client, "focuser/0", anew=anew)


@WAYS
def test_the_safety_monitor_conforms(client: Client, *, anew: bool) -> None:
    assert client.read("safetymonitor/0/issafe") is False
    _connect(client, "safetymonitor/0", anew=anew)

    assert client.read("safetymonitor/0/issafe") in {True, False}

    _disconnect(client, "safetymonitor/0", anew=anew)
    assert client.read("safetymonitor/0/issafe") is False
