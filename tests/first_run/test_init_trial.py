"""A first start that comes to nothing is said as what it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rigd.cli import init_trial
from rigd.errors import DeviceUnavailableError
from rigd.first_run.rig_plan import RigPlan
from tests.ports import free_port


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "rigd.toml"
    path.write_text(f"[listen]\nport = {free_port()}\n", encoding="utf-8")
    return path


def test_a_daemon_that_never_answers_did_not_start(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def running(_path: Path, _url: str) -> Iterator[None]:
        raise DeviceUnavailableError("its last words")
        yield

    monkeypatch.setattr(init_trial, "_running", running)

    with pytest.raises(DeviceUnavailableError, match="rigd did not start: its last words"):
        list(init_trial.try_out(config, RigPlan()))


def test_a_daemon_that_ends_while_it_is_asked_ended_meanwhile(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def running(_path: Path, _url: str) -> Iterator[None]:
        yield

    monkeypatch.setattr(init_trial, "_running", running)

    with pytest.raises(DeviceUnavailableError, match="rigd ended meanwhile: no rigd answers"):
        list(init_trial.try_out(config, RigPlan()))
