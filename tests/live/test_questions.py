"""A question is asked, answered over the command line, counts at once, and is kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_clients import rigd
from tests.live.test_main_job import OFFSETS, change, commanded, ready, said

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def asked(daemon: Daemon) -> list[str]:
    shown = json.loads(rigd(daemon, "questions", "--json").stdout)
    return [one["key"] for one in shown["questions"]]


def offsets(daemon: Daemon) -> list[int | None]:
    shown = json.loads(rigd(daemon, "offsets", "--json").stdout)
    return [row["focus_offset_steps"] for row in shown["offsets"]]


async def test_an_answered_direction_gives_steps_at_once_and_survives_a_restart(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.change_profile('direction = "outward"\n', "")
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "whose offset is unknown (focuser: direction not known)")
            before, unknown = asked(daemon), offsets(daemon)
            wrong = rigd(daemon, "answer", "focuser.direction", "upward")

            done = rigd(daemon, "answer", "focuser.direction", "inward")
            await said(daemon, "focuser.direction: unknown is now inward")
            await wire.caught_up()
            at_rest = commanded(wire)
            after, steps = asked(daemon), offsets(daemon)

            assert before == ["focuser.direction"]
            assert unknown == [None] * 7 + [0]
            assert wrong.returncode == 1
            assert "focuser.direction: 'upward' is not one of: outward; inward" in wrong.stderr
            assert done.returncode == 0, done.stderr
            assert after == []
            assert steps[3] == pytest.approx(-OFFSETS[4], abs=2)
            assert at_rest in ([], [FOCUSER_START_STEPS])

            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            there = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
            assert there == pytest.approx(FOCUSER_START_STEPS - OFFSETS[4] + OFFSETS[1], abs=3)

            assert daemon.stop() == 0
            daemon.start()
            await said(daemon, "are rigd's")
            kept = json.loads(rigd(daemon, "questions", "--json").stdout)["answers"]
            assert [(one["key"], one["value"]) for one in kept] == [("focuser.direction", "inward")]
            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == there

            await change(wire, 1)
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUSER_START_STEPS)


async def test_what_a_device_is_is_said_once_and_match_asks_the_daemon(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "focuser Focuser Simulator is not in the catalog")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            found = rigd(daemon, "match", "--kind", "focuser", "--json")

            (device,) = json.loads(found.stdout)["devices"]
            assert device["name"] == FOCUSER
            assert device["status"] == "none"
            for kind in ("camera", "filter wheel", "focuser"):
                lines = [line for line in daemon.said().splitlines() if f": {kind} " in line]
                assert len([line for line in lines if "is not in the catalog" in line]) == 1
