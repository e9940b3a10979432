"""What the rigs' devices are outlives a restart, until the configuration says another address."""

from contextlib import closing
from pathlib import Path

from rigd.config import ServerConfig
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.store.database import Store
from rigd.store.known_devices import keep_devices, read_devices

DEVICES = (
    DeviceIdentity(
        ref=DeviceRef("lan", "uid-1"),
        protocol=WireProtocol.ALPACA,
        name="EFW",
        kinds=frozenset({DeviceKind.FILTERWHEEL}),
        unique_id="uid-1",
    ),
    DeviceIdentity(
        ref=DeviceRef("indi", "EAF"), protocol=WireProtocol.INDI, name="EAF", place="192.0.2.7:7624"
    ),
)


def address(**options: object) -> str:
    return ServerConfig.model_validate({"name": "any", "driver": "indi", **options}).address


def test_what_devices_are_is_kept_while_their_server_has_its_address(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "rigd.db")) as store:
        before = {"lan": address(), "indi": address(host="192.0.2.7", port=7624)}

        keep_devices(store, "demo", DEVICES[:1], before)
        keep_devices(store, "demo", DEVICES, before)

        assert read_devices(store, "demo", before) == DEVICES
        moved = {**before, "indi": address(host="192.0.2.8", port=7624)}
        assert read_devices(store, "demo", moved) == DEVICES[:1]
        assert read_devices(store, "other", before) == ()
