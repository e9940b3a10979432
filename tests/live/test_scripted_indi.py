"""The scripted driver does on the wire what a test tells it to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.live.indiserver import IndiServer, RawListener
from tests.live.offset_rig import OffsetRig
from tests.live.scripted_indi import ScriptedFocuser, ScriptedWheel
from tests.live.test_main_job import said

pytestmark = pytest.mark.live

FOCUSER, WHEEL = "EAF", "EFW"
ABS = "ABS_FOCUS_POSITION"


@pytest.fixture
def focuser(tmp_path: Path) -> Iterator[ScriptedFocuser]:
    with ScriptedFocuser(tmp_path, FOCUSER) as scripted:
        yield scripted


@pytest.fixture
def wheel(tmp_path: Path) -> Iterator[ScriptedWheel]:
    with ScriptedWheel(tmp_path, WHEEL) as scripted:
        yield scripted


@asynccontextmanager
async def connected(
    tmp_path: Path, *drivers: ScriptedFocuser | ScriptedWheel
) -> AsyncIterator[RawListener]:
    with IndiServer(tmp_path, tuple(d.executable for d in drivers)) as server:
        async with RawListener(server.port) as wire:
            for driver in drivers:
                await wire.wait(lambda d=driver: wire.latest(d.name, "CONNECTION"), "the device")
                wire.set_switch(driver.name, "CONNECTION", "CONNECT")
            yield wire


def oks(wire: RawListener) -> list[str]:
    return [
        heard.values["FOCUS_ABSOLUTE_POSITION"]
        for heard in wire.history
        if heard.name == ABS and heard.state == "Ok"
    ]


async def test_an_ok_that_carries_an_older_position_is_followed_by_the_true_one(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    focuser.ok_steps_behind = 3
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)

        wire.set_number(FOCUSER, ABS, "FOCUS_ABSOLUTE_POSITION", 30040)
        await wire.until(FOCUSER, ABS, 30040)

        assert oks(wire) == ["30037", "30040"]
        assert focuser.commands(ABS) == [30040]


async def test_a_driver_that_hides_small_changes_never_tells_the_last_steps(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    focuser.ok_steps_behind, focuser.hides_steps, focuser.truth_after_polls = 3, 5, None
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)

        wire.set_number(FOCUSER, ABS, "FOCUS_ABSOLUTE_POSITION", 30040)
        await wire.until(FOCUSER, ABS, 30037)
        wire.set_number(FOCUSER, ABS, "FOCUS_ABSOLUTE_POSITION", 30000)
        await wire.until(FOCUSER, ABS, 30003)

        assert "30040" not in oks(wire)
        assert focuser.motor.place == 30000


async def test_a_definition_of_zero_is_followed_by_the_true_position(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    focuser.first_value = "0"
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)

        told = [h for h in wire.history if h.name == ABS]
        assert told[0].what == "defNumberVector"
        assert told[0].values == {"FOCUS_ABSOLUTE_POSITION": "0"}


async def test_a_driver_that_dies_in_mid_move_comes_back_and_the_motor_went_on(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    focuser.motor.steps_per_s = 100
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)
        focuser.dies_after_s = 0.1

        wire.set_number(FOCUSER, ABS, "FOCUS_ABSOLUTE_POSITION", 30040)
        await wire.wait(lambda: focuser.starts == 2, "the driver starts again")
        await wire.wait(lambda: wire.latest(FOCUSER, "CONNECTION"), "the device is there again")
        wire.set_switch(FOCUSER, "CONNECTION", "CONNECT")
        await wire.wait(lambda: wire.number(FOCUSER, ABS) == 30040, "the motor arrives")

        assert focuser.motor.place == 30040


async def test_a_renamed_device_goes_and_comes_under_its_new_name(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)

        focuser.rename("ZWO EAF 1")
        await wire.until("ZWO EAF 1", ABS, 30000)

        assert any(h.what == "delProperty" and h.device == FOCUSER for h in wire.history)


async def test_numbers_that_are_none_cross_the_wire(
    tmp_path: Path, focuser: ScriptedFocuser
) -> None:
    focuser.maximum = "inf"
    async with connected(tmp_path, focuser) as wire:
        await wire.until(FOCUSER, ABS, 30000)

        for odd in ("1e19", "nan", "9" * 100_000):
            focuser.answers = odd
            await wire.wait(
                lambda odd=odd: (
                    wire.latest(FOCUSER, ABS).values == {"FOCUS_ABSOLUTE_POSITION": odd}
                ),
                "the odd number",
            )


async def test_a_wheel_may_stay_busy_or_end_in_an_alert_and_move_its_labels(
    tmp_path: Path, wheel: ScriptedWheel
) -> None:
    async with connected(tmp_path, wheel) as wire:
        await wire.until(WHEEL, "FILTER_SLOT", 1)

        wheel.ends = "Alert"
        wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", 2)
        await wire.wait(lambda: wire.latest(WHEEL, "FILTER_SLOT").state == "Alert", "an alert")
        wheel.ends = "Ok"
        wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", 3)
        await wire.until(WHEEL, "FILTER_SLOT", 3)
        wheel.relabel("R", "G", "B", "L", "Ha")
        await wire.wait(
            lambda: wire.latest(WHEEL, "FILTER_NAME").values["FILTER_SLOT_NAME_1"] == "R",
            "the labels",
        )

        assert wheel.slot == 3


async def test_rigd_works_with_a_scripted_rig_that_behaves(
    tmp_path: Path, focuser: ScriptedFocuser, wheel: ScriptedWheel
) -> None:
    drivers = ("indi_simulator_ccd", wheel.executable, focuser.executable)
    with (
        IndiServer(tmp_path, drivers) as server,
        OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER) as daemon,
    ):
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")

            wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", 2)
            await wire.until(FOCUSER, ABS, 30040)
            await said(daemon, ": done:")
            wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", 1)
            await wire.until(FOCUSER, ABS, 30000)
            await said(daemon, ": done:", times=2)

    assert focuser.commands(ABS) == [30040, 30000]
    assert focuser.motor.place == 30000


async def test_rigd_asks_a_driver_that_keeps_the_last_steps_to_itself(
    tmp_path: Path, focuser: ScriptedFocuser, wheel: ScriptedWheel
) -> None:
    focuser.ok_steps_behind, focuser.hides_steps, focuser.truth_after_polls = 4, 5, None
    drivers = ("indi_simulator_ccd", wheel.executable, focuser.executable)
    with (
        IndiServer(tmp_path, drivers) as server,
        OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER) as daemon,
    ):
        async with RawListener(server.port) as wire:
            await said(daemon, "first sight")

            for number, (slot, place) in enumerate(((2, 30040), (3, 29975), (1, 30000)), start=1):
                wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", slot)
                await said(daemon, ": done:", times=number)
                assert focuser.motor.place == place
