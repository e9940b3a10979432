"""Servers are found by name and by discovery, and their devices with what the catalog says."""

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.first_run import known_devices
from rigd.first_run.known_devices import find_servers
from tests.drivers.alpaca_host import Focuser, Wheel, hosting
from tests.drivers.alpaca_network import answering_discovery
from tests.ports import free_port


async def test_alpaca_hosts_are_found_by_discovery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_devices, "QUIET_S", 0.5)
    wheel = Wheel("FilterWheel", "ZWO EFW", "w", 3, names=("L", "Ha"))
    focuser = Focuser("Focuser", "ZWO EAF", "f", 4)
    with (
        hosting(wheel, focuser) as host,
        answering_discovery(0, host.port) as udp_port,
    ):
        nowhere = f"localhost:{free_port()}"
        (found,) = await find_servers([nowhere], load_catalog(), discovery_port=udp_port)

    by_name = {one.identity.name: one for one in found.devices}
    assert found.options == {"discover": True, "discovery_port": udp_port}
    assert by_name["ZWO EFW"].identity.ref.key == "w"
    assert by_name["ZWO EFW"].labels == ("L", "Ha")
    assert by_name["ZWO EAF"].matches[0].entry_id == "zwo_eaf"


async def test_where_nothing_answers_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_devices, "DISCOVERY_S", 0.1)
    nowhere = f"localhost:{free_port()}"

    assert await find_servers([nowhere], load_catalog(), discovery_port=free_port()) == ()
    assert await find_servers([nowhere], load_catalog(), discovery_port=0) == ()
