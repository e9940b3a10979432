"""`rigd record` shows what it has before it writes, and writes nothing over anything."""

import getpass
import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.errors import ConfigError
from tests.ports import free_port

CONFIG = """store = "rigd.db"
[listen]
port = {port}
token = "a-token-of-mine"
[[servers]]
name = "local"
driver = "indi"
host = "127.0.0.1"
port = {port}
[[rigs]]
name = "demo"
mode = "observe"
profile = "demo.toml"
"""
LOG = """2026-11-30 21:00:00+0100 INFO    rig demo: Red: done
2026-11-30 21:00:01+0100 WARNING 192.168.1.23 sent a-token-of-mine
2026-11-30 21:00:02+0100 WARNING watch /home/jane/logs: slow
"""


def test_it_shows_what_it_holds_and_then_writes_it(tmp_path: Path) -> None:
    config, file, log = tmp_path / "rigd.toml", tmp_path / "out.gz", tmp_path / "rigd.log"
    config.write_text(CONFIG.format(port=free_port()), encoding="utf-8")
    (tmp_path / "demo.toml").write_text('name = "a rig"\n', encoding="utf-8")
    log.write_text(LOG, encoding="utf-8")
    words = ["record", str(file), "--config", str(config), "--log", str(log), "--seconds", "1"]

    done = CliRunner().invoke(app, words)
    shown = CliRunner().invoke(app, ["record", "--show", str(file)])
    again = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.output
    assert "log: 3 lines" in done.output
    assert "rig demo: profile" in done.output
    assert done.output.index("log: 3 lines") < done.output.index("written")
    listed = [line for line in done.output.splitlines() if line.startswith("  ")]
    assert [line.removeprefix("  ") for line in listed] == shown.output.splitlines()
    text = gzip.decompress(file.read_bytes()).decode()
    assert "rig demo: Red: done" in text
    for word in ("192.168.1.23", "a-token-of-mine", "jane", str(tmp_path)):
        assert word not in text, word
    assert getpass.getuser() == "root" or getpass.getuser() not in text
    assert isinstance(again.exception, ConfigError)
    assert "is there already" in str(again.exception)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["record", "--show", str(tmp_path / "none.gz")])

    assert isinstance(done.exception, ConfigError)
    with pytest.raises(ConfigError, match=r"none\.gz: is no recording"):
        raise done.exception
