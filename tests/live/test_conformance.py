"""ConformU's conformance run, re-expressed, against a whole daemon on simulated hardware."""

import http.client
import json
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest

from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.live

FORM = {"content-type": "application/x-www-form-urlencoded"}
CLIENT = {"ClientID": 123456, "ClientTransactionID": 67890}
WHEEL_LIMIT_S, FOCUSER_LIMIT_S, CONNECT_LIMIT_S = 30.0, 60.0, 5.0
TOLERANCE_STEPS = 2
SLOTS = 8
RESERVED_STEPS = 500
"""So near must a move beyond an end come to it: the filter in the light may need the rest."""


class Client:
    """Asks one running daemon as ConformU does."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, verb: str, path: str, values: dict[str, object]) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
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
    with SimulatedDaemon(tmp_path_factory.mktemp("daemon"), request.param) as daemon:
        yield Client(daemon.port)
        assert daemon.stop() == 0, daemon.said()


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
    step_size = client.read("focuser/0/stepsize")
    assert isinstance(step_size, float)
    assert step_size > 0
    assert client.put("focuser/0/tempcomp", TempComp=True) == 0x400
    assert client.put("focuser/0/halt") == 0
    away = highest // 10
    for target in (start + away if start + away <= highest else start - away, start):
        assert client.put("focuser/0/move", Position=target) == 0
        assert abs(at_rest() - target) <= TOLERANCE_STEPS
    for beyond, end in ((-10, 0), (highest + 10, highest)):
        assert client.put("focuser/0/move", Position=beyond) == 0
        reached = at_rest()
        assert 0 <= reached <= highest
        assert abs(reached - end) <= RESERVED_STEPS
    assert client.put("focuser/0/move", Position=start) == 0
    assert abs(at_rest() - start) <= TOLERANCE_STEPS
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
