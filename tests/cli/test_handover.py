"""`rigd handover` says what programs need to work without rigd."""

from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app

CONFIG = """store = "rigd.db"
[[servers]]
name = "simulators"
driver = "indi"
[[rigs]]
name = "demo"
mode = "{mode}"
profile = "demo.toml"
"""


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("apply", "switch the filter offsets of your capture program on again, with these:"),
        ("publish", "mode publish: your program applies offsets itself; rigd knows these:"),
    ],
)
def test_it_names_the_real_devices_and_every_offset(tmp_path: Path, mode: str, words: str) -> None:
    (tmp_path / "rigd.toml").write_text(CONFIG.format(mode=mode), encoding="utf-8")
    profile = (files("rigd.profiles") / "examples" / "demo.toml").read_text(encoding="utf-8")
    (tmp_path / "demo.toml").write_text(profile, encoding="utf-8")

    result = CliRunner().invoke(app, ["handover", "--config", str(tmp_path / "rigd.toml")])

    assert result.exit_code == 0, result.output
    assert "focuser Focuser Simulator on simulators" in result.output
    assert words in result.output
    assert "slot 1 Red: +85 steps" in result.output
    assert "slot 8 Luminance: +0 steps" in result.output
