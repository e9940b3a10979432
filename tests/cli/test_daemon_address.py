"""The command line asks where the configuration says, and says so if another rigd answers there."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.cli.daemon_address import find_daemon
from rigd.cli.profile_files import _known_servers
from rigd.errors import ConfigError, DeviceUnavailableError
from tests.api.live import SETTINGS, LiveServer, live
from tests.api.observatory import FakeObservatory


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("RIGD_CONFIG", "RIGD_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "rigd.toml"


@pytest.fixture
def server(config: Path) -> Iterator[LiveServer]:
    settings = replace(SETTINGS, config=str(config))
    with live(FakeObservatory(), settings) as one:
        config.write_text(f"[listen]\nport = {one.port}\n", encoding="utf-8")
        yield one


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("", "http://127.0.0.1:32323"),
        ("port = 5000", "http://127.0.0.1:5000"),
        ('host = "192.168.1.7"', "http://192.168.1.7:32323"),
        ('host = "0.0.0.0"\nport = 80', "http://127.0.0.1:80"),
        ('host = "::"', "http://[::1]:32323"),
        ('host = "fe80::1"', "http://[fe80::1]:32323"),
    ],
)
def test_it_asks_at_the_address_of_the_configuration(config: Path, listen: str, url: str) -> None:
    config.write_text(f"[listen]\n{listen}\n", encoding="utf-8")

    assert find_daemon(config) == url


def test_another_program_on_its_port_is_named_as_one(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}"
        done = CliRunner().invoke(app, ["status", "--url", url])
        other.shutdown()

    assert isinstance(done.exception, DeviceUnavailableError)
    assert str(done.exception) == f"something that is not rigd answers at {url} (HTTP 404)"


def test_without_a_configuration_it_asks_where_rigd_usually_answers() -> None:
    assert find_daemon(None) == "http://127.0.0.1:32323"


@pytest.mark.parametrize(
    "text", ["[listen]\nport = 0\n", "[listen]\nport = 'x'\n", "listen = 1", "["]
)
def test_a_configuration_that_gives_no_address_is_an_error(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"rigd\.toml: "):
        find_daemon(config)


@pytest.mark.parametrize("how", ["option", "variable", "place"])
@pytest.mark.parametrize("command", ["mode", "status", "runs list", "profile list"])
def test_every_command_that_asks_the_daemon_takes_the_configuration(
    server: LiveServer, config: Path, monkeypatch: pytest.MonkeyPatch, how: str, command: str
) -> None:
    words = command.split()
    if how == "option":
        words += ["--config", str(config)]
    elif how == "variable":
        monkeypatch.setenv("RIGD_CONFIG", str(config))
    else:
        place = config.parent / "home" / "rigd"
        place.mkdir(parents=True)
        (place / "rigd.toml").write_bytes(config.read_bytes())

    result = CliRunner().invoke(app, words)

    assert result.exit_code == 0, result.output
    assert result.stderr == ""


@pytest.mark.parametrize("how", ["option", "variable"])
def test_an_address_that_is_given_wins(
    server: LiveServer, config: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    elsewhere = config.with_name("elsewhere.toml")
    elsewhere.write_text("[listen]\nport = 1\n", encoding="utf-8")
    words = ["mode", "--config", str(elsewhere)]
    if how == "option":
        words += ["--url", server.address]
    else:
        monkeypatch.setenv("RIGD_URL", server.address)

    result = CliRunner().invoke(app, words)

    assert result.exit_code == 0, result.output


def test_a_rigd_with_another_configuration_is_said(server: LiveServer, config: Path) -> None:
    other = config.with_name("other.toml")
    other.write_bytes(config.read_bytes())

    result = CliRunner().invoke(app, ["trim", "5", "--config", str(other)])

    assert result.exit_code == 0, result.output
    said = f"at http://{server.address} was started with {config}, not with {other}\n"
    assert result.stderr == f"the rigd that answers {said}"


def test_servers_of_an_import_are_those_of_the_daemon_where_no_configuration_is_found(
    server: LiveServer, config: Path
) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write('[[servers]]\nname = "pier"\ndriver = "indi"\nhost = "far"\n')

    known = _known_servers(f"http://127.0.0.1:{server.port}", None)

    assert [(one.name, one.host) for one in known] == [("pier", "far")]
    with pytest.raises(ConfigError, match="no configuration"):
        _known_servers("http://127.0.0.1:1", None)
