"""`rigd doctor` beside a real indiserver, with the daemon up and down."""

import json
from pathlib import Path

import pytest

from tests.live.daemon import rigd
from tests.live.indiserver import IndiServer
from tests.live.offset_rig import OffsetRig
from tests.live.test_main_job import said
from tests.rigd_process import run_rigd

pytestmark = pytest.mark.live

WHEEL, FOCUSER = "Filter Simulator", "Focuser Simulator"


async def test_it_looks_at_everything_with_the_daemon_up_and_down(tmp_path: Path) -> None:
    with (
        IndiServer(tmp_path) as server,
        OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER) as daemon,
    ):
        await said(daemon, "first sight")
        up = rigd(daemon, "doctor", "--config", str(daemon.config))
        daemon.stop()
        down = rigd(daemon, "doctor", "--config", str(daemon.config), "--json")

    assert f"answers at {daemon.url}" in up.stdout
    assert f"localhost:{server.port} has" in up.stdout
    assert up.stdout.count("the filter wheel's labels contradict profile") == 1, up.stdout
    assert up.returncode == 1
    found = json.loads(down.stdout)["findings"]
    assert down.returncode == 1
    (silent,) = [one for one in found if one["check"] == "daemon"]
    assert silent["verdict"] == "warning"
    assert silent["remedy"]
    (devices,) = [one for one in found if one["check"] == "servers"]
    assert devices["verdict"] == "ok"
    assert WHEEL in devices["sentence"]
    assert FOCUSER in devices["sentence"]


def test_without_a_configuration_it_says_where_one_is_looked_for(tmp_path: Path) -> None:
    done = run_rigd("doctor", "--config", str(tmp_path / "none.toml"), timeout=60)

    assert done.returncode == 2
    assert "none.toml: No such file or directory" in done.stdout
    assert "-> `rigd init` writes one" in done.stdout
