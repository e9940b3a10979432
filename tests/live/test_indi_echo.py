"""Other clients' commands on a real indiserver, told from rigd's own."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from rigd.devices.events import EchoHeard, EchoLost, FocuserCommanded, ServerDown
from rigd.devices.identity import DeviceRef
from tests.live.indiserver import FOCUSER, IndiServer, RawListener
from tests.live.test_indi_driver import Watched, watched

pytestmark = pytest.mark.live

EAF = DeviceRef("local", FOCUSER)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def told(wire: RawListener, steps: int) -> None:
    wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", steps)


def commands(watch: Watched) -> list[FocuserCommanded]:
    return watch.of(FocuserCommanded, FOCUSER)


def heard(watch: Watched) -> list[int]:
    return [c.target_steps or 0 for c in commands(watch)]


async def listening(watch: Watched, wire: RawListener) -> int:
    """Wait until the echo is heard at all; where the focuser is then."""
    await watch.connect(FOCUSER)
    await watch.focuser_at_rest()
    steps = 40000
    while not commands(watch):
        steps += 1
        told(wire, steps)
        await wire.until(FOCUSER, "ABS_FOCUS_POSITION", steps)
        await asyncio.sleep(0.05)
    await watch.until(lambda: commands(watch)[-1].target_steps == steps)
    watch.events.clear()
    return steps


@pytest.mark.parametrize("through", ["unix", "tcp"])
async def test_anothers_command_is_heard_and_rigds_own_is_not(
    server: IndiServer, through: str
) -> None:
    options = {"unix_socket": ""} if through == "tcp" else {}
    async with watched(server, **options) as watch, RawListener(server.port) as wire:
        start = await listening(watch, wire)

        await watch.driver.move_focuser(EAF, 42000)
        await wire.until(FOCUSER, "ABS_FOCUS_POSITION", 42000)
        told(wire, 43000)
        await watch.until(lambda: bool(commands(watch)))

        (command,) = commands(watch)
        assert (command.target_steps, command.stood_steps) == (43000, 42000)
        assert start != 42000
        assert not watch.of(EchoLost)


async def test_equal_commands_at_the_same_time_are_counted_exactly(server: IndiServer) -> None:
    chance = random.Random(7)  # noqa: S311 - a seeded race
    async with watched(server) as watch, RawListener(server.port) as wire:
        await listening(watch, wire)
        foreign: list[int] = []

        for number in range(120):
            steps = 41000 + number % 3
            for who in chance.choice(["of", "fo", "o", "f", "off", "ofo", "oof", "ffo"]):
                if who == "o":
                    await watch.driver.move_focuser(EAF, steps)
                else:
                    told(wire, steps)
                    foreign.append(steps)
                await asyncio.sleep(chance.choice([0, 0, 0.0002, 0.001]))
        await watch.driver.read_focuser(EAF)  # a ping: all of rigd's own is with the server
        told(wire, 45000)
        await watch.until(lambda: 45000 in heard(watch))
        await watch.until(lambda: len(heard(watch)) > len(foreign))

        assert sorted(heard(watch)) == sorted([*foreign, 45000])


async def test_a_relative_move_is_heard_with_where_it_leads(server: IndiServer) -> None:
    async with watched(server) as watch, RawListener(server.port) as wire:
        start = await listening(watch, wire)

        wire.set_switch(FOCUSER, "FOCUS_MOTION", "FOCUS_INWARD")
        wire.set_number(FOCUSER, "REL_FOCUS_POSITION", "FOCUS_RELATIVE_POSITION", 300)
        await watch.until(lambda: bool(commands(watch)))

        assert commands(watch)[0].target_steps == start - 300


async def test_a_killed_server_is_one_loss_and_the_echo_comes_back(server: IndiServer) -> None:
    async with watched(server) as watch, RawListener(server.port) as wire:
        await listening(watch, wire)
        server.kill()
        await watch.until(lambda: bool(watch.of(ServerDown)))
        server.start()

        async with RawListener(server.port) as again:
            await listening(watch, again)

        assert not watch.of(EchoLost), "the loss of the server says it"


async def test_a_cut_echo_is_said_once_and_disturbs_nobody(server: IndiServer) -> None:
    async with watched(server) as watch, RawListener(server.port) as wire:
        await listening(watch, wire)
        writer = watch.driver._echo._writer
        assert writer is not None

        writer.transport.abort()
        await watch.until(lambda: bool(watch.of(EchoLost)))
        await watch.driver.move_focuser(EAF, 42000)
        await wire.until(FOCUSER, "ABS_FOCUS_POSITION", 42000)
        await watch.until(lambda: bool(watch.of(EchoHeard)))
        told(wire, 43000)
        await watch.until(lambda: bool(commands(watch)))

        assert [c.target_steps for c in commands(watch)] == [43000]
        assert len(watch.of(EchoLost)) == 1
        assert not watch.of(ServerDown)
