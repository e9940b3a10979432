"""The file of receivers: what is wrong is named by its line, and no secret is quoted."""

import sys
from pathlib import Path

import pytest

from rigd.alerts.receivers import MOST, read_receivers, who_else_reads

PRIVATE = "Tq7xPrivate"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_each_line_is_a_receiver_that_is_named_without_its_secret(tmp_path: Path) -> None:
    file = write(
        tmp_path / "receivers.txt",
        f"# mine\n\nntfy://me:{PRIVATE}@ntfy.example/topic\nmailtos://me:{PRIVATE}@mail.example\n",
    )

    said = read_receivers(file)

    assert [one.name for one in said.receivers] == ["ntfy (line 3)", "mailtos (line 4)"]
    assert said.problems == ()
    assert PRIVATE not in repr(said)


def test_a_line_that_is_no_address_is_named_by_its_number(tmp_path: Path) -> None:
    file = write(tmp_path / "receivers.txt", f"ntfy://topic\n{PRIVATE}\n")

    said = read_receivers(file)

    assert [one.name for one in said.receivers] == ["ntfy (line 1)"]
    (problem,) = said.problems
    assert "line 2" in problem
    assert PRIVATE not in problem


def test_a_file_that_is_not_there_or_empty_is_a_problem(tmp_path: Path) -> None:
    missing = read_receivers(tmp_path / "receivers.txt")
    empty = read_receivers(write(tmp_path / "empty.txt", "# nobody yet\n"))

    assert "No such file" in missing.problems[0]
    assert "names nobody" in empty.problems[0]


def test_there_are_not_more_receivers_than_threads_for_them(tmp_path: Path) -> None:
    file = write(tmp_path / "receivers.txt", "ntfy://topic\n" * (MOST + 5))

    said = read_receivers(file)

    assert len(said.receivers) == MOST
    assert len(said.problems) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_file_that_others_can_read_is_said(tmp_path: Path, mode: int, is_open: bool) -> None:
    file = write(tmp_path / "receivers.txt", "ntfy://topic\n")
    file.chmod(mode)

    assert (who_else_reads(file) is not None) is is_open
