"""`rigd train`: the spacers of a rig."""

import json

import typer

from rigd.cli.daemon_client import ask, one_rig
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.cli.train_text import print_train


def train_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Show the spacers of the rig: the length required, and the stacks that reach it."""
    answer = ask(url, f"{one_rig(url, rig)}/train")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    else:
        print_train(answer)
