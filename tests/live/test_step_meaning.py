"""A focuser whose steps are others than when its light path was taken up moves nothing."""

import json
from pathlib import Path

import pytest

from tests.live.simulated import SimulatedDaemon
from tests.live.test_clients import wait

pytestmark = pytest.mark.live


def steps_are(daemon: SimulatedDaemon, step_size_um: float) -> None:
    text = daemon.config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("step_size_um")]
    at = lines.index("connected = false")
    lines.insert(at, f"step_size_um = {step_size_um}")
    daemon.config.write_text("\n".join(lines) + "\n", encoding="utf-8")


def turn(daemon: SimulatedDaemon, filter_position: int) -> dict[str, object]:
    form = {"content-type": "application/x-www-form-urlencoded"}
    path = "/api/v1/filterwheel/0/position"
    _, answer = daemon.ask("PUT", path, f"Position={filter_position}", form)
    found: dict[str, object] = json.loads(answer)
    return found


def confirm(daemon: SimulatedDaemon) -> None:
    json_ = {"content-type": "application/json"}
    status, answer = daemon.ask("POST", "/rigd/v1/rigs/demo/profile/confirm", "{}", json_)
    assert status == 200, answer


def test_another_step_size_closes_a_gate_until_it_is_confirmed(tmp_path: Path) -> None:
    daemon = SimulatedDaemon(tmp_path, "apply")
    steps_are(daemon, 4.0)
    with daemon:
        daemon.connect()
        wait(lambda: "first sight" in daemon.said(), "first sight")
        wait(lambda: turn(daemon, 3)["ErrorNumber"] == 0, "a filter is accepted")
        wait(lambda: "H_Alpha: done" in daemon.said(), "done")
        wait(lambda: "focuser Focuser Simulator is" in daemon.said(), "its devices are known")

    steps_are(daemon, 2.0)
    with daemon:
        daemon.connect()
        wait(lambda: daemon.raw_steps() is not None, "the focuser is seen")
        wait(lambda: "of its steps" in str(turn(daemon, 0)["ErrorMessage"]), "refused")
        refused = turn(daemon, 0)
        confirm(daemon)
        after = turn(daemon, 0)
        declined = "declined: what is in the focuser's position is unknown"
        wait(lambda: declined in daemon.said(), "declined")

    message = str(refused["ErrorMessage"])
    assert refused["ErrorNumber"] == 0x40B
    assert "2 µm a step; when this light path was taken up it said: 4 µm a step" in message
    assert after["ErrorNumber"] == 0
