"""Where the daemon's configuration is: named, or in the first of the places that has one."""

import os
import sys
from pathlib import Path

from rigd.errors import ConfigError
from rigd.files.near_words import find_near

NO_RIG = (
    "no rig is configured, so there is nothing that rigd could move. A [[rigs]] table with a name "
    "and a mode makes one; `rigd profile import` then takes its equipment from the program that "
    "knows it"
)
"""What a command has to say that needs a rig, where the configuration has none."""


def default_config_path() -> Path:
    """Return where the configuration is looked for when none is named."""
    if configured := os.environ.get("RIGD_CONFIG"):
        return Path(configured)
    system = Path("/etc/rigd/rigd.toml")
    if sys.platform != "win32" and is_there(system):
        return system
    return home_of("XDG_CONFIG_HOME", ".config") / "rigd" / "rigd.toml"


def find_config(named: Path | None) -> Path:
    """Return the configuration that was named, else the one in the first place that has it.

    Raises:
        ConfigError: no place has one; names the places.
    """
    path = named or default_config_path()
    if named is not None or is_there(path):
        return path
    if os.environ.get("RIGD_CONFIG"):
        msg = f"{path}: no such file ($RIGD_CONFIG names it; --config names another)"
        raise ConfigError(msg)
    system = "" if sys.platform == "win32" else "/etc/rigd/rigd.toml, "
    msg = f"no configuration: $RIGD_CONFIG is not set, and there is no {system}{path}"
    raise ConfigError(f"{msg} (name one with --config)")


def is_there(path: Path) -> bool:
    """Whether there is a file; one in a directory that may not be entered is taken to be there."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def home_of(variable: str, below: str) -> Path:
    """Return a directory of the user's: as the variable says, else below the home directory."""
    return Path(os.environ.get(variable) or Path.home() / below)


def describe_near_file(missing: Path) -> str:
    """The file beside a missing one that is named like it, as an error adds it."""
    near = find_near(missing.name, [one.name for one in missing.parent.glob("*.toml")])
    return "" if near is None else f"; did you mean {near}?"
