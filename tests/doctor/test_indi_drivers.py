"""What an indiserver runs is judged by what this computer says of its processes."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rigd.doctor import indi_drivers, indi_processes
from rigd.doctor.finding import Finding, Verdict
from rigd.doctor.indi_drivers import check_indi_drivers
from rigd.doctor.indi_processes import find_indi_servers
from rigd.doctor.installation import look_at
from tests.doctor.scripted_server import saying
from tests.doctor.test_checks import define, write
from tests.limits import LIMIT_S
from tests.live.indi_door.rig import driver_command
from tests.live.indiserver import IndiServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="proc(5)")

SERVER, PORT = 812, 7624


class Processes:
    """A /proc that a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, pid: int, *words: str, parent: int = 1, state: str = "S", name: str = "") -> None:
        there = self.folder / str(pid)
        there.mkdir(parents=True)
        name = name or Path(words[0]).name[:15]
        (there / "comm").write_text(f"{name}\n")
        (there / "stat").write_text(f"{pid} ({name}) {state} {parent} 1 1 0\n")
        (there / "cmdline").write_text("".join(f"{word}\0" for word in words))
        (there / "environ").write_text("HOME=/home/pi\0")
        (there / "status").write_text(
            "Name:\tx\nUid:\t7\t8\t7\t7\nGid:\t9\t9\t9\t9\nGroups:\t20 30 \n"
        )


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Processes:
    monkeypatch.setattr(indi_processes, "PROC", tmp_path / "proc")
    monkeypatch.setattr(indi_drivers, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr("rigd.doctor.indi_wire.QUIET_S", 0.1)
    return Processes(tmp_path / "proc")


def look(tmp_path: Path, port: int = PORT) -> list[Finding]:
    return list(check_indi_drivers(look_at(write(tmp_path, server=port))))


def test_the_command_line_of_a_server_is_understood(processes: Processes) -> None:
    words = ("-v", "-p", "7777", "-r", "0", "-f", "me@here", "/opt/indi_a", "W@pier:7000")
    processes.add(SERVER, "/usr/bin/indiserver", *words)
    processes.add(SERVER + 1, "/usr/bin/python3", "-I", "/usr/bin/indi_rigd", parent=SERVER)
    processes.add(SERVER + 2, "indi_gone", parent=SERVER, state="Z")
    processes.add(SERVER + 3, "indi_else", parent=1)

    (server,) = find_indi_servers()

    assert (server.pid, server.port, server.has_fifo) == (SERVER, 7777, True)
    assert (server.drivers, server.chained) == (("indi_a",), ("W@pier:7000",))
    assert len(server.running) == 1
    assert server.has_pair
    assert (server.uid, server.groups) == (8, {9, 20, 30})
    assert server.environment == {"HOME": "/home/pi"}


def test_drivers_that_all_run_are_right(tmp_path: Path, processes: Processes) -> None:
    processes.add(SERVER, "indiserver", "indi_asi_focuser", "indi_rigd")
    processes.add(SERVER + 1, "indi_asi_focuser", parent=SERVER)
    processes.add(SERVER + 2, "python3", "/usr/bin/indi_rigd", parent=SERVER)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.OK
    assert one.sentence.endswith("runs indi_asi_focuser, indi_rigd")


def test_a_driver_that_indiserver_has_given_up_is_named(
    tmp_path: Path, processes: Processes
) -> None:
    processes.add(SERVER, "indiserver", "indi_asi_wheel", "indi_asi_focuser", "indi_rigd")
    processes.add(SERVER + 1, "indi_asi_wheel", parent=SERVER)
    processes.add(SERVER + 2, "indi_asi_focuser", parent=SERVER, state="Z")

    found = look(tmp_path)

    assert [one.verdict for one in found] == [Verdict.WARNING] * 2
    assert "does not run indi_asi_focuser any more" in found[0].sentence
    assert "does not run indi_rigd any more" in found[1].sentence
    assert all("start indiserver" in (one.remedy or "") for one in found)


def test_a_script_that_became_another_program_is_not_given_up(
    tmp_path: Path, processes: Processes
) -> None:
    processes.add(SERVER, "indiserver", "/home/pi/my_wheel")
    processes.add(SERVER + 1, "indi_asi_wheel", parent=SERVER)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.OK


def test_a_driver_that_just_starts_again_is_not_given_up(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.add(SERVER, "indiserver", "indi_rigd")

    def start_again(_s: float) -> None:
        processes.add(SERVER + 1, "indi_rigd", parent=SERVER)

    monkeypatch.setattr(indi_drivers, "sleep", start_again)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.OK


@pytest.mark.parametrize("word", ["indi_rigd@observatory", "@observatory:7000", "CCD@10.0.0.2"])
def test_a_chained_server_is_named(tmp_path: Path, processes: Processes, word: str) -> None:
    processes.add(SERVER, "indiserver", "-m", "64", "indi_asi_ccd", word)
    processes.add(SERVER + 1, "indi_asi_ccd", parent=SERVER)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.WARNING
    assert f"is chained to another one ({word})" in one.sentence
    assert "RIGD_INDI" in (one.remedy or "")


def test_a_pair_that_comes_through_a_chained_server_is_named(
    tmp_path: Path, processes: Processes
) -> None:
    words = define("Switch", "rigd refractor wheel", "CONNECTION", {"CONNECT": "On"}).encode()
    with saying(words) as port:
        processes.add(SERVER, "indiserver", "-p", str(port), "-f", "fifo")
        (chained,) = look(tmp_path, port)
        processes.add(SERVER + 1, "indi_rigd", parent=SERVER)
        (own,) = look(tmp_path, port)

    assert chained.verdict is Verdict.WARNING
    assert "has rigd refractor wheel, and does not run indi_rigd" in chained.sentence
    assert own.verdict is Verdict.OK


def test_a_pair_that_is_started_twice_is_named(tmp_path: Path, processes: Processes) -> None:
    processes.add(SERVER, "indiserver", "indi_rigd", "indi_rigd")
    processes.add(SERVER + 1, "indi_rigd", parent=SERVER)
    processes.add(SERVER + 2, "indi_rigd", parent=SERVER)

    (one,) = look(tmp_path)

    assert "runs indi_rigd 2 times" in one.sentence


def test_a_server_that_the_configuration_does_not_name_is_not_looked_at(
    tmp_path: Path, processes: Processes
) -> None:
    processes.add(SERVER, "indiserver", "-p", "7999", "indi_rigd@observatory")

    assert look(tmp_path) == []


def test_a_real_server_that_gives_up_a_driver_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGD_INDI", str(tmp_path / "nobody.sock"))
    with IndiServer(tmp_path, ("-r", "0", "indi_simulator_wheel", driver_command(tmp_path))) as it:
        (whole,) = look(tmp_path, it.port)
        (server,) = (one for one in find_indi_servers() if one.port == it.port)
        wait(lambda: find_pair(server.pid))
        os.kill(find_pair(server.pid)[0], signal.SIGKILL)
        wait(lambda: not find_pair(server.pid))
        (lost,) = look(tmp_path, it.port)

    assert whole.verdict is Verdict.OK
    assert server.environment is not None
    assert server.environment["RIGD_INDI"] == str(tmp_path / "nobody.sock")
    assert "does not run indi_rigd any more" in lost.sentence


def find_pair(parent: int) -> list[int]:
    """The processes below an indiserver that have become rigd's driver."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [
        int(one)
        for one in children
        if "rigd.api.indi.driver" in Path(f"/proc/{one}/cmdline").read_text().split("\0")
    ]


def wait(is_so: Callable[[], object]) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.05)
