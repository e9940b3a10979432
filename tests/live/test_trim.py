"""The trim set by a human, and a mode switched beside a client that has the focuser open."""

from pathlib import Path

import pytest
from alpaca.exceptions import NotConnectedException

from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import IndiServer
from tests.live.test_clients import get, known, opened, server, wait

pytestmark = pytest.mark.live

__all__ = ["server"]


def test_a_trim_moves_the_focuser_and_stays_hidden_from_clients(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        before, base = focuser.Position, get(daemon, "/rigs/demo/explain")["base_steps"]

        said = rigd(daemon, "trim", "-120")
        wait(lambda: get(daemon, "/rigs/demo/explain")["trim_steps"] == -120, "trimmed")
        shown = rigd(daemon, "trim")
        wait(lambda: wheel.Position >= 0, "settled")
        wheel.Position = 3
        wait(lambda: wheel.Position == 3, "changed")
        explained = get(daemon, "/rigs/demo/explain")
        refused = rigd(daemon, "trim", "100000")

        assert said.stdout == "trim -120 steps\n"
        assert shown.stdout == "trim -120 steps\n"
        assert focuser.Position == before
        filter_steps = explained["filter_steps"]
        assert isinstance(filter_steps, int)
        assert filter_steps != 0
        assert explained["trim_steps"] == -120
        assert explained["base_steps"] == base == before
        assert explained["raw_steps"] == before - 120 + filter_steps
        assert refused.returncode == 1
        assert "outside the limits 0 to" in refused.stderr


def test_a_switch_beside_an_open_client_closes_its_focuser_or_is_refused(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        wheel.Position = 3
        wait(lambda: wheel.Position == 3, "changed")
        raw = get(daemon, "/rigs/demo/explain")["raw_steps"]
        seen = focuser.Position

        refused = rigd(daemon, "mode", "observe")
        still = focuser.Position
        done = rigd(daemon, "mode", "observe", "--confirm")

        assert "has rigd's focuser open" in refused.stderr
        assert still == seen
        assert done.returncode == 0
        with pytest.raises(NotConnectedException):
            _ = focuser.Position
        assert wheel.Connected
        focuser.Connected = True
        assert focuser.Position == get(daemon, "/rigs/demo/explain")["logical_steps"]
        assert get(daemon, "/rigs/demo/explain")["raw_steps"] == raw

        rigd(daemon, "mode", "publish", "--confirm")
        focuser.Connected = True
        assert focuser.Connected


def test_a_switch_back_to_apply_takes_the_focus_of_no_filter_for_that_of_another(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        wheel.Position = 3
        wait(lambda: wheel.Position == 3, "changed")
        before = get(daemon, "/rigs/demo/explain")
        focuser.Connected = False
        assert rigd(daemon, "mode", "observe").returncode == 0
        wheel.Position = 0
        wait(lambda: wheel.Position == 0, "changed in observe")

        assert rigd(daemon, "mode", "apply").returncode == 0

        after, status = get(daemon, "/rigs/demo/explain"), get(daemon, "/rigs/demo")
        assert after["filter_steps"] == before["filter_steps"] != 0
        assert after["base_steps"] == before["base_steps"]
        assert "the focus is that of" in str(status["not_trusted_because"])
        obstacles = status["obstacles"]
        assert isinstance(obstacles, list)
        assert "focus" in {one["name"] for one in obstacles}
        wheel.Position = 0
        wait(lambda: get(daemon, "/rigs/demo")["not_trusted_because"] is None, "put right")
        put_right = get(daemon, "/rigs/demo/explain")
        assert put_right["base_steps"] == before["base_steps"]
        assert put_right["raw_steps"] == put_right["base_steps"] + put_right["filter_steps"]  # type: ignore[operator]
