"""`rigd doctor`: what is wrong with an installation, and what to do about each of it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import typer

from rigd.cli.daemon_address import find_daemon
from rigd.cli.daemon_client import LIMIT_S, ask, rows
from rigd.cli.options import AskedUrl, ConfigOption, JsonOption
from rigd.doctor.checks import run_checks
from rigd.doctor.configuration import MAKE_ONE
from rigd.doctor.finding import Finding, Verdict, exit_code, fault
from rigd.doctor.installation import DaemonAnswers, look_at
from rigd.errors import ConfigError, DeviceUnavailableError, RefusedError
from rigd.files.config_path import find_config

_MARKS = {
    Verdict.OK: "ok      ",
    Verdict.NOTE: "note    ",
    Verdict.WARNING: "WARNING ",
    Verdict.FAULT: "FAULT   ",
}


def doctor_command(
    config: ConfigOption = None, url: AskedUrl = None, as_json: JsonOption = False
) -> None:
    """Look for what is wrong with the installation, with the remedy of each.

    Nothing is changed. It ends with 0 if nothing is wrong, 1 after warnings, 2 after faults.
    """
    findings = _examine(config, url)
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(one) for one in findings]}, indent=2))
    else:
        _show(findings)
    raise typer.Exit(exit_code(findings))


def _examine(config: Path | None, url: str | None) -> tuple[Finding, ...]:
    try:
        path = find_config(config).absolute()
    except ConfigError as missing:
        return (fault("configuration", str(missing), MAKE_ONE),)
    try:
        return run_checks(look_at(path, _ask_daemon(url or str(find_daemon(config)))))
    except (ConfigError, DeviceUnavailableError, RefusedError) as silent:
        return run_checks(look_at(path, daemon_error=str(silent)))


def _ask_daemon(url: str) -> DaemonAnswers:
    """What the daemon says.

    Raises:
        DeviceUnavailableError: none answers.
        RefusedError: it refuses.
    """
    there = ask(url, "/rigs")
    said = there.get("config")
    statuses: dict[str, dict[str, Any]] = {
        row["name"]: ask(url, f"/rigs/{row['name']}") for row in rows(there, "rigs")
    }
    return DaemonAnswers(
        url=url,
        version=_read_version(url),
        config=said if isinstance(said, str) else None,
        rigs=statuses,
    )


def _read_version(url: str) -> str | None:
    """The version in the daemon's `Server` header."""
    try:
        address = url if "://" in url else f"http://{url}"
        with urlopen(f"{address.rstrip('/')}/rigd/v1/rigs", timeout=LIMIT_S) as reply:  # noqa: S310 - it has just answered there
            said = str(reply.headers.get("Server", ""))
    except (URLError, OSError, ValueError):
        return None
    name, _, version = said.partition("/")
    return version if name == "rigd" and version else None


def _show(findings: tuple[Finding, ...]) -> None:
    for one in findings:
        typer.echo(f"{_MARKS[one.verdict]} {one.check:14} {one.sentence}")
        if one.remedy is not None:
            typer.echo(f"{'':24}-> {one.remedy}")
    wrong = [one for one in findings if one.verdict in {Verdict.WARNING, Verdict.FAULT}]
    typer.echo(f"\n{len(wrong)} to look at" if wrong else "\nnothing is wrong")
