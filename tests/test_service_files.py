"""The unit of the service, as systemd itself judges it, and the scripts that install it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.limits import LIMIT_S

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "systemd" / "rigd.service"
SCRIPTS = ("dev", "tools/service", "tools/fresh", "tools/fresh_install")


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd is not installed"
    return subprocess.run(
        [program, *words, str(UNIT)], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


def test_the_exposure_is_at_most_one_and_a_half() -> None:
    said = analyze("security", "--offline=true", "--no-pager", "--threshold=15")

    assert said.returncode == 0, said.stdout + said.stderr


def test_the_unit_can_be_reloaded_and_is_killed_where_it_hangs() -> None:
    unit = UNIT.read_text(encoding="utf-8")

    assert "Type=notify\n" in unit
    assert 'ExecReload=/bin/sh -c "kill -HUP $MAINPID"\n' in unit
    assert re.search(r"^WatchdogSec=\d+$", unit, re.MULTILINE)
    assert re.search(r"^TimeoutStopSec=10$", unit, re.MULTILINE)


def test_directories_are_closed_to_others_and_configurations_too() -> None:
    tmpfiles = (ROOT / "systemd" / "rigd.tmpfiles").read_text(encoding="utf-8")

    assert "d /etc/rigd 0750 root rigd -" in tmpfiles
    assert "z /etc/rigd/*.toml 0640 root rigd -" in tmpfiles
    assert "d /var/lib/rigd 0750 rigd rigd -" in tmpfiles


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_bash(script: str) -> None:
    done = subprocess.run(
        ["bash", "-n", str(ROOT / script)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_trap_names_is_not_local(script: str) -> None:
    text = (ROOT / script).read_text(encoding="utf-8")
    named = set(re.findall(r"\$\{?(\w+)", " ".join(re.findall(r"trap '([^']*)'", text))))

    local = {word for line in re.findall(r"^\s*local (.*)", text, re.M) for word in line.split()}

    assert named & {word.partition("=")[0] for word in local} == set()


def test_the_new_program_is_asked_and_not_the_checkout_that_the_installer_stands_in() -> None:
    calls = re.findall(r'\$1/bin/python" (-\S+)', (ROOT / "tools" / "service").read_text("utf-8"))

    assert set(calls) == {"-m", "-P"}


@pytest.mark.parametrize("words", [("install", "--what"), ("uninstall", "one"), ()])
def test_the_installer_says_how_it_is_used(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(ROOT / "tools" / "service"), *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 2
    assert "sudo ./dev install [--user NAME | --no-user] [--yes]" in done.stderr
