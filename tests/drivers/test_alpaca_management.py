"""A server's list of devices, whatever a server writes there."""

from rigd.drivers.alpaca.management import MOST_DEVICES, MOST_LISTED, read_list


def entry(number: int, kind: str = "Focuser") -> dict[str, object]:
    return {
        "DeviceName": f"{kind} {number}",
        "DeviceType": kind,
        "DeviceNumber": number,
        "UniqueID": f"uid-{kind}-{number}",
    }


def test_of_thousands_of_devices_the_first_are_taken() -> None:
    found = read_list([entry(number) for number in range(5000)])

    assert [one.number for one in found] == list(range(MOST_DEVICES))


def test_of_thousands_of_senseless_entries_few_are_looked_at() -> None:
    found = read_list([*[{}] * MOST_LISTED, entry(1)])

    assert found == ()


def test_all_devices_of_a_large_observatory_are_taken() -> None:
    switches = [entry(number, "Switch") for number in range(100)]
    kinds = ("Camera", "FilterWheel", "Focuser", "Telescope")
    devices = [entry(number, kind) for kind in kinds for number in range(10)]

    assert len(read_list([*switches, *devices])) == 40
