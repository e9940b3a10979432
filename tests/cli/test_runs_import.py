"""What `rigd runs import` asks at a terminal."""

import io
import sys

import pytest
from rich.progress import Progress

from rigd.autofocus_logs.run import Coordinates
from rigd.cli.runs_import import _ask_frame


class Terminal(io.StringIO):
    """Keys that a person hits."""

    def isatty(self) -> bool:
        """Whether somebody is there."""
        return True


@pytest.mark.parametrize(
    ("keys", "frame"),
    [
        pytest.param("raw\n", Coordinates.RAW, id="raw"),
        pytest.param(" Logical \n", Coordinates.LOGICAL, id="as-people-type"),
        pytest.param("foo\nraw\n", Coordinates.RAW, id="asked-again"),
    ],
)
def test_the_frame_is_asked_for_until_it_is_said(
    keys: str, frame: Coordinates, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(keys))

    assert _ask_frame(Progress(disable=True)) is frame
    asked = capsys.readouterr()
    assert "Whose counts are the positions" in asked.err + asked.out
    assert ("'foo' is neither raw nor logical" in asked.err + asked.out) is ("foo" in keys)


def test_nobody_is_asked_where_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("raw\n"))

    assert _ask_frame(Progress(disable=True)) is None
