"""`rigd init` asks only somebody who is there, and leaves alone what is there."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.errors import ConfigError
from rigd.first_run.interview import MOST_ASKED, Interview, Option, Question
from tests.first_run.homes import add_nina, add_runs
from tests.ports import free_port

PROGRAM = Question(
    key="program",
    text="Which program?",
    changes="the mode",
    options=(Option(value="N.I.N.A."), Option(value="Ekos")),
    default="Ekos",
)


def test_nobody_is_asked_who_is_not_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["init", "--config", str(tmp_path / "rigd.toml")])

    assert isinstance(done.exception, ConfigError)
    assert str(done.exception) == "nobody is there to answer: give --yes, or --answers FILE"
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "rigd.toml"
    path.write_text("# mine\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["init", "--config", str(path), "--yes"])

    assert done.exit_code == 0
    assert f"{path} is there already and stays as it is" in done.output
    assert path.read_text(encoding="utf-8") == "# mine\n"


def test_where_nothing_is_there_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "rigd.toml"
    words = ["init", "--config", str(path), "--yes", "--home", str(tmp_path)]
    nowhere = ["--server", f"localhost:{free_port()}", "--discovery-port", "0"]

    done = CliRunner().invoke(app, [*words, *nowhere])

    assert isinstance(done.exception, ConfigError)
    assert "so nothing is written: start the INDI server" in str(done.exception)
    assert not path.exists()


def test_a_home_named_from_where_one_is_is_watched_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    add_nina(tmp_path / "copy")
    add_runs(tmp_path / "copy")
    words = ["init", "--config", "elsewhere/rigd.toml", "--yes", "--no-start", "--home", "copy"]
    nowhere = ["--server", f"localhost:{free_port()}", "--discovery-port", "0"]

    done = CliRunner().invoke(app, [*words, *nowhere])

    assert done.exit_code == 0, done.output
    written = tomllib.loads((tmp_path / "elsewhere" / "rigd.toml").read_text(encoding="utf-8"))
    (watched,) = written["watch"]
    assert Path(watched["path"]).is_absolute()
    assert Path(watched["path"]).is_dir()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(["2"], "Ekos", id="number"),
        pytest.param(["n.i"], "N.I.N.A.", id="beginning"),
        pytest.param([""], "Ekos", id="default"),
        pytest.param(["Nono", "ekos"], "Ekos", id="asked again"),
    ],
)
def test_an_answer_is_a_number_a_beginning_or_nothing(typed: list[str], meant: str) -> None:
    left = list(typed)
    interview = Interview(answers={}, asker=lambda _: left.pop(0))

    assert interview.ask(PROGRAM) == meant
    assert left == []


def test_after_six_questions_the_defaults_hold() -> None:
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.key)
        return "1"

    interview = Interview(answers={}, asker=ask)

    said = [interview.ask(PROGRAM) for _ in range(MOST_ASKED + 1)]

    assert said == ["N.I.N.A."] * MOST_ASKED + ["Ekos"]
    assert len(asked) == MOST_ASKED
