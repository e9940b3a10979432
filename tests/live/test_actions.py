"""Actions against a whole daemon: what they answer is the live rig's, and they move nothing."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.live

FORM = {"content-type": "application/x-www-form-urlencoded"}


def run(daemon: SimulatedDaemon, action: str) -> dict[str, object]:
    form = urlencode({"Action": action, "Parameters": ""})
    status, body = daemon.ask("PUT", "/api/v1/filterwheel/0/action", form, FORM)
    assert status == 200
    assert json.loads(body)["ErrorNumber"] == 0, body
    found: dict[str, object] = json.loads(json.loads(body)["Value"])
    return found


def test_recompute_moves_nothing_and_is_in_the_diary(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path, "apply") as daemon:
        daemon.connect()
        before_steps, offsets = daemon.raw_steps(), run(daemon, "rigd:offsets")
        again = run(daemon, "rigd:recompute")
        after_steps = daemon.raw_steps()
        ended = daemon.stop()

    assert again["offsets"] == offsets["offsets"]
    assert before_steps == after_steps
    assert "had the offsets worked out again: they are as before" in daemon.said()
    assert ended == 0


def test_the_profile_and_the_mode_are_the_live_rigs(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path, "publish") as daemon:
        daemon.connect()
        profile, mode = run(daemon, "rigd:profile"), run(daemon, "rigd:mode")
        spacers, train = run(daemon, "rigd:spacers"), daemon.read("/rigd/v1/rigs/demo/train")

    assert mode["mode"] == "publish"
    assert isinstance(profile["focuser"], dict)
    assert profile["focuser"]["max_steps"] == 60000
    assert spacers == train
