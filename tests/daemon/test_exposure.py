"""A configuration that lets others in is warned of, with what to do; a usual one is not."""

import stat
import sys
from pathlib import Path

import pytest

from rigd.cli.check import check_command
from rigd.config import load_config
from rigd.daemon import exposure
from rigd.daemon.exposure import find_exposures

RIG = '[[rigs]]\nname = "a"\nmode = "observe"\n'
LAN = 'host = "0.0.0.0"\nallowed_networks = ["192.168.1.0/24"]\n'
TOKEN = 'token = "eight-chars"\n'  # noqa: S105 - of these tests


def write(tmp_path: Path, listen: str, mode: int = 0o640) -> Path:
    path = tmp_path / "rigd.toml"
    path.write_text(f'store = "rigd.db"\n[listen]\n{listen}{RIG}', encoding="utf-8")
    path.chmod(mode)
    return path


def said(path: Path) -> str:
    found = find_exposures(load_config(path))
    assert all(one.remedy for one in found)
    return "\n".join(one.sentence for one in found)


@pytest.mark.parametrize("listen", ["", TOKEN, 'host = "::1"\n'], ids=["usual", "token", "ipv6"])
def test_on_this_computer_alone_nothing_is_said(tmp_path: Path, listen: str) -> None:
    assert said(write(tmp_path, listen)) == ""


def test_the_network_without_a_token_is_named(tmp_path: Path) -> None:
    assert "without a token: whoever is there can move the focuser" in said(write(tmp_path, LAN))


def test_with_a_token_the_clear_text_is_all_that_is_said(tmp_path: Path) -> None:
    (only,) = find_exposures(load_config(write(tmp_path, LAN + TOKEN)))

    assert "clear text (HTTP Basic)" in only.sentence
    assert only.is_unavoidable


@pytest.mark.parametrize(
    ("network", "size"),
    [
        ("0.0.0.0/0", "the whole Internet"),
        ("::/0", "the whole Internet"),
        ("10.0.0.0/8", "16,777,216 addresses"),
        ("fd00::/8", "far more than one network"),
        ("192.168.0.0/16", None),
        ("fd12:3456:789a::/48", None),
    ],
)
def test_a_wide_network_is_named_with_its_size(
    tmp_path: Path, network: str, size: str | None
) -> None:
    listen = f'host = "0.0.0.0"\nallowed_networks = ["{network}"]\n{TOKEN}'

    line = f"allowed_networks has {network}: {size}"
    assert (line in said(write(tmp_path, listen))) is (size is not None)


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_a_token_that_others_can_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, TOKEN, 0o644)
    closed = said(path)  # pytest's directories are their owner's alone
    monkeypatch.setattr(exposure.stat, "S_IXOTH", stat.S_IXUSR)  # as if all could pass

    assert closed == ""
    assert f"{path} holds the token, and every user of this computer can read it" in said(path)
    assert said(write(tmp_path, TOKEN, 0o640)) == ""
    assert said(write(tmp_path, "", 0o644)) == ""


def test_check_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check_command(write(tmp_path, LAN))

    printed = capsys.readouterr().out
    assert "warning: rigd listens on 0.0.0.0 for 192.168.1.0/24, without a token" in printed
    assert "1 rig, no errors" in printed
