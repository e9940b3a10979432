"""A real Alpaca client and the command line against a daemon on the real simulators."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import FOCUSER_START_STEPS, IndiServer
from tests.rigd_process import run_rigd

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def wait(true: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    deadline_s = monotonic() + limit_s
    while not true():
        assert monotonic() < deadline_s, f"not within {limit_s} s: {what}"
        sleep(0.05)


def get(daemon: Daemon, path: str) -> dict[str, object]:
    with urllib.request.urlopen(f"http://{daemon.url}/rigd/v1{path}", timeout=LIMIT_S) as reply:
        return json.loads(reply.read())  # type: ignore[no-any-return]


def opened(daemon: Daemon) -> tuple[FilterWheel, Focuser]:
    wait(lambda: "server simulators: connected" in daemon.said(), "connected")
    wheel, focuser = FilterWheel(daemon.url, 0), Focuser(daemon.url, 0)
    wheel.Connected = True
    focuser.Connected = True
    return wheel, focuser


def known(daemon: Daemon) -> bool:
    return get(daemon, "/rigs/demo")["focus_known"] is True


def test_alpyca_changes_a_filter_and_the_focus_has_settled_when_position_says_so(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        before = focuser.Position

        wheel.Position = 3
        assert wheel.Position == -1
        wait(lambda: wheel.Position == 3, "the change")
        raw = get(daemon, "/rigs/demo/explain")["raw_steps"]

        assert wheel.Names[3] == "H_Alpha"
        assert set(wheel.FocusOffsets) == {0}
        assert raw == FOCUSER_START_STEPS + 65
        assert focuser.Position == before


def test_a_move_through_rigds_focuser_is_a_new_base(server: IndiServer, tmp_path: Path) -> None:
    with Daemon(tmp_path, server) as daemon:
        _, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        target = focuser.Position + 100

        focuser.Move(target)
        wait(lambda: not focuser.IsMoving, "the move")

        assert focuser.Position == target
        explain = get(daemon, "/rigs/demo/explain")
        assert explain["base_steps"] == target
        assert explain["raw_steps"] == FOCUSER_START_STEPS + 100


def test_in_publish_the_client_reads_the_same_offsets_as_the_rest_api(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server, mode="publish") as daemon:
        wheel, focuser = opened(daemon)
        answer = get(daemon, "/rigs/demo/offsets")["offsets"]
        offsets = [row["focus_offset_steps"] for row in answer]  # type: ignore[attr-defined]

        wheel.Position = 3
        wait(lambda: wheel.Position == 3, "the change")

        assert wheel.FocusOffsets == offsets
        assert len({steps for steps in offsets if steps}) >= 2
        assert focuser.Position == FOCUSER_START_STEPS


def test_in_publish_one_unknown_offset_makes_all_of_them_zero_and_says_why(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server, mode="publish")
    daemon.change_profile('name = "SII"\nthickness_mm = 3.0\n', 'name = "SII"\n')
    with daemon:
        wheel, _ = opened(daemon)

        assert set(wheel.FocusOffsets) == {0}
        because = str(get(daemon, "/rigs/demo/offsets")["published_zeros_because"])
        assert "SII" in because
        assert f"FocusOffsets      zeros: {because}" in rigd(daemon, "status").stdout
        wait(lambda: f"FocusOffsets are zeros: {because}" in daemon.said(), "the log says so")


def test_a_clients_disconnect_leaves_hardware_and_the_change_alone(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, _ = opened(daemon)
        wait(lambda: known(daemon), "first sight")

        wheel.Position = 3
        wheel.Connected = False
        wait(lambda: get(daemon, "/rigs/demo")["filter_position"] == 3, "the change goes on")

        assert wheel.Connected is False
        wait(lambda: get(daemon, "/rigs/demo/explain")["filter_embodied"] == "h_alpha", "embodied")


def test_numbers_and_unique_ids_survive_a_restart(server: IndiServer, tmp_path: Path) -> None:
    def devices(daemon: Daemon) -> object:
        url = f"http://{daemon.url}/management/v1/configureddevices"
        with urllib.request.urlopen(url, timeout=LIMIT_S) as reply:
            return json.loads(reply.read())["Value"]

    with Daemon(tmp_path, server) as daemon:
        wait(lambda: "serving on" in daemon.said(), "serving")
        first = devices(daemon)
        daemon.stop()
        daemon.start()
        wait(lambda: daemon.said().count("serving on") == 2, "serving again")

        assert devices(daemon) == first


def test_the_command_line_says_why_the_focuser_is_where_it_is(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        opened(daemon)
        wait(lambda: known(daemon), "first sight")

        explained = rigd(daemon, "explain")
        history = rigd(daemon, "explain", "--history")
        offsets = rigd(daemon, "offsets", "--json")
        devices = rigd(daemon, "devices")
        held = rigd(daemon, "hold", "on")
        ended = [rigd(daemon, "hold", "off").stdout for _ in range(2)]
        refused = rigd(daemon, "explain", "--rig", "nobody")

        for line in ("base", "filter", "temperature", "trim", "raw position"):
            assert line in explained.stdout
        assert "first sight" in history.stdout
        assert json.loads(offsets.stdout)["offsets"][3]["name"] == "H_Alpha"
        assert "Focuser" in devices.stdout
        assert held.stdout == "hold on\n"
        assert ended == ["hold off\n", "hold off: no hold was on\n"]
        assert refused.returncode == 1
        assert "no rig is named 'nobody'" in refused.stderr


def test_the_event_stream_tells_what_happens(server: IndiServer, tmp_path: Path) -> None:
    with Daemon(tmp_path, server) as daemon:
        wheel, _ = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        lines: list[str] = []

        def listen() -> None:
            url = f"http://{daemon.url}/rigd/v1/events"
            with urllib.request.urlopen(url, timeout=LIMIT_S) as stream:
                for line in stream:
                    lines.append(line.decode())
                    if "done" in lines[-1]:
                        return

        listener = threading.Thread(target=listen)
        listener.start()
        wait(lambda: bool(lines), "the stream opens")
        wheel.Position = 3
        listener.join(timeout=LIMIT_S)

        assert any('"result": "done"' in line for line in lines)


def test_a_token_is_needed_to_change_something_and_the_command_line_sends_it(
    server: IndiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(tmp_path, server)
    text = daemon.config.read_text(encoding="utf-8")
    daemon.config.write_text(text.replace("[listen]", '[listen]\ntoken = "open sesame"'))
    with daemon:
        wait(lambda: "serving on" in daemon.said(), "serving")

        refused = rigd(daemon, "hold", "on")
        monkeypatch.setenv("RIGD_TOKEN", "open sesame")
        held = rigd(daemon, "hold", "on")

        assert refused.returncode == 1
        assert held.stdout == "hold on\n"


def test_without_a_daemon_the_command_line_says_where_it_looked() -> None:
    asked = run_rigd("explain", "--url", "127.0.0.1:1", timeout=LIMIT_S)

    assert asked.returncode == 1
    assert "no rigd answers at http://127.0.0.1:1" in asked.stderr
