"""Two rigs on one server, and a filter that is called otherwise while clients are there."""

import asyncio
import json
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indi_door.rig import (
    FOCUSER_DEVICE,
    GREEN,
    H_ALPHA,
    POSITION,
    RED,
    RIG_DEVICE,
    SLOT,
    WHEEL_DEVICE,
    DoorRig,
    door_rig,
    driver_command,
)
from tests.live.indiserver import FOCUSER, SIMULATORS, WHEEL, IndiServer, RawListener

pytestmark = pytest.mark.live

OTHER_WHEEL, OTHER_FOCUSER = "Second Wheel", "Second Focuser"


def send(rig: DoorRig, verb: str, path: str, body: object) -> None:
    """Ask rigd over HTTP."""
    link = HTTPConnection(rig.daemon.url, timeout=LIMIT_S)
    link.request(verb, f"/rigd/v1{path}", json.dumps(body), {"content-type": "application/json"})
    with link.getresponse() as reply:
        assert reply.status == 200, reply.read()
    link.close()


async def test_a_filter_that_is_renamed_is_told_to_clients_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        rig.ask(GREEN)
        await rig.wire.until(WHEEL_DEVICE, SLOT, GREEN)
        renamed = rig.daemon.profile.read_text(encoding="utf-8")
        renamed = renamed.replace('name = "Green"', 'name = "Verde"').replace(
            'name = "Demo: 80', 'name = "Renamed: 80'
        )
        name = next(line for line in renamed.splitlines() if line.startswith("name = "))
        await asyncio.to_thread(send, rig, "POST", "/profiles", {"toml": renamed})
        await asyncio.to_thread(
            send, rig, "PUT", "/rigs/demo/profile", {"profile": name[len('name = "') : -1]}
        )
        await rig.wire.wait(
            lambda: (
                (one := rig.wire.latest(WHEEL_DEVICE, "FILTER_NAME"))
                and one.values[f"FILTER_SLOT_NAME_{GREEN}"] == "Verde"
            ),
            "the new name",
        )
        # The label of an offset is its filter's name, so that is defined anew; who asks goes on.
        await rig.wire.wait(
            lambda: any(
                (one.what, one.device, one.name) == ("delProperty", RIG_DEVICE, "RIGD_OFFSETS")
                for one in rig.wire.history
            ),
            "the offsets are defined anew",
        )
        rig.ask(RED)
        await rig.wire.until(WHEEL_DEVICE, SLOT, RED)
        gone = {one.device for one in rig.wire.history if one.what == "delProperty"}
        assert gone == {RIG_DEVICE}


async def test_two_rigs_on_one_server_change_their_own_filters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGD_INDI", str(tmp_path / "rigd-indi.sock"))
    named = (("indi_simulator_wheel", OTHER_WHEEL), ("indi_simulator_focus", OTHER_FOCUSER))
    server = IndiServer(tmp_path, (*SIMULATORS, driver_command(tmp_path)), named)
    daemon = Daemon(tmp_path, server)
    demo = daemon.profile.read_text(encoding="utf-8")
    second = demo.replace(WHEEL, OTHER_WHEEL).replace(FOCUSER, OTHER_FOCUSER)
    second = second.replace('name = "Demo: 80', 'name = "Second: 80')
    # Camera and mount are the first one's.
    camera = next(line for line in second.splitlines() if '"CCD Simulator"' in line)
    mount = second[second.index("[mount]") : second.index("[filters.luminance]")]
    second = second.replace(camera, "").replace(mount, "")
    (tmp_path / "second.toml").write_text(second, encoding="utf-8")
    with daemon.config.open("a", encoding="utf-8") as config:
        config.write('[[rigs]]\nname = "second"\nmode = "apply"\nprofile = "second.toml"\n')
    with server, daemon:
        async with RawListener(server.port) as wire:
            rig = DoorRig(server, daemon, wire)
            for device in ("rigd second wheel", "rigd second focuser"):
                await wire.wait(
                    lambda device=device: wire.latest(device, "CONNECTION") is not None, device
                )
                wire.set_switch(device, "CONNECTION", "CONNECT")
            await rig.open()
            await wire.until("rigd second wheel", SLOT, 1)
            logical = wire.number(FOCUSER_DEVICE, POSITION)
            base, other = wire.number(FOCUSER, POSITION), wire.number(OTHER_FOCUSER, POSITION)
            assert base is not None
            assert other is not None

            rig.ask(GREEN)
            wire.set_number("rigd second wheel", SLOT, "FILTER_SLOT_VALUE", H_ALPHA)
            await wire.until(WHEEL_DEVICE, SLOT, GREEN)
            await wire.until("rigd second wheel", SLOT, H_ALPHA)

            offsets = await asyncio.to_thread(lambda: rig.offsets)
            assert wire.number(WHEEL, SLOT) == GREEN
            assert wire.number(OTHER_WHEEL, SLOT) == H_ALPHA
            assert wire.number(FOCUSER, POSITION) == base + offsets[GREEN] - offsets[RED]
            assert wire.number(OTHER_FOCUSER, POSITION) == other + offsets[H_ALPHA] - offsets[RED]
            assert wire.number(FOCUSER_DEVICE, POSITION) == logical
