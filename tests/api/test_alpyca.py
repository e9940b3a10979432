"""alpyca, a client of others, drives rigd's devices."""

from collections.abc import Iterator

import pytest
from alpaca import management
from alpaca.device import Device
from alpaca.exceptions import (
    DriverException,
    InvalidOperationException,
    InvalidValueException,
    NotConnectedException,
    NotImplementedException,
)
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser
from alpaca.safetymonitor import SafetyMonitor

from tests.api.live import LiveServer
from tests.api.observatory import MAX_STEPS, NAMES, OFFSETS

POLLS = 2000


def closing(device: Device) -> Iterator[Device]:
    yield device
    device.rqs.close()


@pytest.fixture
def wheel(server: LiveServer) -> Iterator[FilterWheel]:
    yield from closing(FilterWheel(server.address, 0))


@pytest.fixture
def focuser(server: LiveServer) -> Iterator[Focuser]:
    yield from closing(Focuser(server.address, 0))


@pytest.fixture
def monitor(server: LiveServer) -> Iterator[SafetyMonitor]:
    yield from closing(SafetyMonitor(server.address, 0))


def test_it_finds_the_devices_by_management(server: LiveServer) -> None:
    versions = management.apiversions(server.address)
    devices = management.configureddevices(server.address)

    assert versions == [1]
    assert [(d["DeviceType"], d["DeviceNumber"]) for d in devices] == [
        ("FilterWheel", 0),
        ("Focuser", 0),
        ("SafetyMonitor", 0),
    ]
    assert len({d["UniqueID"] for d in devices}) == 3
    assert management.description(server.address)["ManufacturerVersion"] == "1.2.3"


def test_it_reads_the_wheel(wheel: FilterWheel) -> None:
    wheel.Connected = True

    assert wheel.Connected
    assert wheel.Names == list(NAMES)
    assert wheel.FocusOffsets == list(OFFSETS)
    assert wheel.Position == 0
    assert wheel.InterfaceVersion == 3


def test_a_filter_change_is_minus_one_until_the_focus_has_settled(
    server: LiveServer, wheel: FilterWheel
) -> None:
    server.observatory.motion_s = None
    wheel.Connected = True

    wheel.Position = 4
    during = wheel.Position
    server.on_loop(server.observatory.finish)

    assert during == -1
    assert wheel.Position == 4


def test_it_moves_the_focuser(server: LiveServer, focuser: Focuser) -> None:
    server.observatory.motion_s = None
    focuser.Connected = True

    focuser.Move(31000)
    during = focuser.IsMoving
    server.on_loop(server.observatory.finish)

    assert during
    assert not focuser.IsMoving
    assert focuser.Position == 31000


def test_a_move_beyond_the_limits_ends_at_the_limit(focuser: Focuser) -> None:
    focuser.Connected = True

    focuser.Move(MAX_STEPS + 10)
    for _ in range(POLLS):
        if not focuser.IsMoving:
            break

    assert focuser.Position == MAX_STEPS


def test_halt_stops_the_move(server: LiveServer, focuser: Focuser) -> None:
    server.observatory.motion_s = None
    focuser.Connected = True

    focuser.Move(31000)
    focuser.Halt()

    assert not focuser.IsMoving
    assert focuser.Position == 30000


def test_it_reads_the_focuser(focuser: Focuser) -> None:
    focuser.Connected = True

    assert focuser.Absolute
    assert focuser.MaxStep == focuser.MaxIncrement == MAX_STEPS
    assert focuser.StepSize == 1.5
    assert focuser.Temperature == 8.25
    assert not focuser.TempCompAvailable
    assert not focuser.TempComp
    assert focuser.InterfaceVersion == 4


def test_connect_and_disconnect_again_and_again(server: LiveServer, wheel: FilterWheel) -> None:
    for _ in range(3):
        wheel.Connect()
        for _ in range(POLLS):
            if not wheel.Connecting:
                break
        assert wheel.Connected
        wheel.Disconnect()
        assert not wheel.Connecting
        assert not wheel.Connected

    assert server.observatory.views["rig0"].wheel.connected


def test_device_state_has_the_operational_members_only(
    wheel: FilterWheel, focuser: Focuser, monitor: SafetyMonitor
) -> None:
    for device in (wheel, focuser, monitor):
        device.Connected = True

    assert {s["Name"] for s in wheel.DeviceState} == {"Position", "TimeStamp"}
    assert {s["Name"] for s in focuser.DeviceState} == {
        "IsMoving",
        "Position",
        "Temperature",
        "TimeStamp",
    }
    assert {s["Name"] for s in monitor.DeviceState} == {"IsSafe", "TimeStamp"}


def test_an_invalid_position_is_invalid_value(wheel: FilterWheel) -> None:
    wheel.Connected = True

    with pytest.raises(InvalidValueException, match="outside 0 to 4"):
        wheel.Position = 5
    with pytest.raises(InvalidValueException, match="outside 0 to 4"):
        wheel.Position = -1


def test_a_closed_gate_is_invalid_operation(server: LiveServer, wheel: FilterWheel) -> None:
    server.observatory.gate = "the camera exposes"
    wheel.Connected = True

    with pytest.raises(InvalidOperationException, match="the camera exposes"):
        wheel.Position = 1
    assert wheel.Position == 0


def test_a_failed_change_errors_until_the_next_request(
    server: LiveServer, wheel: FilterWheel
) -> None:
    wheel.Connected = True
    server.on_loop(server.observatory.change, "rig0", wheel={"fault": "the wheel jammed"})

    with pytest.raises(DriverException, match="the wheel jammed") as caught:
        _ = wheel.Position
    wheel.Position = 1

    assert caught.value.number == 0x500
    server.wait_until(lambda: server.observatory.views["rig0"].wheel.filter_position == 1)
    assert wheel.Position == 1


def test_what_is_not_open_is_not_connected(server: LiveServer, wheel: FilterWheel) -> None:
    wheel.Connected = True

    wheel.Connected = False

    with pytest.raises(NotConnectedException, match="not connected"):
        _ = wheel.Position


def test_temperature_compensation_is_not_offered(focuser: Focuser) -> None:
    focuser.Connected = True

    focuser.TempComp = False
    with pytest.raises(NotImplementedException, match="compensation"):
        focuser.TempComp = True


def test_the_monitor_is_unsafe_until_connected_and_while_the_focus_is_not_trusted(
    server: LiveServer, monitor: SafetyMonitor
) -> None:
    server.put("/api/v1/safetymonitor/0/connected", Connected=False)
    before = monitor.IsSafe

    monitor.Connected = True

    assert not before
    assert monitor.IsSafe
