"""`rigd init`: the first configuration out of what is there."""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rigd.cli.options import ConfigOption
from rigd.errors import ConfigError
from rigd.files.config_path import default_config_path

_PORT = 32323


Servers = Annotated[
    list[str] | None,
    typer.Option(
        "--server", metavar="HOST[:PORT]", help="An INDI server, besides this computer's own."
    ),
]
Profiles = Annotated[
    list[Path] | None,
    typer.Option("--profile", help="A profile of N.I.N.A., Ekos or CCDciel in another place."),
]
Logs = Annotated[
    list[Path] | None,
    typer.Option("--logs", help="A directory of autofocus logs in another place."),
]
Homes = Annotated[
    list[Path] | None,
    typer.Option(
        "--home",
        help="Look for profiles and logs in this home directory (of a Windows disk, for "
        "instance), not in those of this computer's users.",
    ),
]
Answers = Annotated[
    Path | None, typer.Option("--answers", help="A TOML file that answers the questions.")
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Ask nothing: take what is found and the defaults.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace a configuration; a copy of it is kept.")
]
StartOption = Annotated[
    bool, typer.Option(help="Start rigd once with it, learn from the logs, and stop it again.")
]
PortOption = Annotated[int, typer.Option(help="TCP port that rigd shall answer at.")]
DiscoveryPort = Annotated[
    int, typer.Option(help="UDP port of Alpaca discovery; 0: neither asked nor answered.")
]


def init_command(
    *,
    config: ConfigOption = None,
    server: Servers = None,
    profile: Profiles = None,
    logs: Logs = None,
    home: Homes = None,
    answers: Answers = None,
    yes: Yes = False,
    replace: Replace = False,
    start: StartOption = True,
    port: PortOption = _PORT,
    discovery_port: DiscoveryPort = 32227,
) -> None:
    """Write the first configuration: find what is there, ask the rest. Nothing moves."""
    from rigd.catalog.catalog import load_catalog
    from rigd.first_run.findings import describe
    from rigd.first_run.interview import Interview, read_answers
    from rigd.first_run.make_plan import make_plan
    from rigd.first_run.rig_plan import describe_plan

    path = config or default_config_path()
    given = {} if answers is None else read_answers(answers)
    asks = not yes and answers is None
    if asks and not sys.stdin.isatty():
        raise ConfigError("nobody is there to answer: give --yes, or --answers FILE")
    if path.exists() and not replace and not (asks and _may_replace(path)):
        typer.echo(f"{path} is there already and stays as it is; --replace writes it anew")
        return
    catalog = load_catalog()
    typer.echo("Looking for devices, profiles and logs ...")
    looking = _look(
        catalog,
        discovery_port,
        servers=server or [],
        profiles=profile or [],
        logs=logs or [],
        home=home or [],
    )
    findings = asyncio.run(looking)
    for line in describe(findings):
        typer.echo(line)
    if not findings.devices and not findings.profiles.trains:
        raise ConfigError(
            "nothing is there to make a rig of, so nothing is written: start the INDI server or "
            "the Alpaca host (--server names one elsewhere), or name a profile with --profile"
        )
    interview = Interview(answers=given, asker=_ask if asks else None)
    try:
        plan = make_plan(findings, interview, catalog)
    except typer.Abort:
        typer.echo("\nnothing is written")
        raise
    kept = _kept(path, port, discovery_port)
    _write(path, plan, findings, kept)
    for line in describe_plan(plan):
        typer.echo(line)
    typer.echo(f"To do: {plan.advice.switch_off}.")
    _finish(path, plan, start=start)


async def _look(
    catalog: Any,
    discovery_port: int,
    *,
    servers: list[str],
    profiles: list[Path],
    logs: list[Path],
    home: list[Path],
) -> Any:
    from rigd.autofocus_logs.log_time import parse_zone
    from rigd.first_run.findings import Findings
    from rigd.first_run.known_devices import find_servers
    from rigd.first_run.known_logs import find_logs
    from rigd.first_run.known_profiles import find_profiles
    from rigd.first_run.saved_labels import find_saved_labels
    from rigd.first_run.usual_places import homes

    # Absolute: what is written is read relative to the configuration, not to where one is now.
    below = tuple(one.absolute() for one in home) or homes()
    profiles = [one.absolute() for one in profiles]
    logs = [one.absolute() for one in logs]
    zone = _zone()
    found, known, read, labels = await asyncio.gather(
        find_servers(servers, catalog, discovery_port=discovery_port),
        asyncio.to_thread(find_profiles, below, profiles),
        asyncio.to_thread(find_logs, below, logs, None if zone is None else parse_zone(zone)),
        asyncio.to_thread(find_saved_labels, below),
    )
    return Findings(servers=found, profiles=known, logs=read, saved_labels=labels)


def _zone() -> str | None:
    """This computer's time zone by name; None where it has none."""
    from rigd.autofocus_logs.log_time import parse_zone

    target = Path("/etc/localtime").resolve()
    named = str(target).partition("zoneinfo/")[2] or os.environ.get("TZ", "")
    if named and parse_zone(named) is not None:
        return named
    offset = datetime.now().astimezone().strftime("%z")
    return f"{offset[:3]}:{offset[3:]}" if offset else None


def _may_replace(path: Path) -> bool:
    return typer.confirm(f"{path} is there already. Replace it? A copy is kept", default=False)


def _ask(question: Any) -> str:
    typer.echo()
    typer.echo(f"{question.text}\n  (it changes {question.changes})")
    words = [option.value for option in question.options]
    listed = () if words == ["yes", "no"] else question.options
    for number, option in enumerate(listed, 1):
        typer.echo(f"  {number}. {option.value}{f': {option.words}' if option.words else ''}")
    shown = question.default or "none"
    if not listed and words:
        shown = "yes/no, yes" if shown == "yes" else "yes/no, no"
    return str(
        typer.prompt("Answer", default="", show_default=False, prompt_suffix=f" [{shown}]: ")
    )


def _kept(path: Path, port: int, discovery_port: int) -> dict[str, Any]:
    """What stays of a configuration that is replaced, and where rigd shall answer."""
    from rigd.files.toml import parse_toml, read_text

    old = parse_toml(read_text(path), path) if path.exists() else {}
    kept: dict[str, Any] = {key: old[key] for key in ("store", "catalog_dirs") if key in old}
    before = old.get("listen")
    listen = dict(before) if isinstance(before, dict) else {}
    if port != _PORT:
        listen["port"] = port
    if discovery_port != 32227:
        listen["discovery_port"] = discovery_port
    rows = old.get("servers")
    programs = ("phd2", "nina", "indigo")
    return {
        **kept,
        "listen": listen,
        "servers": [
            row
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict) and row.get("driver") in programs
        ],
    }


def _write(path: Path, plan: Any, findings: Any, kept: dict[str, Any]) -> None:
    from rigd.files.safe_writing import keep_backup, write_whole
    from rigd.first_run.configuration_text import configuration_text

    text = configuration_text(
        plan, findings, datetime.now().astimezone().date(), kept=kept, zone=_zone()
    )
    backup = keep_backup(path)
    write_whole(path, text.encode())
    typer.echo(f"{path}: written" + (f"; the one before is {backup.name}" if backup else ""))


def _finish(path: Path, plan: Any, *, start: bool) -> None:
    """Start rigd once, have it learn, and say the next step."""
    from rigd.cli.init_trial import try_out

    if start:
        for line in try_out(path, plan):
            typer.echo(line)
    for line in _next(path, plan):
        typer.echo(line)


def _next(path: Path, plan: Any) -> Iterator[str]:
    service = path == Path("/etc/rigd/rigd.toml")
    hidden = [one.path for one in plan.logs if one.path.is_relative_to("/home")]
    if service and hidden:
        yield (
            "The service does not see /home: give it the logs with `BindReadOnlyPaths="
            f"{' '.join(map(str, hidden))}` in a drop-in (`systemctl edit rigd`)."
        )
    if service and plan.advice.uses_indi_driver:
        yield (
            "Whoever runs indiserver must be in the group rigd: `sudo usermod -aG rigd NAME`, then "
            "log in anew."
        )
    named = "" if path == default_config_path() else f" --config {path}"
    begin = "systemctl restart rigd" if service else f"rigd run{named}"
    first = "say which filters are in the wheel (above), then " if plan.open_wheel else ""
    yield f"Next: {first}`{begin}`, and {plan.advice.next_step}."
