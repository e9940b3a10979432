"""A filter drawer under a whole daemon: a client waits at -1 until a human has spoken."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon
from tests.rigd_process import run_rigd

WHEEL = 'address = { server = "simulators", device = "Filter Simulator", connect = true }\n'
FORM = {"content-type": "application/x-www-form-urlencoded"}
HA, LUMINANCE = 3, 7

pytestmark = pytest.mark.live


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[SimulatedDaemon]:
    made = SimulatedDaemon(tmp_path, "apply")
    profile = tmp_path / "demo.toml"
    text = profile.read_text(encoding="utf-8")
    assert WHEEL in text
    profile.write_text(text.replace(WHEEL, "manual = true\n"), encoding="utf-8")
    with made:
        made.connect()
        yield made


def swap(daemon: SimulatedDaemon, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "RIGD_URL": f"http://127.0.0.1:{daemon.port}"}
    return run_rigd("swap", *words, timeout=LIMIT_S, env=env)


def position(daemon: SimulatedDaemon) -> int:
    found = daemon.read("/api/v1/filterwheel/0/position")
    assert found["ErrorNumber"] == 0, found
    value = found["Value"]
    assert isinstance(value, int)
    return value


def until(holds: Callable[[], bool]) -> None:
    deadline_s = monotonic() + LIMIT_S
    while not holds():
        assert monotonic() < deadline_s
        sleep(0.05)


def offsets(daemon: SimulatedDaemon) -> list[int]:
    rows = daemon.read("/rigd/v1/rigs/demo/offsets")["offsets"]
    assert isinstance(rows, list)
    return [row["focus_offset_steps"] for row in rows]


def test_a_client_waits_for_the_hand_and_the_focuser_too(daemon: SimulatedDaemon) -> None:
    at_first = position(daemon)
    assert swap(daemon, "Luminance").returncode == 0
    until(lambda: position(daemon) == LUMINANCE)
    start = daemon.raw_steps()
    assert isinstance(start, int)

    daemon.ask("PUT", "/api/v1/filterwheel/0/position", f"Position={HA}", FORM)
    asked = (position(daemon), daemon.raw_steps())
    wrong = swap(daemon, "Hbeta")
    done = swap(daemon, "H Alpha")
    until(lambda: position(daemon) == HA)

    assert at_first == -1
    assert asked == (-1, start)
    assert "put H_Alpha in, then say `rigd swap H_Alpha`" in daemon.said()
    assert wrong.returncode == 1
    assert "no filter is named 'Hbeta' (there are: Red, Green," in wrong.stderr
    assert done.returncode == 0, done.stderr
    assert daemon.raw_steps() == start + offsets(daemon)[HA] - offsets(daemon)[LUMINANCE]


def test_a_drawer_stays_where_it_is_over_a_restart(daemon: SimulatedDaemon) -> None:
    swap(daemon, "OIII")
    until(lambda: position(daemon) == 5)

    assert daemon.stop() == 0
    with daemon:
        daemon.connect()
        after = position(daemon)

    assert after == 5


def test_what_a_human_is_asked_to_put_in_is_asked_for_after_a_restart_too(
    daemon: SimulatedDaemon,
) -> None:
    swap(daemon, "Luminance")
    until(lambda: position(daemon) == LUMINANCE)
    start = daemon.raw_steps()
    assert isinstance(start, int)
    daemon.ask("PUT", "/api/v1/filterwheel/0/position", f"Position={HA}", FORM)
    until(lambda: "put H_Alpha in" in daemon.said())

    assert daemon.stop() == 0
    with daemon:
        daemon.connect()
        waiting = (position(daemon), daemon.read("/api/v1/safetymonitor/0/issafe")["Value"])
        done = swap(daemon, "H Alpha")
        until(lambda: position(daemon) == HA)
        steps = daemon.raw_steps()
        after = offsets(daemon)

    assert waiting == (-1, False)
    assert done.returncode == 0, done.stderr
    assert steps == start + after[HA] - after[LUMINANCE]


def test_a_wheel_with_a_motor_is_not_swapped_by_hand(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path) as daemon:
        status, body = daemon.ask("POST", "/rigd/v1/rigs/demo/swap", '{"filter": "Red"}')

    assert status == 400
    assert json.loads(body)["detail"] == (
        "rig demo: no hand turns its filter wheel "
        "(its profile would have to say wheel.manual = true)"
    )


def test_a_rig_without_a_wheel_keeps_its_focuser_and_says_that_there_is_no_wheel(
    tmp_path: Path,
) -> None:
    daemon = SimulatedDaemon(tmp_path, "apply")
    profile = tmp_path / "demo.toml"
    lines = profile.read_text(encoding="utf-8").splitlines()
    at = lines.index("[wheel]")
    del lines[at : at + 3]
    profile.write_text("\n".join(lines), encoding="utf-8")
    with daemon:
        form = "Connected=true"
        _, wheel = daemon.ask("PUT", "/api/v1/filterwheel/0/connected", form, FORM)
        _, focuser = daemon.ask("PUT", "/api/v1/focuser/0/connected", form, FORM)
        daemon.ask("PUT", "/api/v1/focuser/0/move", "Position=26000", FORM)
        until(lambda: daemon.raw_steps() == 26000)
        daemon.ask("PUT", "/api/v1/safetymonitor/0/connected", form, FORM)
        trusted = daemon.read("/api/v1/safetymonitor/0/issafe")

    assert b"rig demo has no filter wheel" in wheel
    assert b'"ErrorNumber":0' in focuser
    assert trusted["Value"] is True
