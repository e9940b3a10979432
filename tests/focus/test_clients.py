"""The page of clients is what its generator writes, and no cell of it shows an offset stacked."""

import importlib.util
import sys
from pathlib import Path

import pytest

from rigd.focus.state.settings import Mode
from tests.focus.matrix import Cell, evening
from tests.focus.replicas import (
    PROGRAMS,
    Apt,
    Autofocus,
    Ekos,
    EkosFocuses,
    Indigo,
    Model,
    Nina,
    NinaCopies,
    PlainModel,
    Program,
)

pytestmark = pytest.mark.slow
GENERATOR = Path(__file__).parents[2] / "docs" / "generate_clients.py"
"""It reads the evenings that the other tests of this module have run: `evening` keeps them."""
IN_FOCUS = ("in focus",) * 12


def test_the_page_is_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("generate_clients", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [str(GENERATOR), "--check"])
    spec.loader.exec_module(generator)

    status = generator.main()

    assert capsys.readouterr().err == ""
    assert status == 0


@pytest.mark.parametrize("program", [Program, NinaCopies, Apt, PlainModel, Autofocus])
def test_in_apply_a_client_without_offsets_of_its_own_is_always_in_focus(
    program: type[Program],
) -> None:
    assert evening(program, Mode.APPLY, in_path=True).frames == IN_FOCUS


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
@pytest.mark.parametrize("program", [Nina, Ekos, Indigo, Model, Autofocus])
@pytest.mark.parametrize("in_path", [True, False])
def test_where_rigd_does_not_move_a_client_with_offsets_of_its_own_is_always_in_focus(
    program: type[Program], mode: Mode, *, in_path: bool
) -> None:
    assert evening(program, mode, in_path=in_path).frames == IN_FOCUS


@pytest.mark.parametrize("echo", [False, True])
def test_beside_an_autofocus_behind_another_filter_every_frame_is_in_focus(*, echo: bool) -> None:
    assert evening(EkosFocuses, Mode.APPLY, in_path=False, echo=echo).frames == IN_FOCUS


@pytest.mark.parametrize("program", [NinaCopies, Apt])
def test_in_publish_a_client_that_reads_the_offsets_is_always_in_focus(
    program: type[Program],
) -> None:
    assert evening(program, Mode.PUBLISH, in_path=True).frames == IN_FOCUS


@pytest.mark.parametrize("program", [Nina, Ekos, Indigo, Model])
def test_beside_a_second_applier_rigd_stands_down_within_four_changes(
    program: type[Program],
) -> None:
    cell: Cell = evening(program, Mode.APPLY, in_path=True)

    assert cell.stood_down_at is not None
    assert cell.stood_down_at <= 4
    assert cell.frames.count("in focus") < 12, "the hazard is real in this scene"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("in_path", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_clients_loop_goes_on_for_ever(
    program: type[Program], mode: Mode, *, in_path: bool
) -> None:
    assert evening(program, mode, in_path=in_path).fights == 0


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
@pytest.mark.parametrize("program", PROGRAMS)
def test_where_rigd_only_looks_on_it_knows_where_the_focuser_is(
    program: type[Program], mode: Mode
) -> None:
    cell = evening(program, mode, in_path=True)

    assert cell.stood_down_at is None
    assert not cell.unknown
