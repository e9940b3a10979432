"""Hands off means hands off, also after a crash."""

import json
from pathlib import Path

import pytest

from tests.live.simulated import SimulatedDaemon
from tests.live.test_clients import wait

pytestmark = pytest.mark.live


def hold(daemon: SimulatedDaemon, *, on: bool) -> None:
    body = json.dumps({"hold": on})
    headers = {"content-type": "application/json"}
    status, answer = daemon.ask("POST", "/rigd/v1/rigs/demo/hold", body, headers)
    assert status == 200, answer


def turn(daemon: SimulatedDaemon, filter_position: int) -> bytes:
    form = {"content-type": "application/x-www-form-urlencoded"}
    _, answer = daemon.ask(
        "PUT", "/api/v1/filterwheel/0/position", f"Position={filter_position}", form
    )
    return answer


def test_a_hold_survives_a_killed_daemon(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path, "apply") as daemon:
        daemon.connect()
        hold(daemon, on=True)
        assert "held by" in turn(daemon, 3).decode()
        wait(lambda: "hands off, said" in daemon.said(), "the hold is stored")

    with daemon:
        held_by = daemon.read("/rigd/v1/rigs/demo")["hold_by"]
        daemon.connect()
        refused = json.loads(turn(daemon, 3))
        hold(daemon, on=False)
        accepted = json.loads(turn(daemon, 3))

    assert " since 20" in str(held_by)
    assert refused["ErrorNumber"] == 0x40B
    assert accepted["ErrorNumber"] == 0
