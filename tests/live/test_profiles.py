"""Profiles while the daemon runs: changed over REST, nothing moves, and nothing is lost."""

import json
import socket
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import pytest

from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.live

DEMO = (files("rigd.profiles") / "examples" / "demo.toml").read_text(encoding="utf-8")
NAME = "Demo: 80 mm f/6 refractor on INDI's simulators"
REDUCED = DEMO.replace(NAME, "Reduced").replace("480.0", "384.0").replace("= 6.0", "= 4.8")
REDUCED = REDUCED.replace("step_size_um = 4.0", "step_size_um = 5.0")


class Owner:
    """Asks a daemon over REST."""

    def __init__(self, daemon: SimulatedDaemon) -> None:
        self.daemon = daemon

    def ask(
        self, verb: str, path: str, body: object = None, if_match: str | None = None
    ) -> tuple[int, dict[str, object]]:
        headers = {"content-type": "application/json"}
        if if_match is not None:
            headers["if-match"] = if_match
        text = None if body is None else json.dumps(body)
        status, answer = self.daemon.ask(verb, f"/rigd/v1{path}", text, headers)
        return status, json.loads(answer)

    def done(
        self, verb: str, path: str, body: object = None, if_match: str | None = None
    ) -> object:
        status, answer = self.ask(verb, path, body, if_match)
        assert status == 200, answer
        return answer

    def etag(self, name: str) -> str:
        return f'"{self.ask("GET", path_of(name))[1]["revision"]}"'

    def in_force(self) -> object:
        return self.ask("GET", "/rigs/demo/profile")[1]["name"]

    def offsets(self) -> list[object]:
        rows = self.ask("GET", "/rigs/demo/offsets")[1]["offsets"]
        assert isinstance(rows, list)
        return [row["focus_offset_steps"] for row in rows]

    def switch(self, name: str) -> tuple[int, dict[str, object]]:
        return self.ask("PUT", "/rigs/demo/profile", {"profile": name})

    def change_filter(self, position: int) -> None:
        form = {"content-type": "application/x-www-form-urlencoded"}
        path = "/api/v1/filterwheel/0/position"
        status, answer = self.daemon.ask("PUT", path, f"Position={position}", form)
        assert status == 200
        assert b'"ErrorNumber":0' in answer, answer

    def position(self) -> object:
        return self.daemon.read("/api/v1/filterwheel/0/position")["Value"]


def path_of(name: str) -> str:
    return f"/profiles/{quote(name, safe='')}"


def wait_until(condition: object, limit_s: float = LIMIT_S) -> None:
    assert callable(condition)
    deadline_s = monotonic() + limit_s
    while not condition():
        assert monotonic() < deadline_s, "it never came about"
        sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def ready(daemon: SimulatedDaemon) -> Owner:
    owner = Owner(daemon)
    daemon.connect()
    wait_until(lambda: daemon.raw_steps() is not None)
    wait_until(lambda: owner.position() != -1)
    owner.done("POST", "/profiles", {"toml": REDUCED})
    return owner


def test_a_switch_brings_its_offsets_and_moves_nothing(folder: Path) -> None:
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = ready(daemon)
        before, at_rest = owner.offsets(), daemon.raw_steps()

        owner.done("PUT", "/rigs/demo/profile", {"profile": "Reduced"})
        switched = owner.offsets()
        owner.done("PUT", "/rigs/demo/profile", {"profile": NAME})

        assert switched != before
        assert owner.offsets() == before
        assert daemon.raw_steps() == at_rest
        assert "profile 'Reduced' is in force, was \"Demo: 80 mm" in daemon.said()


def test_a_switch_is_refused_while_the_focuser_moves_and_then_goes_through(folder: Path) -> None:
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = ready(daemon)
        form = {"content-type": "application/x-www-form-urlencoded"}
        daemon.ask("PUT", "/api/v1/focuser/0/move", "Position=20000", form)

        status, answer = owner.switch("Reduced")
        wait_until(lambda: not daemon.read("/api/v1/focuser/0/ismoving")["Value"])

        assert (status, owner.in_force()) == (409, NAME)
        assert "its profile stays as it is: a move is under way" in str(answer["detail"])
        assert owner.switch("Reduced")[0] == 200


def test_after_a_switch_to_another_light_path_rigd_moves_nothing_on_the_old_ones_account(
    folder: Path,
) -> None:
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = ready(daemon)
        reference = owner.offsets().index(0)
        other = next(n for n, steps in enumerate(owner.offsets()) if steps)
        owner.change_filter(reference)
        wait_until(lambda: owner.position() == reference)
        owner.done("POST", "/rigs/demo/adopt", {})
        owner.change_filter(other)
        wait_until(lambda: owner.position() == other)
        laden = daemon.raw_steps()

        owner.done("PUT", "/rigs/demo/profile", {"profile": "Reduced"})

        explained = daemon.read("/rigd/v1/rigs/demo/explain")
        assert "another light path is in force" in str(explained["unknown_because"])
        assert daemon.raw_steps() == laden


def test_swapping_slots_keeps_what_is_embodied(folder: Path) -> None:
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = ready(daemon)
        reference = owner.offsets().index(0)
        owner.change_filter(reference)
        wait_until(lambda: owner.position() == reference)
        owner.done("POST", "/rigs/demo/adopt", {})
        owner.change_filter(3)
        wait_until(lambda: owner.position() == 3)
        before = daemon.read("/rigd/v1/rigs/demo/explain")
        offsets = owner.offsets()
        swapped = DEMO.replace('"red", "green"', '"green", "red"')

        owner.done("PUT", path_of(NAME), {"toml": swapped}, owner.etag(NAME))

        after = daemon.read("/rigd/v1/rigs/demo/explain")
        assert before["filter_steps"] not in (0, None)
        assert {k: after[k] for k in ("raw_steps", "filter_steps", "base_steps")} == {
            k: before[k] for k in ("raw_steps", "filter_steps", "base_steps")
        }
        assert owner.offsets() == [offsets[1], offsets[0], *offsets[2:]]


def test_an_edit_of_an_old_state_is_refused_and_one_without_state_too(folder: Path) -> None:
    with SimulatedDaemon(folder) as daemon:
        owner = ready(daemon)
        seen = owner.etag("Reduced")
        mine = REDUCED.replace("tolerance_steps = 2", "tolerance_steps = 3")
        owner.done("PUT", path_of("Reduced"), {"toml": mine}, seen)

        late, _ = owner.ask("PUT", path_of("Reduced"), {"toml": REDUCED}, seen)
        blind, _ = owner.ask("PUT", path_of("Reduced"), {"toml": REDUCED})

        assert (late, blind) == (412, 428)
        assert "tolerance_steps = 3" in str(owner.ask("GET", path_of("Reduced"))[1]["toml"])


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        pytest.param("name = ]\n", "line 1", id="malformed"),
        pytest.param(REDUCED + "\nformat = 2", "", id="in-a-table"),
        pytest.param("format = 2\n" + REDUCED, "written by a newer rigd", id="future"),
        pytest.param(REDUCED + "# x\n" * 60_000, "at most 200000", id="huge"),
        pytest.param(
            REDUCED.replace('device = "Focuser', 'server_ = "x"\ndevice = "Focuser'), "", id="key"
        ),
    ],
)
def test_what_is_no_profile_is_refused_with_its_reason_and_nothing_changes(
    folder: Path, toml: str, said: str
) -> None:
    with SimulatedDaemon(folder) as daemon:
        owner = ready(daemon)
        before = owner.ask("GET", "/profiles")

        status, answer = owner.ask("PUT", path_of("Reduced"), {"toml": toml}, "*")

        assert status == 400
        assert said in str(answer["detail"])
        assert owner.ask("GET", "/profiles") == before


def test_undo_takes_a_switch_back_and_a_restart_keeps_it_so(folder: Path) -> None:
    with SimulatedDaemon(folder) as daemon:
        owner = ready(daemon)
        owner.done("PUT", "/rigs/demo/profile", {"profile": "Reduced"})

        owner.done("POST", "/profile-changes", {"undo": None})

        assert owner.in_force() == NAME
        assert daemon.stop() == 0
    with SimulatedDaemon(folder) as daemon:
        assert Owner(daemon).in_force() == NAME


def test_a_kill_in_the_middle_of_switching_leaves_one_whole_profile(folder: Path) -> None:
    with SimulatedDaemon(folder) as daemon:
        ready(daemon)
    for names in (("Reduced", NAME), (NAME, "Reduced"), ("Reduced", NAME)):
        with SimulatedDaemon(folder) as daemon:
            owner = Owner(daemon)
            for name in names * 3:
                owner.switch(name)
            # The next one is cut off: sent, and not waited for.
            body = json.dumps({"profile": names[0]}).encode()
            with socket.create_connection(("127.0.0.1", daemon.port), timeout=LIMIT_S) as wire:
                wire.sendall(
                    b"PUT /rigd/v1/rigs/demo/profile HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                )
    with SimulatedDaemon(folder) as daemon:
        owner = Owner(daemon)
        name = owner.in_force()
        shown = owner.ask("GET", "/rigs/demo/profile")[1]
        newest = owner.ask("GET", "/profile-changes?most=1")[1]["changes"]

        assert name in (NAME, "Reduced")
        assert shown["rigs"] == ["demo"]
        assert isinstance(newest, list)
        assert newest[0]["after"]["profile"] == name


def test_solved_frames_of_another_telescope_close_the_gate_until_it_is_settled(
    folder: Path,
) -> None:
    refused = b'"ErrorNumber":1035'  # 0x40B
    form = {"content-type": "application/x-www-form-urlencoded"}
    path = "/api/v1/filterwheel/0/position"
    frame = {"scale_arcsec": 0.8, "pixel_size_um": 3.76}
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = ready(daemon)

        owner.done("POST", "/rigs/demo/solved", frame)
        _, closed = daemon.ask("PUT", path, "Position=3", form)

        assert refused in closed
        assert b"solved frames say 969 mm" in closed
        assert daemon.stop() == 0
    with SimulatedDaemon(folder, mode="apply") as daemon:
        owner = Owner(daemon)
        daemon.connect()
        wait_until(lambda: owner.position() != -1)
        _, still = daemon.ask("PUT", path, "Position=3", form)

        owner.done("POST", "/rigs/demo/profile/confirm", {})
        _, opened = daemon.ask("PUT", path, "Position=3", form)

        assert refused in still
        assert b'"ErrorNumber":0' in opened
        wait_until(lambda: owner.position() == 3)
        assert "nothing contradicts the equipment profile any more" in daemon.said()


def test_a_profile_whose_devices_are_there_is_proposed_and_not_switched_to(folder: Path) -> None:
    with SimulatedDaemon(folder) as daemon:
        owner = ready(daemon)
        elsewhere = DEMO.replace("CCD Simulator", "Another camera").replace(NAME, "Elsewhere")
        owner.done("POST", "/profiles", {"toml": elsewhere})
        owner.done("PATCH", path_of("Reduced"), {"archived": True})

        owner.done("PUT", "/rigs/demo/profile", {"profile": "Elsewhere"})
        wait_until(lambda: f"rigd profile switch {NAME!r}" in daemon.said())
        shown = owner.ask("GET", "/rigs/demo/profile/proposal")[1]

        assert owner.in_force() == "Elsewhere"
        assert (shown["in_force"], shown["proposed"]) == ("Elsewhere", NAME)
        assert "its camera 'Another camera' is not there" in str(shown["sentence"])


SECOND = """[[servers]]
name = "second"
driver = "simulated"
wheel_name = "Second Wheel"
filter_names = ["1", "2", "3", "4"]
"""
ONE_WHEEL = DEMO[DEMO.index("[wheel]") : DEMO.index("[focuser]")]
STACKED = (
    ONE_WHEEL.replace("[wheel]", "[[wheel.stack]]")
    + """
[[wheel.stack]]
address = { server = "second", device = "Second Wheel" }
slots = ["clear", "uv"]
"""
)
GLASS = """
[filters.clear]
name = "Clear"
kind = "empty"
[filters.uv]
name = "UV"
thickness_mm = 2.0
glass = "N-BK7"
[filters.dark]
name = "Dark"
kind = "opaque"
"""
TWO_WHEELS = DEMO.replace(NAME, "Two wheels").replace(ONE_WHEEL, STACKED) + GLASS
TWO_WHEELS = TWO_WHEELS.replace('filter = "luminance"', 'filter = "luminance+clear"')


def test_two_stacked_wheels_come_into_force_with_what_they_said_last_and_nothing_moves(
    folder: Path,
) -> None:
    ha = 3
    with SimulatedDaemon(folder, mode="observe", more_servers=SECOND) as daemon:
        owner = ready(daemon)
        owner.change_filter(ha)
        wait_until(lambda: owner.position() == ha)
        at_rest = daemon.raw_steps()
        owner.done("POST", "/profiles", {"toml": TWO_WHEELS})

        owner.done("PUT", "/rigs/demo/profile", {"profile": "Two wheels"})
        stacked = (owner.position(), len(owner.offsets()))
        wider = TWO_WHEELS.replace('["clear", "uv"]', '["dark", "clear", "uv"]')
        etag = owner.etag("Two wheels")
        owner.done("PUT", path_of("Two wheels"), {"toml": wider}, if_match=etag)
        edited = (owner.position(), len(owner.offsets()))
        owner.change_filter(3 * ha + 2)
        wait_until(lambda: owner.position() == 3 * ha + 2)
        owner.done("PUT", "/rigs/demo/profile", {"profile": NAME})

        assert stacked == (2 * ha, 16)
        assert edited == (3 * ha, 24)
        assert owner.position() == ha
        assert daemon.raw_steps() == at_rest
