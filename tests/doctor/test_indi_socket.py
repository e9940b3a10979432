"""Who may not reach rigd's socket is named, with what lets them in."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rigd.doctor import indi_socket
from rigd.doctor.finding import Finding, Verdict
from rigd.doctor.indi_processes import IndiServer
from rigd.doctor.indi_socket import check_indi_socket
from rigd.doctor.installation import DaemonAnswers, look_at
from tests.doctor.test_checks import write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sockets of this computer, proc(5)")

STRANGER = 54321
"""The number of no user and of no group."""


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A daemon's socket as it should be, with no indiserver beside it."""
    monkeypatch.setattr(indi_socket, "find_configured", lambda _config: ())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.bind(str(tmp_path / "rigd-indi.sock"))
        (tmp_path / "rigd-indi.sock").chmod(0o660)
        sock.listen()
        yield sock


def look(tmp_path: Path, url: str = "http://127.0.0.1:32323", more: str = "") -> list[Finding]:
    path = write(tmp_path, more=more)
    daemon = DaemonAnswers(url=url, version=None, config=str(path.resolve()), rigs={})
    return list(check_indi_socket(look_at(path, daemon)))


def serve(
    monkeypatch: pytest.MonkeyPatch, groups: tuple[int, ...] = (), **environment: str
) -> None:
    """An indiserver of a stranger that starts rigd's driver."""
    server = IndiServer(
        pid=812,
        port=7624,
        drivers=("indi_rigd",),
        chained=(),
        has_fifo=False,
        running=(),
        uid=STRANGER,
        groups=frozenset((STRANGER, *groups)),
        environment=environment,
    )
    monkeypatch.setattr(indi_socket, "find_configured", lambda _config: (server,))


def open_way(path: Path) -> None:
    """Let everybody enter the directories that pytest keeps to its user."""
    for folder in path.parents:
        if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o11 != 0o11:
            folder.chmod(folder.stat().st_mode | 0o11)


def test_a_socket_as_it_should_be_is_right(tmp_path: Path, listener: socket.socket) -> None:
    (one,) = look(tmp_path)

    assert one.verdict is Verdict.OK


def test_a_socket_that_is_not_there_is_named(tmp_path: Path, listener: socket.socket) -> None:
    (tmp_path / "rigd-indi.sock").unlink()

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.WARNING
    assert f"{tmp_path / 'rigd-indi.sock'}: No such file" in one.sentence


def test_what_is_no_socket_is_named(tmp_path: Path, listener: socket.socket) -> None:
    (tmp_path / "rigd-indi.sock").unlink()
    (tmp_path / "rigd-indi.sock").write_text("")

    (one,) = look(tmp_path)

    assert "is no socket" in one.sentence


def test_a_socket_where_nobody_listens_is_named(tmp_path: Path, listener: socket.socket) -> None:
    listener.close()

    (one,) = look(tmp_path)

    assert "nobody listens" in one.sentence


@pytest.mark.parametrize("mode", [0o666, 0o600, 0o777])
def test_another_mode_is_named(tmp_path: Path, listener: socket.socket, mode: int) -> None:
    (tmp_path / "rigd-indi.sock").chmod(mode)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.WARNING
    assert f"has the mode {mode:04o} instead of 0660" in one.sentence
    assert "chmod 0660" in (one.remedy or "")


def test_a_path_that_is_too_long_for_a_socket_is_named(
    tmp_path: Path, listener: socket.socket
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()

    (one,) = look(folder)

    assert "longer than the 107 bytes" in one.sentence


def test_a_socket_that_this_user_may_not_open_is_a_note(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)

    (one,) = look(tmp_path)

    assert one.verdict is Verdict.NOTE
    assert "usermod -aG rigd" in (one.remedy or "")


def test_nothing_is_said_of_another_computer_or_of_no_indi(
    tmp_path: Path, listener: socket.socket
) -> None:
    (tmp_path / "rigd-indi.sock").unlink()

    assert look(tmp_path, url="http://192.0.2.7:32323") == []
    assert list(check_indi_socket(look_at(write(tmp_path), daemon_error="none"))) == []


def test_an_indiserver_whose_user_is_not_in_the_group_is_named(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rigd-indi.sock"
    open_way(path)
    serve(monkeypatch, RIGD_INDI=str(path))
    (outside,) = look(tmp_path)
    serve(monkeypatch, groups=(path.stat().st_gid,), RIGD_INDI=str(path))
    (inside,) = look(tmp_path)

    assert outside.verdict is Verdict.WARNING
    assert f"runs as {STRANGER}, who may not open {path}" in outside.sentence
    assert f"usermod -aG {path.group()} {STRANGER}" in (outside.remedy or "")
    assert inside.verdict is Verdict.OK


def test_a_home_that_others_may_not_enter_needs_another_path(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_way(tmp_path / "rigd-indi.sock")
    tmp_path.chmod(0o700)
    serve(monkeypatch, RIGD_INDI=str(tmp_path / "rigd-indi.sock"))

    (one,) = look(tmp_path)

    assert "may not open" in one.sentence
    assert "as the same user" in (one.remedy or "")


def test_a_driver_that_looks_elsewhere_is_named(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, RIGD_INDI=str(tmp_path / "old.sock"))
    (elsewhere,) = look(tmp_path)
    serve(monkeypatch, RIGD_INDI="observatory:7625")
    (over_tcp,) = look(tmp_path)

    assert f"looks for rigd at {tmp_path / 'old.sock'}, where it is not" in elsewhere.sentence
    assert f"RIGD_INDI={tmp_path / 'rigd-indi.sock'}" in (elsewhere.remedy or "")
    assert over_tcp.verdict is Verdict.OK


def test_a_socket_that_is_switched_off_is_named_only_where_it_is_looked_for(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace("[listen]", '[listen]\nindi_socket = ""'))
    daemon = DaemonAnswers(
        url="http://127.0.0.1:1", version=None, config=str(path.resolve()), rigs={}
    )
    there = look_at(path, daemon)
    alone = list(check_indi_socket(there))
    serve(monkeypatch, RIGD_INDI=str(tmp_path / "old.sock"))
    (looked_for,) = check_indi_socket(there)

    assert alone == []
    assert "rigd has no socket" in looked_for.sentence
