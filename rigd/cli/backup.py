"""`rigd backup` and `rigd restore`: configuration, profiles and database in one file."""

from pathlib import Path
from typing import Annotated

import typer

from rigd.cli.options import ConfigOption
from rigd.config import load_for_start
from rigd.errors import RefusedError
from rigd.files.config_path import default_config_path, find_config
from rigd.store.backup import check_restore, restore_backup, write_backup


def backup_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file (.tar.gz).")],
    config: ConfigOption = None,
) -> None:
    """Write configuration, profiles and database to one file; the daemon may run meanwhile.

    It may hold the token: only you can read it.
    """
    names = write_backup(load_for_start(find_config(config)), file)
    typer.echo(f"{file}: {', '.join(names)}")


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `rigd backup` wrote.")],
    config: ConfigOption = None,
    with_configuration: Annotated[
        bool,
        typer.Option("--configuration", help="Put back configuration and profiles' files too."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
) -> None:
    """Put a backup back while no daemon runs; what it replaces is kept beside it.

    A configuration that is there stays, unless --configuration is given.
    """
    path = config or default_config_path()
    check_restore(file, path)
    if not yes and not typer.confirm(f"Put {file} back for {path}?"):
        msg = "nothing is changed"
        raise RefusedError(msg)
    for sentence in restore_backup(file, path, with_configuration=with_configuration):
        typer.echo(sentence)
