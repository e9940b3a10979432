"""`rigd alerts`: what is wrong now, who is told of it, and the test."""

import json
from typing import Annotated

import typer

from rigd.cli.daemon_client import ask, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, UrlOption

_TEST_LIMIT_S = 40.0
"""The daemon waits 20 s for receivers that are slow."""

alerts_app = typer.Typer(
    help="Show what is wrong now and who is told of it; `test` sends a test.",
    invoke_without_command=True,
)


@alerts_app.callback()
def alerts_command(
    context: typer.Context, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Show what is wrong now and who is told of it; `test` sends a test."""
    if context.invoked_subcommand is None:
        _show(ask(url, "/alerts"), as_json=as_json)


@alerts_app.command("test")
def send_test(
    url: UrlOption = DEFAULT_URL,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send a test to every receiver, quiet hours or not. It ends with 1 if one did not take it."""
    said = ask(url, "/alerts/test", {}, limit_s=_TEST_LIMIT_S)
    _show(said, as_json=as_json)
    if any(one["result"] != "taken" for one in rows(said, "receivers")):
        raise typer.Exit(1)


def _show(said: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    if not said["configured"]:
        typer.echo("nobody is told: the configuration has no table [alerts] (docs/alerts.md)")
        return
    if said["problem"]:
        typer.echo(f"wrong: {said['problem']}")
    for one in rows(said, "receivers"):
        typer.echo(f"{one['receiver']}: {one['result'] or 'nothing was sent yet'}")
    if said["quiet"]:
        typer.echo("quiet hours: nothing is sent now but a test")
    for one in rows(said, "alerts"):
        told = "" if one["told"] else " (not told yet)"
        typer.echo(f"{one['about']}: {one['sentence']}{told}; it ends when {one['ends_when']}")
    if not rows(said, "alerts"):
        typer.echo("nothing is wrong")
