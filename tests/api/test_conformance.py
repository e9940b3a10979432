"""What the devices do, as ConformU 4.4's conformance run looks at it; connected in both ways."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rigd.api.alpaca.device_types import DEVICE_TYPES
from rigd.api.alpaca.members import DeviceType, Verb
from rigd.focus.state.settings import Mode
from tests.api.live import LiveServer
from tests.api.observatory import MAX_STEPS, NAMES, OFFSETS, make_rig

POLLS = 5000
CLIENT = {"ClientID": 123456}
WHEEL, FOCUSER, MONITOR = "filterwheel", "focuser", "safetymonitor"

NOT_IMPLEMENTED, INVALID_VALUE, VALUE_NOT_SET = 0x400, 0x401, 0x402
NOT_CONNECTED, INVALID_OPERATION, NO_SUCH_ACTION, FAULT = 0x407, 0x40B, 0x40C, 0x500


class Device:
    """One virtual device, asked as ConformU asks."""

    def __init__(self, server: LiveServer, segment: str) -> None:
        self.server = server
        self.segment = segment

    def read(self, member: str) -> object:
        found = self.server.get(f"/api/v1/{self.segment}/0/{member}", **CLIENT).json
        assert found["ErrorNumber"] == 0, found
        return found["Value"]

    def error(self, member: str) -> int:
        return self.server.get(f"/api/v1/{self.segment}/0/{member}", **CLIENT).json["ErrorNumber"]

    def change(self, member: str, **form: object) -> int:
        path = f"/api/v1/{self.segment}/0/{member}"
        return self.server.put(path, **CLIENT, **form).json["ErrorNumber"]

    def wait(self, done: Callable[[], bool]) -> None:
        for _ in range(POLLS):
            if done():
                return
        pytest.fail("it did not happen")


def connect_old(device: Device) -> None:
    assert device.change("connected", Connected=True) == 0
    assert device.read("connected") is True


def connect_new(device: Device) -> None:
    assert device.change("connect") == 0
    device.wait(lambda: device.read("connecting") is False)
    assert device.read("connected") is True


def disconnect_old(device: Device) -> None:
    assert device.change("connected", Connected=False) == 0
    assert device.read("connected") is False


def disconnect_new(device: Device) -> None:
    assert device.change("disconnect") == 0
    device.wait(lambda: device.read("connecting") is False)
    assert device.read("connected") is False


WAYS = {"connected": (connect_old, disconnect_old), "connect": (connect_new, disconnect_new)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[Callable[..., None], Callable[..., None]]:
    return WAYS[request.param]


@pytest.fixture(params=list(Mode), ids=str)
def moded(request: pytest.FixtureRequest, server: LiveServer) -> LiveServer:
    server.on_loop(server.observatory.views.update, {"rig0": make_rig(mode=request.param)})
    return server


def opened(server: LiveServer, segment: str, way: tuple[Callable[..., None], ...]) -> Iterator:
    device = Device(server, segment)
    way[0](device)
    yield device
    way[1](device)
    rig = server.observatory.views["rig0"]
    assert rig.wheel.connected
    assert rig.focuser.connected


@pytest.fixture
def wheel(moded: LiveServer, way: tuple[Callable[..., None], ...]) -> Iterator[Device]:
    yield from opened(moded, WHEEL, way)


@pytest.fixture
def focuser(moded: LiveServer, way: tuple[Callable[..., None], ...]) -> Iterator[Device]:
    yield from opened(moded, FOCUSER, way)


@pytest.fixture
def closed(server: LiveServer) -> LiveServer:
    """A server whose devices nobody has open."""
    server.on_loop(server.observatory.views.update, {"rig0": make_rig()})
    return server


@pytest.mark.parametrize(
    ("segment", "version"), [(WHEEL, 3), (FOCUSER, 4), (MONITOR, 3)], ids=[WHEEL, FOCUSER, MONITOR]
)
def test_what_needs_no_connection_reads_without_one(
    closed: LiveServer, segment: str, version: int
) -> None:
    device = Device(closed, segment)

    assert device.read("interfaceversion") == version
    assert device.read("connecting") is False
    assert device.read("connected") is False
    assert device.read("driverversion") == "1.2"
    assert 0 < len(device.read("description")) <= 64
    for member in ("name", "driverinfo"):
        assert device.read(member)
    assert all(device.read("supportedactions")) or segment != WHEEL


@pytest.mark.parametrize(
    ("segment", "member"),
    [
        (WHEEL, "devicestate"),
        (WHEEL, "names"),
        (WHEEL, "focusoffsets"),
        (WHEEL, "position"),
        (FOCUSER, "devicestate"),
        (FOCUSER, "absolute"),
        (FOCUSER, "ismoving"),
        (FOCUSER, "maxincrement"),
        (FOCUSER, "maxstep"),
        (FOCUSER, "position"),
        (FOCUSER, "stepsize"),
        (FOCUSER, "tempcomp"),
        (FOCUSER, "tempcompavailable"),
        (FOCUSER, "temperature"),
        (MONITOR, "devicestate"),
    ],
)
def test_operational_members_need_a_connection(
    closed: LiveServer, segment: str, member: str
) -> None:
    assert Device(closed, segment).error(member) == NOT_CONNECTED


def test_changes_need_a_connection(closed: LiveServer) -> None:
    assert Device(closed, WHEEL).change("position", Position=1) == NOT_CONNECTED
    assert Device(closed, FOCUSER).change("move", Position=1) == NOT_CONNECTED
    assert closed.observatory.asked == []


def test_repeated_connects_and_disconnects_are_no_error(
    closed: LiveServer, way: tuple[Callable[..., None], Callable[..., None]]
) -> None:
    device = Device(closed, WHEEL)

    for step in (way[0], way[0], way[1], way[1], way[0], way[1]):
        step(device)


def test_names_and_offsets_pair_up(wheel: Device) -> None:
    names, offsets = wheel.read("names"), wheel.read("focusoffsets")

    assert names == list(NAMES)
    publishes = wheel.server.observatory.views["rig0"].mode is Mode.PUBLISH
    assert offsets == (list(OFFSETS) if publishes else [0] * len(NAMES))
    assert 0 in offsets


def test_the_wheel_walks_to_every_filter(wheel: Device) -> None:
    wheel.wait(lambda: wheel.read("position") >= 0)
    last = len(NAMES) - 1
    walk = [*range(last + 1), *range(last, -1, -1), 0, last, last - 1, 0, last // 2, 0]

    for target in walk:
        before = wheel.read("position")
        assert wheel.change("position", Position=target) == 0
        seen = {before}
        wheel.wait(lambda seen=seen, target=target: _sees(wheel, seen) == target)
        # Slots on the way and the slot that was left are never shown again.
        assert seen <= {before, -1, target}


def _sees(wheel: Device, seen: set[object]) -> object:
    position = wheel.read("position")
    seen.add(position)
    return position


def test_moving_shows_before_the_change_is_answered(wheel: Device) -> None:
    wheel.server.observatory.motion_s = None

    wheel.change("position", Position=3)
    first = wheel.read("position")
    wheel.change("position", Position=3)
    wheel.server.on_loop(wheel.server.observatory.finish)

    assert first == -1
    assert wheel.read("position") == 3


@pytest.mark.parametrize("target", [-1, len(NAMES), 32767, -2147483648])
def test_a_position_that_is_no_slot_is_an_invalid_value(wheel: Device, target: int) -> None:
    assert wheel.change("position", Position=target) == INVALID_VALUE
    assert wheel.read("position") == 0


def test_the_focuser_moves_by_a_tenth_and_back(focuser: Device) -> None:
    assert focuser.read("absolute") is True
    assert focuser.read("ismoving") is False
    highest, start = focuser.read("maxstep"), focuser.read("position")
    assert 1 <= focuser.read("maxincrement") <= highest
    assert 0 <= start <= highest

    for target in (start + highest // 10, start):
        assert focuser.change("move", Position=target) == 0
        focuser.wait(lambda: focuser.read("ismoving") is False)
        assert focuser.read("position") == target


@pytest.mark.parametrize(("target", "ends"), [(-10, 0), (MAX_STEPS + 10, MAX_STEPS)])
def test_a_move_beyond_a_limit_is_no_error_and_ends_there(
    focuser: Device, target: int, ends: int
) -> None:
    assert focuser.change("move", Position=target) == 0
    focuser.wait(lambda: focuser.read("ismoving") is False)

    assert focuser.read("position") == ends


def test_halt_is_short_and_stops(focuser: Device) -> None:
    focuser.server.observatory.motion_s = None
    focuser.change("move", Position=40000)

    assert focuser.change("halt") == 0

    assert focuser.read("ismoving") is False


def test_temperature_compensation_is_never_available(focuser: Device) -> None:
    assert focuser.read("tempcompavailable") is False
    assert focuser.read("tempcomp") is False
    assert focuser.change("tempcomp", TempComp=True) == NOT_IMPLEMENTED
    assert focuser.change("tempcomp", TempComp=False) == 0


def test_what_the_focuser_does_not_know_is_not_implemented_or_not_set(focuser: Device) -> None:
    server = focuser.server
    unknown = {
        "step_size_um": None,
        "temperature_c": float("nan"),
        "max_steps": None,
        "position_steps": None,
        "can_halt": False,
    }
    server.on_loop(server.observatory.change, "rig0", focuser=unknown)

    assert focuser.error("stepsize") == NOT_IMPLEMENTED
    assert focuser.error("temperature") == NOT_IMPLEMENTED
    assert focuser.error("maxstep") == VALUE_NOT_SET
    assert focuser.error("position") == VALUE_NOT_SET
    assert focuser.change("halt") == NOT_IMPLEMENTED
    assert [s["Name"] for s in focuser.read("devicestate")] == ["IsMoving", "TimeStamp"]


VALUES = {
    "absolute": False,
    "connected": False,
    "connecting": False,
    "devicestate": [],
    "focusoffsets": [],
    "ismoving": False,
    "issafe": False,
    "maxincrement": 0,
    "maxstep": 0,
    "names": [],
    "stepsize": 0.0,
    "supportedactions": [],
    "tempcomp": False,
    "tempcompavailable": False,
    "temperature": 0.0,
}
"""Of what a reply carries where it is an error, by member; "" and, of an integer, 0 otherwise."""


@pytest.mark.parametrize("device_type", DEVICE_TYPES, ids=lambda one: one.segment)
def test_every_reply_with_an_error_has_a_value_of_the_members_type(
    closed: LiveServer, device_type: DeviceType
) -> None:
    for member in device_type.members:
        if member.verb is not Verb.GET or not member.needs_connection:
            continue
        path = f"/api/v1/{device_type.segment}/0/{member.name}"
        found = closed.get(path, **CLIENT).json
        position = -1 if device_type.segment == WHEEL else 0

        assert found["ErrorNumber"] == NOT_CONNECTED
        wanted = position if member.name == "position" else VALUES[member.name]
        assert (type(found["Value"]), found["Value"]) == (type(wanted), wanted), member.name


@pytest.mark.parametrize(("stands", "shown"), [(-20, 0), (MAX_STEPS + 25, MAX_STEPS), (7, 7)])
def test_the_position_stays_between_0_and_the_maximum(
    focuser: Device, stands: int, shown: int
) -> None:
    server = focuser.server
    server.on_loop(server.observatory.change, "rig0", focuser={"position_steps": stands})

    state = {s["Name"]: s["Value"] for s in focuser.read("devicestate")}
    assert focuser.read("position") == state["Position"] == shown


def test_a_focuser_fault_errors_its_position(focuser: Device) -> None:
    server = focuser.server
    server.on_loop(server.observatory.change, "rig0", focuser={"fault": "stalled"})

    assert focuser.error("position") == FAULT


def test_a_wheel_without_known_slots_has_no_names_yet(wheel: Device) -> None:
    server = wheel.server
    server.on_loop(server.observatory.change, "rig0", wheel={"names": ()})

    assert wheel.error("names") == VALUE_NOT_SET
    assert wheel.error("focusoffsets") == VALUE_NOT_SET


def test_no_name_is_empty_and_offsets_of_another_wheel_are_not_published(wheel: Device) -> None:
    server = wheel.server
    odd = {"names": ("L", " ", "R"), "focus_offsets_steps": (1, 2)}
    server.on_loop(server.observatory.change, "rig0", wheel=odd)

    assert wheel.read("names") == ["L", "Filter 2", "R"]
    assert wheel.read("focusoffsets") == [0, 0, 0]


def test_device_state_carries_utc_and_leaves_out_what_failed(wheel: Device) -> None:
    state = {s["Name"]: s["Value"] for s in wheel.read("devicestate")}
    server = wheel.server
    server.on_loop(server.observatory.change, "rig0", wheel={"fault": "jammed"})

    assert state["Position"] == 0
    assert state["TimeStamp"].endswith("Z")
    assert [s["Name"] for s in wheel.read("devicestate")] == ["TimeStamp"]


def test_raw_commands_are_not_implemented(wheel: Device) -> None:
    for member in ("commandblind", "commandbool", "commandstring"):
        assert wheel.change(member, Command="x", Raw=False) == NOT_IMPLEMENTED


def test_the_monitor_is_unsafe_without_a_connection_or_trust(closed: LiveServer) -> None:
    monitor = Device(closed, MONITOR)
    before = monitor.read("issafe")
    connect_old(monitor)
    trusted = monitor.read("issafe")

    rig = closed.observatory.views["rig0"]
    doubtful = replace(rig, safety=replace(rig.safety, focus_trusted=False))
    closed.on_loop(closed.observatory.views.update, {"rig0": doubtful})

    assert (before, trusted, monitor.read("issafe")) == (False, True, False)


def test_a_rig_without_a_monitor_serves_none(closed: LiveServer) -> None:
    rig = replace(closed.observatory.views["rig0"], safety=None)
    closed.on_loop(closed.observatory.views.update, {"rig0": rig})

    assert closed.get("/api/v1/safetymonitor/0/issafe").status == 400
    devices = closed.get("/management/v1/configureddevices").json["Value"]
    assert [d["DeviceType"] for d in devices] == ["FilterWheel", "Focuser"]


def test_every_rig_has_its_own_number(closed: LiveServer) -> None:
    closed.on_loop(closed.observatory.views.update, {"rig7": make_rig(7)})

    closed.put("/api/v1/focuser/7/connected", Connected=True)
    closed.put("/api/v1/focuser/7/move", Position=77)

    assert closed.observatory.asked[-1] == ("move", "rig7", 77, None)
    assert closed.get("/api/v1/focuser/1/name").status == 400
    assert closed.get("/api/v1/focuser/0/connected").json["Value"] is False
