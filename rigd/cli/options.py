"""The options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_URL = "http://127.0.0.1:32323"

UrlOption = Annotated[
    str, typer.Option("--url", envvar="RIGD_URL", help="Where the daemon answers.")
]
RigOption = Annotated[
    str | None, typer.Option("--rig", help="The rig's name; needed if there are several.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file (TOML).")
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="Time zone of times without one: +02:00, CET, Europe/Rome."),
]
