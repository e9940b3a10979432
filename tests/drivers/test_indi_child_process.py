"""What INDI's child process writes to the daemon, and what it keeps to itself."""

import json
from types import SimpleNamespace

import pytest
from rigd.drivers.indi import child_process
from rigd.drivers.indi.child_process import MOST_DEVICES, PropertyReader, TooMuchError

PYINDI = SimpleNamespace(
    IPS_IDLE=0,
    IPS_OK=1,
    IPS_BUSY=2,
    IPS_ALERT=3,
    INDI_NUMBER=0,
    INDI_SWITCH=1,
    INDI_TEXT=2,
    ISS_ON=1,
)


def number(name: str, state: int, value: float) -> SimpleNamespace:
    """A number property, as libindi hands it out."""
    element = SimpleNamespace(
        getName=lambda: "ELEMENT",
        getValue=lambda: value,
        getMin=lambda: 0.0,
        getMax=lambda: 24.0,
    )
    return SimpleNamespace(
        getName=lambda: name,
        getDeviceName=lambda: "device",
        getType=lambda: PYINDI.INDI_NUMBER,
        getState=lambda: state,
        getNumber=lambda: [element],
    )


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    monkeypatch.setattr(
        child_process, "write_line", lambda what, **facts: lines.append({"what": what, **facts})
    )
    return lines


def test_a_tracking_mount_is_written_only_when_its_state_changes(
    written: list[dict[str, object]],
) -> None:
    reader = PropertyReader(PYINDI)

    reader.write_defined(number("EQUATORIAL_EOD_COORD", 0, 5.0))
    for state, hours in ((0, 5.1), (0, 5.2), (2, 6.0), (2, 7.0), (1, 8.0)):
        reader.write_set(number("EQUATORIAL_EOD_COORD", state, hours))
    reader.write_defined(number("EQUATORIAL_EOD_COORD", 1, 8.0))

    assert [(one["what"], one["state"]) for one in written] == [
        ("defined", "Idle"),
        ("set", "Busy"),
        ("set", "Ok"),
        ("defined", "Ok"),
    ]


def test_what_rigd_reads_the_value_of_is_written_each_time(
    written: list[dict[str, object]],
) -> None:
    reader = PropertyReader(PYINDI)

    for _ in range(2):
        reader.write_set(number("FOCUS_TEMPERATURE", 1, 5.0))
    reader.write_set(number("CCD_TEMPERATURE", 1, -10.0))

    assert [one["elements"] for one in written] == [[("ELEMENT", 5.0, 0.0, 24.0)]] * 2


def test_a_server_that_defines_devices_without_end_is_given_up(
    written: list[dict[str, object]],
) -> None:
    reader = PropertyReader(PYINDI)
    for n in range(5 * MOST_DEVICES):  # one after the other: no more than one at a time
        reader.note_device(f"device {n}")
        reader.note_device_gone(f"device {n}")
    for n in range(MOST_DEVICES):
        reader.note_device(f"device {n}")

    with pytest.raises(TooMuchError, match="more than 200 devices"):
        reader.note_device("one more")


def test_a_server_that_defines_properties_without_end_is_given_up(
    written: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "MOST_PROPERTIES", 10)
    reader = PropertyReader(PYINDI)
    for _ in range(3):
        for n in range(10):
            reader.write_defined(number(f"ANY_{n}", 0, 1.0))
    for n in range(10):
        reader.note_deletion("device", f"ANY_{n}")
    for n in range(10):
        reader.write_defined(number(f"OTHER_{n}", 0, 1.0))

    with pytest.raises(TooMuchError, match="more than 10 properties"):
        reader.write_defined(number("ONE_MORE", 0, 1.0))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What really goes through the pipe."""
    found: list[dict[str, object]] = []

    def write(_: int, data: bytes) -> int:
        assert len(data) <= child_process.LINE_LIMIT
        found.append(json.loads(data))
        return len(data)

    monkeypatch.setattr(child_process.os, "write", write)
    return found


def test_a_property_that_is_too_long_costs_its_values_alone(
    lines: list[dict[str, object]],
) -> None:
    child_process.write_line(
        "defined", device="EFW", name="FILTER_NAME", state="Ok", elements=[("A", "x" * 9_000_000)]
    )
    child_process.write_line("set", device="EFW", name="FILTER_SLOT", state="Ok", elements=[])

    assert lines[0]["elements"] == []
    assert lines[0]["too_long_bytes"] > 9_000_000
    assert lines[1]["name"] == "FILTER_SLOT"


def test_a_device_with_an_endless_name_is_not_told_of(lines: list[dict[str, object]]) -> None:
    child_process.write_line("device", device="x" * 100_000)

    assert lines == []
