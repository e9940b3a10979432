"""`rigd init`: the first configuration out of what is there."""

import asyncio
import sys
from collections.abc import Iterator
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
    from rigd.first_run.look_around import look_around
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
    looking = look_around(
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
    _write(path, plan, findings, port, discovery_port)
    for line in describe_plan(plan):
        typer.echo(line)
    typer.echo(f"To do: {plan.advice.switch_off}.")
    _finish(path, plan, start=start)


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


def _write(path: Path, plan: Any, findings: Any, port: int, discovery_port: int) -> None:
    from rigd.first_run.written_file import kept_tables, text_of, write_configuration

    kept = kept_tables(path, port=port, discovery_port=discovery_port)
    backup = write_configuration(path, text_of(plan, findings, kept))
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
