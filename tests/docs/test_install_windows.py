"""What docs/install-windows.md says, as far as it can be executed here."""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from rigd.cli.app import app
from tests.drivers.alpaca_host import equipment, hosting
from tests.limits import LIMIT_S
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "install-windows.md").read_text(encoding="utf-8")
COMPILED = {"pyindi-client", "uvloop", "httptools"}
"""What the page says is left out on Windows."""
COMMANDS = sorted(
    set(re.findall(r"^C:\\rigd\\Scripts\\rigd (.+)$", PAGE, re.MULTILINE))
    | set(re.findall(r"rigd\.exe (run[^\n']*?)(?: 2>>.*)?'?$", PAGE, re.MULTILINE))
)
WITHOUT_COMPILED = """
import sys
for name in ("uvloop", "httptools", "PyIndi"):
    sys.modules[name] = None
"""
CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = 0
[[servers]]
name = "host"
driver = "alpaca"
host = "127.0.0.1"
port = {alpaca}
idle_s = 0.1
[[rigs]]
name = "one"
mode = "observe"
[rigs.equipment]
name = "one"
[rigs.equipment.wheel]
address = {{ server = "host", device = "uid-wheel" }}
slots = ["L", "R", "G", "B", "Ha"]
[rigs.equipment.focuser]
address = {{ server = "host", device = "uid-focuser" }}
"""
AS_ON_WINDOWS = """
import asyncio, multiprocessing.connection, pkgutil, sys, types
from importlib import import_module
import alpaca.focuser, anyio, apscheduler.schedulers.asyncio, click, ifaddr, jinja2, numpy
import pydantic, rich.console, sqlite_utils, starlette.applications, tomli_w, typer, uvicorn
import uvicorn.protocols.http.h11_impl

UNIX = ("fcntl", "grp", "pwd", "resource", "termios", "pty", "tty", "uvloop", "httptools", "PyIndi")
for name in UNIX:
    sys.modules[name] = None
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
sys.modules["winreg"] = types.ModuleType("winreg")
multiprocessing.connection.PipeConnection = type("PipeConnection", (), {})
sys.platform = "win32"
for package in ("rigd", "rigd.drivers"):
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if module.name.rpartition(".")[2] not in {"__main__", "bounded_http", "one_write"}:
            import_module(module.name)
            print(module.name)
"""


def test_every_module_imports_where_nothing_of_unix_is_there() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert {"rigd.daemon.run", "rigd.cli.record", "rigd.drivers.alpaca.driver"} <= set(
        done.stdout.split()
    )


def test_the_daemon_serves_an_alpaca_rig_without_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_COMPILED, encoding="utf-8")
    port, config = free_port(), tmp_path / "rigd.toml"
    with hosting(*equipment()) as host, (tmp_path / "log").open("wb") as log:
        config.write_text(CONFIG.format(port=port, alpaca=host.port), encoding="utf-8")
        daemon = subprocess.Popen(
            [sys.executable, "-m", "rigd", "run", "--config", str(config)],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            stdout=log,
            stderr=log,
        )
        try:
            shown = until_it_knows_the_filter(port)
            daemon.send_signal(signal.SIGINT)
            status = daemon.wait(timeout=LIMIT_S)
        finally:
            daemon.kill()
            daemon.wait()

    assert shown["focuser"]["position_steps"] == 25000
    assert status == 0, (tmp_path / "log").read_text(encoding="utf-8")


def until_it_knows_the_filter(port: int) -> dict[str, Any]:
    end_s = monotonic() + LIMIT_S
    while monotonic() < end_s:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/rigd/v1/rigs") as reply:
            (rig,) = json.load(reply)["rigs"]
            if rig["wheel"]["filter_position"] == 0 and rig["focuser"]["position_steps"]:
                return dict(rig)
        sleep(0.1)
    raise AssertionError("it never knew the filter")


def test_nothing_is_required_on_windows_that_is_said_to_be_left_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["indi"]]
    windows = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}

    needed = {
        one.name
        for one in map(Requirement, asked)
        if one.marker is None or one.marker.evaluate(windows)
    }

    assert needed.isdisjoint(COMPILED)
    assert {one.name for one in map(Requirement, asked)} >= COMPILED
    assert all(f"`{name}`" in PAGE for name in COMPILED)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_exists_with_its_options(command: str) -> None:
    words = command.split()
    if words == ["--version"]:
        assert CliRunner().invoke(app, words).exit_code == 0
        return

    shown = CliRunner().invoke(app, [words[0], "--help"], env={"COLUMNS": "200"})

    assert shown.exit_code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.output)
    for option in (word for word in words if word.startswith("--")):
        assert option in plain


def test_the_page_has_the_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} == {
        *("--version", "init", "check", "run", "doctor", "record")
    }
