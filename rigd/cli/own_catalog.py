"""The catalog with the owner's own files, for commands that need no daemon."""

from collections.abc import Sequence
from pathlib import Path

import typer

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.errors import ConfigError
from rigd.files.config_path import default_config_path


def load_own_catalog(extra_dirs: Sequence[Path] | None = None) -> Catalog:
    """Load the catalog with the directories of the configuration, if any, and further ones."""
    path = default_config_path()
    configured: tuple[Path, ...] = ()
    if path.exists():
        from rigd.config import catalog_dirs_of  # most people who ask for spacers have none

        try:
            configured = catalog_dirs_of(path)
        except ConfigError as error:
            typer.echo(f"{error}\nthe catalog_dirs of {path} are left out", err=True)
    wanted = (*configured, *(extra_dirs or ()))
    once = {directory.resolve(): directory for directory in wanted}
    return load_catalog(tuple(once.values()))
