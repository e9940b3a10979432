"""Storing a profile that was read from a file, and putting it in force."""

import asyncio
import shlex
from pathlib import Path

from rigd.cli.profile import local_user
from rigd.cli.profile_source import ProfileSource, profile_source
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.errors import RefusedError


def keep_imported(
    profile: EquipmentProfile,
    *,
    replaced: str | None,
    switched: bool,
    rig: str | None,
    url: str,
    config: Path | None,
) -> str:
    """Store a profile that was read from a file, as a new one or in place of another.

    Args:
        profile: what was read.
        replaced: the profile that it takes the place of; None: it is a new one.
        switched: put it in force too.
        rig: where; None: on the only rig.
        url: where the daemon answers.
        config: its configuration, for the database.
    """
    text = profile_text(profile)
    with profile_source(url, config, rig) as here:
        if switched:
            _ = here.rig  # which rig must be clear before anything is stored
        if replaced is None and asyncio.run(_is_kept(here, profile)):
            name, said = profile.name, f"{profile.name!r} was kept before"
        elif replaced is None:
            name = asyncio.run(here.profiles.create(text, local_user(), imported=True))
            said = f"{name!r} is kept"
        else:
            replaced = asyncio.run(here.name(replaced))
            name = asyncio.run(here.profiles.put(replaced, text, local_user(), imported=True))
            renamed = name != replaced
            said = f"{name!r} replaces {replaced!r}" if renamed else f"{name!r} is replaced"
            if not switched:
                said += ", and counts at once where it was in force; elsewhere"
        if not switched:
            colon = ":" if replaced is None else ""
            return f"{said}{colon} `rigd profile switch {shlex.quote(name)}` puts it in force"
        try:
            asyncio.run(here.profiles.switch(here.rig, name, local_user()))
        except RefusedError as refused:
            msg = f"{said}, but is not in force: {refused}"
            raise RefusedError(msg) from refused
        return f"{said}, and is in force on {here.rig}"


async def _is_kept(here: ProfileSource, profile: EquipmentProfile) -> bool:
    """Whether the very same profile is stored: an import that ended half-way may be given again."""
    if profile.name not in {one.name for one in (await here.profiles.listed()).profiles}:
        return False
    kept = await here.profiles.shown(profile.name)
    return parse_profile(kept.toml, kept.name) == profile
