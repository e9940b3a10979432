"""Without a configuration a command says where it looked for one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.cli.run import load_or_begin
from rigd.errors import ConfigError
from tests.ports import free_port


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RIGD_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "rigd" / "rigd.toml"


def error_of(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert isinstance(result.exception, ConfigError), result.output
    return str(result.exception)


@pytest.mark.skipif(Path("/etc/rigd/rigd.toml").exists(), reason="this machine has one")
def test_the_places_are_named(home: Path) -> None:
    said = error_of("check")

    for place in ("$RIGD_CONFIG", str(Path("/etc/rigd/rigd.toml")), str(home), "--config"):
        assert place in said
    assert "\n" not in said


@pytest.mark.skipif(Path("/etc/rigd/rigd.toml").exists(), reason="this machine has one")
@pytest.mark.parametrize("command", ["profile list", "profile show", "runs import x.csv"])
def test_that_no_daemon_answers_is_said_too(home: Path, command: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    daemon, configuration = error_of(*command.split(), "--url", url).splitlines()

    assert daemon.startswith(f"no rigd answers at {url}: ")
    assert str(home) in configuration


def test_a_missing_file_that_the_environment_names_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    monkeypatch.setenv("RIGD_CONFIG", str(path))

    said = error_of("check")

    assert said.startswith(f"{path}: no such file")
    assert "$RIGD_CONFIG" in said


@pytest.mark.skipif(Path("/etc/rigd/rigd.toml").exists(), reason="this machine has one")
def test_the_daemon_begins_without_one_so_that_the_page_sets_it_up(home: Path) -> None:
    begun = load_or_begin(None)

    assert begun.path == home
    assert begun.config.rigs == ()
    assert begun.config.listen.host == "127.0.0.1"


@pytest.mark.parametrize("named", ["option", "environment"])
def test_the_daemon_does_not_begin_without_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    path = tmp_path / "mine.toml"
    if named == "environment":
        monkeypatch.setenv("RIGD_CONFIG", str(path))

    with pytest.raises(ConfigError, match=r"mine\.toml"):
        load_or_begin(path if named == "option" else None)
