"""The options that several commands have."""

from pathlib import Path
from typing import Annotated, Any

import typer

from rigd.cli.daemon_address import USUAL_URL, find_daemon

DEFAULT_URL = USUAL_URL
_CONFIG = "rigd.config"


def _note_config(context: typer.Context, path: Path | None) -> Path | None:
    """Keep which configuration was named, for the address of the daemon."""
    context.meta[_CONFIG] = path
    return path


def _find_url(context: typer.Context, url: str) -> str:
    """The address that was given, else the one in the configuration."""
    source: Any = context.get_parameter_source("url")
    if context.resilient_parsing or source is None or source.name != "DEFAULT":
        return url
    return find_daemon(context.meta.get(_CONFIG))


UrlOption = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="RIGD_URL",
        callback=_find_url,
        show_default="as the configuration says",
        help="Where the daemon answers.",
    ),
]
AskedUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="RIGD_URL",
        show_default="as the configuration says",
        help="Where the daemon answers.",
    ),
]
"""Looked for only by a command that does something without a daemon too."""
RigOption = Annotated[
    str | None, typer.Option("--rig", help="The rig's name; needed if there are several.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        callback=_note_config,
        is_eager=True,
        help="The configuration file (TOML).",
    ),
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="Time zone of times without one: +02:00, CET, Europe/Rome."),
]
