"""What `rigd runs import` asks at a terminal."""

import io
import sys
from collections.abc import Sequence

import pytest
from rich.console import Console
from rich.progress import Progress

from rigd.autofocus_logs.log_time import ASK_ZONE
from rigd.autofocus_logs.run import ASK_FRAME, AutofocusRun, Coordinates
from rigd.cli.runs_import import _ask_frame, _Count, _keep_all, _summary
from rigd.errors import RefusedError


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


@pytest.mark.parametrize(
    ("reason", "options"),
    [
        pytest.param(ASK_ZONE, {"--zone"}, id="zone"),
        pytest.param(ASK_FRAME, {"--frame"}, id="frame"),
        pytest.param(f"{ASK_ZONE}; {ASK_FRAME}", {"--zone", "--frame"}, id="both"),
        pytest.param("its filter is unknown", set(), id="neither"),
    ],
)
def test_an_import_says_which_options_its_runs_wait_for(reason: str, options: set[str]) -> None:
    count = _Count()
    count.add({"accepted": 0, "known": 0, "refused": {reason: 8}})

    said = "\n".join(_summary(count, fitted_later=False))

    assert f"8 runs kept, but not fitted: {reason}" in said
    assert {option for option in ("--zone", "--frame") if option in said} == options


def test_what_runs_with_several_reasons_wait_for_is_said_once() -> None:
    count = _Count()
    for more in ("", "; cancelled", "; no inner wing"):
        count.add({"accepted": 0, "known": 0, "refused": {f"{ASK_ZONE}{more}": 1}})

    said = list(_summary(count, fitted_later=False))

    assert sum("Europe/Rome" in line for line in said) == 1


def test_reasons_that_differ_in_figures_alone_are_one_line() -> None:
    count = _Count()
    for at in (8549, 9120, -33.5):
        reason = f"the minimum {at} is outside 9000 to 9600 steps"
        count.add({"accepted": 0, "known": 0, "refused": {reason: 1}})

    (_, *said) = _summary(count, fitted_later=False)

    assert len(said) == 1
    assert said[0].startswith("3 runs kept, but not fitted, for reasons such as: the minimum ")


@pytest.mark.parametrize("stated", [True, False], ids=["stated", "not-stated"])
def test_runs_that_are_known_keep_their_frame_whatever_is_stated_now(*, stated: bool) -> None:
    count = _Count()
    count.frame_stated = stated
    count.add({"accepted": 0, "known": 18, "refused": {}})

    said = "\n".join(_summary(count, fitted_later=False))

    assert "nothing new: all 18 runs were imported before" in said
    assert ("`rigd runs restate KEY --frame` corrects it" in said) is stated


def test_one_run_that_is_refused_keeps_no_other_from_being_stored() -> None:
    runs = [
        AutofocusRun(filter="L", position_steps=9000.0 + at, source=f"report {at}.json", ok=True)
        for at in range(25)
    ]
    stored: list[str] = []

    def keep(some: Sequence[AutofocusRun]) -> dict[str, object]:
        if any(run.position_steps == 9013 for run in some):
            raise RefusedError("runs[13].points: at most 400 entries")
        stored.extend(run.source for run in some)
        return {"accepted": len(some), "known": 0, "refused": {}}

    said, count = io.StringIO(), _Count()
    _keep_all(runs, keep, count, Progress(console=Console(file=said)))

    assert stored == [run.source for run in runs if run.position_steps != 9013]
    assert "report 13.json: not kept: runs[13].points: at most 400 entries" in said.getvalue()
    assert "1 run not kept: named above" in list(_summary(count, fitted_later=False))
