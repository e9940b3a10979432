"""One odd message of any device costs that message, and never the daemon or another device."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.daemon import rigd
from tests.live.indiserver import IndiServer, RawListener
from tests.live.offset_rig import OffsetRig
from tests.live.scripted_indi import ScriptedFocuser, ScriptedWheel, vector
from tests.live.test_main_job import said

pytestmark = pytest.mark.live

FOCUSER, WHEEL, STRANGER, STRANGE_WHEEL = "EAF", "EFW", "Stranger", "Strange Wheel"
ABS, SLOT = "ABS_FOCUS_POSITION", "FILTER_SLOT"


@contextmanager
def rig_beside_strangers(
    tmp_path: Path,
) -> Iterator[tuple[IndiServer, OffsetRig, ScriptedFocuser, ScriptedFocuser, ScriptedWheel]]:
    """A rig on two devices, and two more that are no rig's."""
    with (
        ScriptedFocuser(tmp_path, FOCUSER) as focuser,
        ScriptedWheel(tmp_path, WHEEL) as wheel,
        ScriptedFocuser(tmp_path, STRANGER) as stranger,
        ScriptedWheel(tmp_path, STRANGE_WHEEL) as strange_wheel,
    ):
        drivers = tuple(d.executable for d in (focuser, wheel, stranger, strange_wheel))
        with (
            IndiServer(tmp_path, ("indi_simulator_ccd", *drivers)) as server,
            OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER) as daemon,
        ):
            yield server, daemon, focuser, stranger, strange_wheel


async def change_filters(wire: RawListener, focuser: ScriptedFocuser) -> None:
    """The main job still works."""
    wire.set_number(WHEEL, SLOT, "FILTER_SLOT_VALUE", 2)
    await wire.until(FOCUSER, ABS, 30040)
    wire.set_number(WHEEL, SLOT, "FILTER_SLOT_VALUE", 1)
    await wire.until(FOCUSER, ABS, 30000)
    assert focuser.commands(ABS) == [30040, 30000]


@pytest.mark.parametrize("odd", ["inf", "nan", "1e19"])
async def test_odd_limits_of_a_stranger_cost_nothing(tmp_path: Path, odd: str) -> None:
    with rig_beside_strangers(tmp_path) as (server, daemon, focuser, stranger, strange_wheel):
        stranger.maximum = odd
        strange_wheel.more = [
            vector(
                "Number",
                STRANGE_WHEEL,
                SLOT,
                {"FILTER_SLOT_VALUE": "2"},
                define=True,
                limits=("1", odd),
            )
        ]
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")
            for device in (STRANGER, STRANGE_WHEEL):
                await wire.wait(
                    lambda device=device: wire.latest(device, "CONNECTION"), "the stranger"
                )
                wire.set_switch(device, "CONNECTION", "CONNECT")
            await said(daemon, f"{STRANGER}: ABS_FOCUS_POSITION.FOCUS_ABSOLUTE_POSITION from 0 to")
            await change_filters(wire, focuser)

        assert daemon.said().count("server simulators: connected") == 1
        assert daemon.stop() == 0


async def test_a_property_of_nine_megabytes_costs_nothing(tmp_path: Path) -> None:
    with rig_beside_strangers(tmp_path) as (server, daemon, focuser, _, strange_wheel):
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")

            strange_wheel.define("Text", "FILTER_NAME", {"FILTER_SLOT_NAME_1": "x" * 9_000_000})
            await said(daemon, "FILTER_NAME, 900")
            await change_filters(wire, focuser)

        assert daemon.said().count("server simulators: connected") == 1
        assert daemon.stop() == 0


async def test_one_stray_value_of_a_focuser_at_rest_moves_nothing(tmp_path: Path) -> None:
    with rig_beside_strangers(tmp_path) as (server, daemon, focuser, _, _):
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")

            focuser.set("Number", ABS, {"FOCUS_ABSOLUTE_POSITION": "0"})
            await said(daemon, "the focuser says 0 steps and was not seen to move there from 30000")
            await said(daemon, "focuser at 30000 steps, of which +0 are rigd's")
            await change_filters(wire, focuser)

        assert "moved the focuser" not in daemon.said()


@pytest.mark.parametrize("odd", ["1e19", "nan", "-inf"])
async def test_a_rigs_own_focuser_that_talks_nonsense_is_unknown_until_it_makes_sense(
    tmp_path: Path, odd: str
) -> None:
    with rig_beside_strangers(tmp_path) as (server, daemon, focuser, _, _):
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")

            focuser.answers = odd
            await said(daemon, "makes no sense and is ignored")
            focuser.answers = None
            await wire.until(FOCUSER, ABS, 30000)
            await change_filters(wire, focuser)

        assert daemon.said().count("server simulators: connected") == 1
        assert daemon.stop() == 0


async def test_a_server_that_defines_devices_without_end_holds_up_nothing(tmp_path: Path) -> None:
    with rig_beside_strangers(tmp_path) as (_, daemon, _, stranger, _):
        await said(daemon, "first sight")
        info = {"DRIVER_INTERFACE": "8"}
        for n in range(250):
            stranger.send(vector("Text", f"No {n}", "DRIVER_INFO", info, define=True))

        await said(daemon, "the server is given up: it has more than 200 devices")
        assert "apply" in rigd(daemon, "status").stdout
        assert daemon.stop() == 0
