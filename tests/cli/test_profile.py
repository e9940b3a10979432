"""`rigd profile` on the database: without a daemon, and with one."""

import json
import shlex
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rigd.cli.app import app
from rigd.errors import RefusedError, RigdError, StoreError
from rigd.store.lock import lock_store
from tests.equipment.imports.files import FIXTURES, database
from tests.live.simulated import SimulatedDaemon
from tests.ports import free_port

EXAMPLES = files("rigd.profiles") / "examples"
DEMO = "Demo: 80 mm f/6 refractor on INDI's simulators"


class Shell:
    """`rigd profile` with a configuration, and no daemon (or one at `url`)."""

    def __init__(self, config: Path, url: str) -> None:
        self.config, self.url = config, url

    def run(self, *words: object) -> str:
        result = self.try_to(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def try_to(self, *words: object) -> Result:
        more = ["--config", str(self.config), "--url", self.url]
        return CliRunner().invoke(app, ["profile", *map(str, words), *more], catch_exceptions=True)

    def refused(self, *words: object) -> str:
        result = self.try_to(*words)
        assert isinstance(result.exception, RigdError), result.output
        return str(result.exception)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    for name in ("rigd.toml", "demo.toml"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text(encoding="utf-8"))
    config = tmp_path / "rigd.toml"
    config.write_text('store = "rigd.db"\n' + config.read_text())
    shell = Shell(config, f"127.0.0.1:{free_port()}")
    shell.run("import", tmp_path / "demo.toml", "--keep")
    shell.run("switch", "Demo")
    return shell


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "p = pathlib.Path(sys.argv[1]); t = p.read_text()\n"
        f"assert {old!r} in t\np.write_text(t.replace({old!r}, {new!r}))\n"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))


def test_what_is_kept_is_exported_as_it_was_and_can_be_imported_again(
    shell: Shell, tmp_path: Path
) -> None:
    shell.run("clone", "demo", "Copy")
    shell.run("export", "Copy", tmp_path / "copy.toml")
    shell.run("archive", "Copy")

    said = shell.run("import", tmp_path / "copy.toml", "--replace", "Copy")
    listed = json.loads(shell.run("list", "--json"))["profiles"]

    assert "'Copy' is replaced, and counts at once where it was in force; elsewhere `rigd" in said
    assert [(one["name"], one["archived"], one["rigs"]) for one in listed] == [
        ("Copy", True, []),
        (DEMO, False, ["demo"]),
    ]


def test_a_name_that_two_profiles_begin_with_means_neither(shell: Shell) -> None:
    shell.run("clone", "demo", "Demo two")

    assert "several profiles begin with 'demo'" in shell.refused("switch", "demo")
    assert "no profile begins with 'Zoo'" in shell.refused("switch", "Zoo")


def test_an_edit_is_taken_back_from_the_editor_and_said(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, "tolerance_steps = 2", "tolerance_steps = 4")

    said = shell.run("edit")

    assert "focuser.tolerance_steps: 4, was 2" in said
    assert "tolerance_steps = 4" in shell.run("show")
    assert "focuser.tolerance_steps: 4, was 2" in shell.run("history")
    assert "focuser.tolerance_steps: 2, was 4" in shell.run("undo")
    assert "tolerance_steps = 2" in shell.run("show")


def test_a_bad_edit_is_refused_with_key_and_line_and_the_text_is_kept(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, 'direction = "outward"', 'direction = "up"')

    said = shell.refused("edit")
    kept = Path(said.rsplit(" ", 1)[1])
    editor(monkeypatch, tmp_path, 'direction = "up"', 'direction = "inward"')

    assert "focuser.direction: must be 'outward' or 'inward' (given: 'up')" in said
    assert 'direction = "outward"' in shell.run("show")
    shell.run("edit", "--file", kept)
    assert 'direction = "inward"' in shell.run("show")
    kept.unlink()


def test_undo_says_what_it_took_back_and_history_who_did_what(shell: Shell) -> None:
    shell.run("rename", "demo", "Small refractor")

    said = shell.run("undo")

    assert "rename: " in said
    assert DEMO in shell.run("list")
    assert "undo of change" in shell.run("history")


def test_profiles_are_compared_by_name_or_file(shell: Shell, tmp_path: Path) -> None:
    shell.run("clone", "demo", "Other")

    assert "the same light path" in shell.run("diff", "Other", tmp_path / "demo.toml")


def test_while_a_daemon_uses_the_store_but_does_not_answer_nothing_is_changed(
    shell: Shell, tmp_path: Path
) -> None:
    with lock_store(tmp_path / "rigd.db"):
        result = shell.try_to("rename", "demo", "Mine")

    assert isinstance(result.exception, StoreError)
    assert DEMO in shell.run("list")


def test_a_profile_that_does_not_fit_the_configuration_is_not_put_in_force(
    shell: Shell, tmp_path: Path
) -> None:
    text = (tmp_path / "demo.toml").read_text().replace('"simulators"', '"elsewhere"')
    (tmp_path / "far.toml").write_text(text.replace(DEMO, "Far"))
    shell.run("import", tmp_path / "far.toml", "--keep")

    assert "'elsewhere' is not a [[servers]] name" in shell.refused("switch", "Far")
    assert json.loads(shell.run("show", "--json"))["name"] == DEMO


def test_ekos_database_to_a_profile_in_force_is_one_command(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "userdb.sqlite").write_bytes(database())

    said = shell.run("import", tmp_path / "userdb.sqlite", "--train", "Primary", "--switch")

    assert "'Pier/Primary' is kept, and is in force on demo" in said
    shown = tomllib.loads(shell.run("show"))
    assert shown["wheel"]["address"] == {"server": "simulators", "device": "ZWO EFW"}


def test_an_import_that_was_kept_and_not_put_in_force_may_be_given_again(
    shell: Shell, tmp_path: Path
) -> None:
    text = (tmp_path / "demo.toml").read_text().replace('"simulators"', '"elsewhere"')
    (tmp_path / "far.toml").write_text(text.replace(DEMO, "Far"))
    words = ("import", tmp_path / "far.toml", "--switch")

    refused = shell.refused(*words)
    with shell.config.open("a", encoding="utf-8") as config:
        config.write('[[servers]]\nname = "elsewhere"\ndriver = "indi"\nhost = "far"\n')
    said = shell.run(*words)
    (tmp_path / "far.toml").write_text(text.replace(DEMO, "Far").replace("480.0", "384.0"))

    assert "'Far' is kept, but is not in force" in refused
    assert "'elsewhere' is not a [[servers]] name" in refused
    assert "'Far' was kept before, and is in force on demo" in said
    assert "there is a profile named 'Far' already" in shell.refused(*words)


def test_a_server_that_does_not_exist_keeps_nothing(shell: Shell, tmp_path: Path) -> None:
    words = ("import", FIXTURES / "ccdciel.conf", "--keep", "--server", "elsewhere")

    assert "has simulators: name one with --server" in shell.refused(*words)
    assert "TOA 130" not in shell.run("list")


@pytest.mark.live
def test_with_a_daemon_the_same_commands_go_through_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SimulatedDaemon(tmp_path) as daemon:
        shell = Shell(daemon.config, f"127.0.0.1:{daemon.port}")
        shell.run("clone", "demo", "With reducer")
        editor(monkeypatch, tmp_path, "focal_length_mm = 480.0", "focal_length_mm = 384.0")
        shell.run("edit", "With")

        shell.run("switch", "With")
        in_force = json.loads(shell.run("show", "--json"))
        assert f"{DEMO!r} again" in shell.run("undo")

        assert in_force["name"] == "With reducer"
        assert in_force["rigs"] == ["demo"]
        assert json.loads(shell.run("show", "--json"))["name"] == DEMO
        assert "profile 'With reducer' is in force" in daemon.said()
        assert isinstance(shell.try_to("archive", "demo").exception, RefusedError)
        assert "archived" in shell.run("archive", "With")
