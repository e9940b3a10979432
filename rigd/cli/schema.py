"""`rigd schema`: JSON Schemas of the files that people write."""

import json
from typing import Annotated

import typer
from pydantic import BaseModel

from rigd.config import Config
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError
from rigd.train.file_format import InventoryFile, TrainFile


def schema_command(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="config, profile, train or inventory")
    ] = "config",
) -> None:
    """Print the JSON Schema of a file that you write by hand."""
    models: dict[str, type[BaseModel]] = {
        "config": Config,
        "profile": EquipmentProfile,
        "train": TrainFile,
        "inventory": InventoryFile,
    }
    if what not in models:
        msg = f"no schema {what!r} (there are: {', '.join(models)})"
        raise ConfigError(msg)
    typer.echo(json.dumps(models[what].model_json_schema(), indent=2))
