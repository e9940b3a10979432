"""An equipment profile as the text of a TOML file."""

import tomllib
from pathlib import Path

import tomli_w
from pydantic import ValidationError

from rigd.equipment.contradicting_numbers import find_contradicting_numbers
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError
from rigd.files.key_lines import find_line, key_lines
from rigd.files.toml import MOST_CHARS, config_error, parse_toml, place, read_text


def profile_text(profile: EquipmentProfile) -> str:
    """Return TOML of what is stated and nothing else: unknown values and defaults stay absent."""
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


def read_profile(path: Path) -> EquipmentProfile:
    """Read an equipment profile from a TOML file.

    Raises:
        ConfigError: the file is missing, huge, no TOML, a key or value in it is wrong, or two
            numbers contradict each other.
    """
    text = read_text(path)
    profile = parse_profile(text, path)
    if wrong := find_contradicting_numbers(profile):
        lines = key_lines(text)
        keys = [sentence.split()[0].rstrip(":") for sentence in wrong]
        places = [place(path, find_line(lines, key)) for key in keys]
        said = [f"{where}: {one}" for where, one in zip(places, wrong, strict=True)]
        raise ConfigError("\n".join(said))
    return profile


def parse_profile(text: str, where: Path | str) -> EquipmentProfile:
    """Return the equipment profile that a TOML text describes.

    Args:
        text: the text.
        where: what errors call it.

    Raises:
        ConfigError: it is huge, no TOML, or a key or value in it is wrong; names the line.
    """
    if len(text) > MOST_CHARS:
        msg = f"{where}: {len(text)} characters; a profile has at most {MOST_CHARS}"
        raise ConfigError(msg)
    data = parse_toml(text, where)
    try:
        return EquipmentProfile.model_validate(data)
    except ValidationError as failure:
        raise config_error(where, failure, EquipmentProfile, key_lines(text)) from failure
