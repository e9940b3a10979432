"""The main job on Alpaca hardware: a whole daemon on a host whose devices move in time."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser as FocuserClient

from tests.drivers.alpaca_host import Camera, Device, FaultError, Focuser, Wheel, equipment, hosting
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd

pytestmark = pytest.mark.live

PROFILE = """
name = "Alpaca rig"
reference_filter = "l"
[optic]
focal_ratio = 6.0
[camera]
address = { server = "pier", device = "Camera" }
[wheel]
address = { server = "pier", device = "Wheel" }
slots = ["l", "r", "g", "b", "ha"]
[focuser]
address = { server = "pier", device = "uid-focuser" }
moves = "drawtube"
direction = "inward"
[filters.l]
name = "L"
focus_offset_steps = 0
[filters.r]
name = "R"
focus_offset_steps = 40
[filters.g]
name = "G"
focus_offset_steps = 20
[filters.b]
name = "B"
focus_offset_steps = -30
[filters.ha]
name = "Ha"
thickness_mm = 3.0
"""


class AlpacaDaemon(Daemon):
    """The daemon of the tests, on an Alpaca host instead of indiserver."""

    def __init__(self, directory: Path, port: int) -> None:
        super().__init__(directory, Anywhere(port))  # type: ignore[arg-type]  # port and path alone
        text = self.config.read_text(encoding="utf-8")
        head, rigs = text.split("[[servers]]")[0], text[text.index("[[rigs]]") :]
        servers = (
            f'[[servers]]\nname = "pier"\ndriver = "alpaca"\nhost = "127.0.0.1"\nport = {port}\n'
        )
        self.config.write_text(head + servers + "idle_s = 0.1\n" + rigs, encoding="utf-8")
        self.profile.write_text(PROFILE, encoding="utf-8")

    def explain(self) -> dict[str, object]:
        with urllib.request.urlopen(
            f"http://{self.url}/rigd/v1/rigs/demo/explain", timeout=LIMIT_S
        ) as reply:
            return json.loads(reply.read())  # type: ignore[no-any-return]


class Anywhere:
    def __init__(self, port: int) -> None:
        self.port, self.path = port, ""


@pytest.fixture
def devices() -> tuple[Wheel, Focuser, Camera]:
    wheel, focuser, camera, _ = equipment()
    wheel.turn_s, focuser.move_s = 0.4, 0.3
    return wheel, focuser, camera


@pytest.fixture
def daemon(devices: tuple[Device, ...], tmp_path: Path) -> Iterator[AlpacaDaemon]:
    with hosting(*devices) as host, AlpacaDaemon(tmp_path, host.port) as running:
        wait(lambda: "first sight" in running.said(), "first sight")
        yield running


def wait(true, what: str, limit_s: float = LIMIT_S) -> None:  # type: ignore[no-untyped-def]
    deadline_s = monotonic() + limit_s
    while not true():
        assert monotonic() < deadline_s, f"not within {limit_s} s: {what}"
        sleep(0.05)


def test_a_change_at_the_real_wheel_is_followed(
    daemon: AlpacaDaemon, devices: tuple[Wheel, Focuser, Camera]
) -> None:
    wheel, focuser, _ = devices

    wheel.put("position", {"Position": "1"})
    wait(lambda: "R: done" in daemon.said(), "the change is followed")
    there = focuser.values()["position"]
    wheel.put("position", {"Position": "0"})
    wait(lambda: "L: done" in daemon.said(), "and back")

    assert there == 25040
    assert focuser.values()["position"] == 25000


def test_a_host_that_says_0_for_a_while_moves_no_base(
    daemon: AlpacaDaemon, devices: tuple[Wheel, Focuser, Camera]
) -> None:
    wheel, focuser, _ = devices

    focuser.says_steps = 0
    wait(lambda: "says 0 steps and was not seen to move there" in daemon.said(), "it is noticed")
    wheel.put("position", {"Position": "1"})
    wait(lambda: "waiting: the focuser says 0 steps" in daemon.said(), "the change waits")
    focuser.says_steps = None
    wait(lambda: "R: done" in daemon.said(), "the change is followed")

    assert focuser.values()["position"] == 25040
    assert "moved the focuser" not in daemon.said()


def test_an_in_path_change_moves_both_and_is_ready_when_both_have_settled(
    daemon: AlpacaDaemon, devices: tuple[Wheel, Focuser, Camera]
) -> None:
    wheel, focuser, _ = devices
    client, virtual = FilterWheel(daemon.url, 0), FocuserClient(daemon.url, 0)
    client.Connected = True
    virtual.Connected = True
    before = virtual.Position

    client.Position = 3
    assert client.Position == -1
    wait(lambda: client.Position == 3, "the change")
    ready_s = time.monotonic()

    assert ready_s >= max(wheel.ends_s, focuser.ends_s)
    assert focuser.values()["position"] == 25000 - 30
    assert virtual.Position == before


def test_a_filter_without_an_offset_turns_and_the_focuser_stays(
    daemon: AlpacaDaemon, devices: tuple[Wheel, Focuser, Camera]
) -> None:
    wheel, focuser, _ = devices
    client = FilterWheel(daemon.url, 0)
    client.Connected = True

    client.Position = 4
    wait(lambda: client.Position == 4, "the change")

    assert wheel.values()["position"] == 4
    assert focuser.log.count("PUT move") == 0
    wait(lambda: "declined: filter Ha has no focus offset" in daemon.said(), "the reason")


def test_an_exposing_camera_refuses_with_its_sentence(
    daemon: AlpacaDaemon, devices: tuple[Wheel, Focuser, Camera]
) -> None:
    wheel, _, camera = devices
    client = FilterWheel(daemon.url, 0)
    client.Connected = True
    camera.state = 2
    asked = camera.log.count("GET camerastate")
    wait(lambda: camera.log.count("GET camerastate") > asked + 2, "rigd has read the answer")

    with pytest.raises(Exception, match="the camera is exposing or downloading"):
        client.Position = 1

    assert wheel.values()["position"] == 0
    assert client.Position == 0


STACK = PROFILE.replace("[wheel]", "[[wheel.stack]]").replace('"l"\n[optic]', '"l+clear"\n[optic]')
STACK = STACK.replace(
    "[focuser]",
    """[[wheel.stack]]
address = { server = "pier", device = "Second wheel" }
slots = ["clear", "uv"]
[filters.clear]
name = "Clear"
kind = "empty"
[filters.uv]
name = "UV"
focus_offset_steps = 7
[focuser]""",
)


def test_two_stacked_wheels_that_the_profile_calls_by_name_are_turned_together(
    devices: tuple[Wheel, Focuser, Camera], tmp_path: Path
) -> None:
    wheel, focuser, camera = devices
    second = Wheel("FilterWheel", "Second wheel", "uid-second", 3, names=("1", "2"), turn_s=0.6)
    with hosting(wheel, second, focuser, camera) as host:
        daemon = AlpacaDaemon(tmp_path, host.port)
        daemon.profile.write_text(STACK, encoding="utf-8")
        with daemon:
            wait(lambda: "first sight" in daemon.said(), "first sight")
            client = FilterWheel(daemon.url, 0)
            client.Connected = True

            client.Position = 7
            wait(lambda: client.Position == 7, "both wheels")
            ready_s = time.monotonic()

            assert client.Names[7] == "B + UV"
            assert (wheel.position, second.position) == (3, 1)
            assert ready_s >= max(wheel.ends_s, second.ends_s, focuser.ends_s)
            assert focuser.values()["position"] == 25000 - 30 + 7


def test_no_line_and_no_sentence_has_a_unique_id(
    devices: tuple[Wheel, Focuser, Camera], tmp_path: Path
) -> None:
    wheel, focuser, _ = devices
    for number, one in enumerate(devices):
        one.unique_id = f"7f1c2d3e-0000-4a5b-8c6d-{number:012x}"
    fault = FaultError(0x500, "boom")
    with hosting(*devices) as host:
        daemon = AlpacaDaemon(tmp_path, host.port)
        daemon.change_profile("uid-focuser", focuser.unique_id)
        with daemon:
            wait(lambda: "first sight" in daemon.said(), "first sight")
            client = FilterWheel(daemon.url, 0)
            client.Connected = True

            focuser.faults["move"] = fault
            client.Position = 1
            wait(lambda: "focuser not moved: Focuser: boom" in daemon.said(), "the focuser refuses")
            wheel.faults["position"] = fault
            client.Position = 0
            wait(lambda: "failed: Wheel: boom" in daemon.said(), "the wheel refuses")
            host.stop()
            wait(lambda: " gone: " in daemon.said(), "the devices are lost")
            status = [rigd(daemon, "status").stdout]
            daemon.stop()
            daemon.start()
            wait(lambda: rigd(daemon, "status").returncode == 0, "the daemon is there again")
            status.append(rigd(daemon, "status").stdout)

            for said in status:
                assert "focuser Focuser is not connected" in said
            assert "7f1c2d3e" not in "\n".join((*status, daemon.said()))


@pytest.mark.parametrize(("away_s", "idle_s"), [(0.0, 2.0), (1.5, 0.1)])
def test_devices_that_are_not_connected_after_their_host_came_back_are_connected(
    devices: tuple[Wheel, Focuser, Camera], tmp_path: Path, away_s: float, idle_s: float
) -> None:
    wheel, focuser, camera = devices
    with hosting(*devices) as host:
        daemon = AlpacaDaemon(tmp_path, host.port)
        daemon.change_profile('device = "Wheel"', 'device = "Wheel", connect = true')
        daemon.change_profile('"uid-focuser"', '"uid-focuser", connect = true')
        text = daemon.config.read_text(encoding="utf-8")
        daemon.config.write_text(text.replace("idle_s = 0.1", f"idle_s = {idle_s}"))
        with daemon:
            wait(lambda: "first sight" in daemon.said(), "first sight")
            polled = focuser.log.count("GET position")
            wait(lambda: focuser.log.count("GET position") > polled, "a poll has just been")
            host.stop()
            wheel.connected = focuser.connected = False
            host.restart(wheel, focuser, camera, away_s=away_s)

            wait(lambda: wheel.connected and focuser.connected, "both are connected again")


def test_a_device_that_another_client_disconnects_is_left_to_it(
    devices: tuple[Wheel, Focuser, Camera], tmp_path: Path
) -> None:
    _, focuser, _ = devices
    with hosting(*devices) as host:
        daemon = AlpacaDaemon(tmp_path, host.port)
        daemon.change_profile('"uid-focuser"', '"uid-focuser", connect = true')
        with daemon:
            wait(lambda: "first sight" in daemon.said(), "first sight")

            focuser.connected = False
            wait(lambda: "leaves that to whoever did it" in rigd(daemon, "status").stdout, "said")

            assert "PUT connect" not in focuser.log
