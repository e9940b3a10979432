"""An equipment profile as the text of a TOML file."""

import tomllib
from pathlib import Path

import tomli_w

from rigd.errors import ConfigError
from rigd.profile import EquipmentProfile


def profile_text(profile: EquipmentProfile) -> str:
    """TOML with what is stated and nothing else: what is unknown or a default stays absent."""
    tables = profile.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return tomli_w.dumps(tables)


def write_profile(path: Path, profile: EquipmentProfile) -> None:
    """Write a profile to a file that does not exist yet; on failure no file is left.

    Raises:
        ConfigError: the file exists, cannot be written, or would not read back the same.
    """
    text = profile_text(profile)
    if EquipmentProfile.model_validate(tomllib.loads(text)) != profile:
        raise ConfigError(f"{path}: profile {profile.name!r} would not read back the same")
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise ConfigError(f"{path}: exists already; nothing was written") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ConfigError(f"{path}: {error.strerror or error}") from error
