"""No test sees the state of whoever runs the tests, and none that of another test."""

import subprocess
import sys
from pathlib import Path

import pytest

from rigd.config import state_directory
from rigd.files.config_path import is_there
from tests.conftest import OF_THE_USER


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_state_folder_of_its_own(turn: str) -> None:
    assert not state_directory().is_relative_to(OF_THE_USER)
    assert not state_directory().exists()

    state_directory().mkdir(parents=True)


def test_the_services_database_is_found_by_its_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, other = tmp_path / "etc" / "rigd.toml", tmp_path / "rigd.toml"
    monkeypatch.setattr("rigd.config.SERVICE_CONFIG", (tmp_path / "etc").resolve())
    monkeypatch.setattr("rigd.config.SERVICE_STATE", tmp_path / "var")
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    before = state_directory(service)
    (tmp_path / "var").mkdir()

    assert before == state_directory(other) == state_directory()
    assert state_directory(service) == tmp_path / "var"
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "else"))
    assert state_directory(service) == tmp_path / "else"


def test_a_file_in_a_directory_that_may_not_be_entered_is_taken_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_there(tmp_path / "none")
    assert is_there(tmp_path)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert is_there(tmp_path / "none")


def test_a_process_that_a_test_starts_finds_that_folder_too() -> None:
    asked = "from rigd.config import state_directory; print(state_directory())"

    found = subprocess.run(
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True
    )

    assert Path(found.stdout.strip()) == state_directory()


def test_opening_the_database_of_whoever_runs_the_tests_fails_the_test() -> None:
    from rigd.store.database import Store

    with pytest.raises(pytest.fail.Exception, match="database of whoever runs it"):
        Store(OF_THE_USER / "rigd.db")
