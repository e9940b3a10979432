"""What ends while clients have rigd's INDI devices: the daemon, the driver, the server."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.live.indi_door.rig import (
    FOCUSER_DEVICE,
    GREEN,
    H_ALPHA,
    POSITION,
    RED,
    SLOT,
    WHEEL_DEVICE,
    DoorRig,
    door_rig,
    until,
)
from tests.live.indiserver import FOCUSER, WHEEL

pytestmark = pytest.mark.live

US_PER_STEP = 10_000.0


def states(rig: DoorRig, device: str, name: str, since: int) -> list[str]:
    heard = rig.wire.history[since:]
    return [one.state for one in heard if (one.device, one.name) == (device, name)]


def commanded(rig: DoorRig, since: int) -> set[tuple[str, str]]:
    """Devices and properties that were commanded."""
    heard = rig.wire.history[since:]
    return {(one.device, one.name) for one in heard if one.what == "newNumberVector"}


def whats(rig: DoorRig, device: str, name: str, since: int) -> list[str]:
    heard = rig.wire.history[since:]
    return [one.what for one in heard if (one.device, one.name) == (device, name)]


async def test_while_the_daemon_is_away_commands_are_answered_with_alert_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        driver = rig.driver_pid
        await asyncio.to_thread(rig.daemon.kill)
        await rig.wire.wait(
            lambda: (one := rig.wire.latest(WHEEL_DEVICE, SLOT)) and one.state == "Alert",
            "the wheel in Alert",
        )
        kept = rig.wire.number(FOCUSER_DEVICE, POSITION)
        began = len(rig.wire.history)
        rig.ask(GREEN)
        await rig.wire.wait(
            lambda: states(rig, WHEEL_DEVICE, SLOT, began) == ["Alert"], "the answer"
        )
        sentence = rig.wire.sentences[-1]

        rig.daemon.start()
        await rig.wire.until(WHEEL_DEVICE, SLOT, RED)
        rig.ask(GREEN)
        await rig.wire.until(WHEEL_DEVICE, SLOT, GREEN)

        assert kept is not None
        assert "rigd does not answer: nothing was moved" in sentence
        assert rig.driver_pid == driver
        # What scripts may read of the position goes while it is unknown; what programs use stays.
        gone = [one for one in rig.wire.history if one.what == "delProperty"]
        assert {one.device for one in gone} <= {"rigd demo"}


async def test_whoever_waited_when_rigd_was_killed_is_freed_by_the_next_rigd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        base = rig.wire.number(FOCUSER, POSITION)
        assert base is not None
        # Slow enough to be under way still when rigd dies.
        rig.wire.set_number(FOCUSER, "DELAY", "DELAY_VALUE", US_PER_STEP)
        began = len(rig.wire.history)
        rig.ask(H_ALPHA)
        await rig.wire.wait(
            lambda: (FOCUSER, POSITION) in commanded(rig, began), "the focuser is commanded"
        )
        await asyncio.to_thread(rig.daemon.kill)
        await rig.wire.until(WHEEL, SLOT, H_ALPHA)
        # It stops short, with nobody there to see it.
        rig.wire.set_number(FOCUSER, POSITION, "FOCUS_ABSOLUTE_POSITION", base + 10)
        await rig.wire.until(FOCUSER, POSITION, base + 10)

        began = len(rig.wire.history)
        rig.daemon.start()
        await rig.wire.wait(
            lambda: "Ok" in states(rig, WHEEL_DEVICE, SLOT, began), "whoever waits is freed"
        )

        slots = states(rig, WHEEL_DEVICE, SLOT, began)
        assert "Alert" in slots[: slots.index("Ok")]
        assert rig.wire.number(WHEEL_DEVICE, SLOT) == H_ALPHA
        # Where it was found nobody can tell what is in its position, so it is moved no more.
        assert rig.wire.number(FOCUSER, POSITION) == base + 10
        assert any("was cut off" in sentence for sentence in rig.wire.sentences)


async def test_a_stopped_daemon_is_noticed_and_goes_on_with_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        os.kill(rig.daemon.pid, signal.SIGSTOP)
        try:
            began = len(rig.wire.history)
            rig.ask(H_ALPHA)
            await rig.wire.wait(
                lambda: states(rig, WHEEL_DEVICE, SLOT, began) == ["Alert"], "it is noticed"
            )
            assert "[WARNING] rigd does not answer" in rig.wire.sentences
        finally:
            os.kill(rig.daemon.pid, signal.SIGCONT)
        await rig.wire.until(WHEEL_DEVICE, SLOT, H_ALPHA)
        assert "has died" not in rig.daemon.said()


async def test_a_killed_driver_makes_the_focus_untrusted_until_clients_have_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        rig.ask(GREEN)
        await rig.wire.until(WHEEL_DEVICE, SLOT, GREEN)
        trusted = await asyncio.to_thread(rig.told)

        began = len(rig.wire.history)
        rig.kill_driver()
        await until(lambda: rig.told()["not_trusted_because"] is not None, "rigd notices")
        lost = await asyncio.to_thread(rig.told)
        # The diary is written behind what is told.
        await until(
            lambda: any(
                "takes every frame through Green" in one["sentence"]
                for one in rig.told("/history")["history"]
            ),
            "the line of the diary",
        )
        # indiserver starts it again, and rigd says nothing of trust before a client is there.
        await rig.wire.wait(
            lambda: "defNumberVector" in whats(rig, WHEEL_DEVICE, SLOT, began), "the driver again"
        )
        still = await asyncio.to_thread(rig.told)
        rig.ask(RED)
        await rig.wire.until(WHEEL_DEVICE, SLOT, RED)
        await until(lambda: rig.told()["not_trusted_because"] is None, "trust")

        assert trusted["not_trusted_because"] is None
        assert "takes every frame through Green" in lost["not_trusted_because"]
        assert "clients_lost" in {one["name"] for one in lost["obstacles"]}
        assert still["not_trusted_because"] == lost["not_trusted_because"]


async def test_a_server_that_ends_takes_its_clients_with_it_and_is_no_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        await asyncio.to_thread(rig.server.kill)
        await until(lambda: rig.told()["servers_down"], "the server is gone")
        told = await asyncio.to_thread(rig.told)
        assert "clients_lost" not in {one["name"] for one in told["obstacles"]}


async def test_a_rigd_that_ends_blames_no_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        await asyncio.to_thread(rig.daemon.stop)
        assert "stopped" in rig.daemon.said()
        assert "has died" not in rig.daemon.said()


async def test_rigd_takes_none_of_its_own_devices_for_hardware(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        rig.ask(GREEN)
        await rig.wire.until(WHEEL_DEVICE, SLOT, GREEN)
        told = await asyncio.to_thread(rig.told)
        assert told["devices"]
        assert not any(one["name"].startswith("rigd ") for one in told["devices"])
