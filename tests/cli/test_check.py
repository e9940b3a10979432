"""`rigd check` finds a focuser of two rigs without the devices, whatever its server is called."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.errors import ConfigError

SERVER = '[[servers]]\nname = "{name}"\ndriver = "indi"\nhost = "{host}"\nport = {port}\n'
RIG = '[[rigs]]\nname = "{name}"\nmode = "apply"\nprofile = "{name}.toml"\n'
PROFILE = 'name = "{name}"\n[focuser]\naddress = {{ server = "{server}", device = "EAF" }}\n'


@pytest.mark.parametrize(
    ("host", "port", "is_shared"),
    [("127.0.0.1", 7624, True), ("localhost", 7624, True), ("127.0.0.1", 7625, False)],
)
def test_one_server_under_two_names_is_one(
    tmp_path: Path, host: str, port: int, is_shared: bool
) -> None:
    config = tmp_path / "rigd.toml"
    config.write_text(
        SERVER.format(name="one", host="localhost", port=7624)
        + SERVER.format(name="two", host=host, port=port)
        + RIG.format(name="a")
        + RIG.format(name="b"),
        encoding="utf-8",
    )
    for name, server in (("a", "one"), ("b", "two")):
        text = PROFILE.format(name=name, server=server)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["check", "--config", str(config)])

    if is_shared:
        assert isinstance(result.exception, ConfigError), result.output
        assert "rig a: rig b applies to focuser EAF too (there it is EAF on two)" in str(
            result.exception
        )
    else:
        assert result.exit_code == 0, result.output


def test_numbers_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    config = tmp_path / "rigd.toml"
    config.write_text(RIG.format(name="a"), encoding="utf-8")
    text = 'name = "a"\n[focuser]\nmin_steps = 500\nmax_steps = 100\n'
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["check", "--config", str(config)])

    assert isinstance(result.exception, ConfigError), result.output
    assert "focuser.min_steps = 500 is not below focuser.max_steps = 100" in str(result.exception)


@pytest.mark.parametrize("words", [(), ("[[servers]]\n", 'name = "indi"\ndriver = "indi"\n')])
def test_a_configuration_without_a_rig_is_said_to_have_none(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    config = tmp_path / "rigd.toml"
    config.write_text("".join(words), encoding="utf-8")

    result = CliRunner().invoke(app, ["check", "--config", str(config)])

    assert result.exit_code == 0, result.output
    assert "no rig is configured" in result.output
    assert "[[rigs]]" in result.output
    assert "0 rigs" not in result.output
