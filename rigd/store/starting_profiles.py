"""What profile each rig starts with: the database's; a file's only where that has none yet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from rigd.config import LoadedConfig, RigConfig, profile_relations
from rigd.equipment.answers import fill_gaps
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError, RefusedError
from rigd.store.answers import read_answers
from rigd.store.database import Store
from rigd.store.profile_journal import What, was_ever_stored
from rigd.store.profiles import add, find_profile, list_profiles, read_profiles_in_force, switch

AT_START = "rigd at its first start"
NO_PROFILE = EquipmentProfile(name="no profile")
"""What a rig has that was never given one: nothing is known, so nothing moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the rigs start with."""

    profiles: Mapping[str, EquipmentProfile]
    """By rig name."""
    warnings: tuple[str, ...]


def profiles_at_start(store: Store, loaded: LoadedConfig) -> Start:
    """The profile of each rig; a file is taken in where the database has none in force.

    Raises:
        ConfigError: a file that is needed is wrong, or profiles do not fit the configuration.
    """
    warnings: list[str] = []
    # Read once: a profile takes a millisecond, and each rig looks at all of them.
    in_force, kept = read_profiles_in_force(store), _KeptProfiles(store)
    for rig in loaded.config.rigs:
        stored = in_force.get(rig.name)
        if stored is not None:
            warnings += _file_warnings(store, loaded, rig, stored.name)
        elif rig.name in loaded.unread:
            raise ConfigError(loaded.unread[rig.name])
        elif rig.name in loaded.profiles:
            _keep_from_file(store, kept, rig.name, loaded.profiles[rig.name])
        else:
            warnings.append(
                f"rig {rig.name} has no equipment profile, so nothing is known and nothing moves: "
                "`rigd profile import FILE --keep` and `rigd profile switch NAME`"
            )
    profiles = read_profiles(store, loaded)
    wrong = profile_relations(loaded.config, profiles)
    if wrong:
        raise ConfigError("\n".join(f"{loaded.path}: {line}" for line in wrong))
    return Start(profiles=profiles, warnings=tuple(warnings))


def read_profiles(store: Store, loaded: LoadedConfig) -> dict[str, EquipmentProfile]:
    """The profile in force of each rig of a configuration."""
    stored = read_profiles_in_force(store)
    names = [rig.name for rig in loaded.config.rigs]
    return {name: stored[name].profile if name in stored else NO_PROFILE for name in names}


def _file_warnings(store: Store, loaded: LoadedConfig, rig: RigConfig, name: str) -> list[str]:
    """What is to be said of a file that does not say what the database has."""
    if rig.name in loaded.unread:
        wrong = "; ".join(loaded.unread[rig.name].splitlines())
        return [f"rig {rig.name}: {name!r} of the database counts; {wrong}"]
    file = loaded.profiles.get(rig.name)
    if file is None or was_ever_stored(store, file):
        return []
    written = rig.profile or f"[rigs.equipment] of {loaded.path.name}"
    path = loaded.path if rig.profile is None else loaded.path.parent / rig.profile
    train = f" --train {file.name!r}" if rig.profile is None and len(loaded.profiles) > 1 else ""
    return [
        f"rig {rig.name}: {written} was changed, but {name!r} of the database counts: "
        f"`rigd profile import {path}{train} --replace {name!r}` takes the file"
    ]


class _KeptProfiles:
    """The profiles of the store while files are taken in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: list[EquipmentProfile] | None = None

    def has(self, profile: EquipmentProfile) -> bool:
        """Whether the very same one is there, and not archived."""
        if self._known is None:
            self._known = [one.profile for one in list_profiles(self._store) if not one.archived]
        return profile in self._known

    def note(self, profile: EquipmentProfile) -> None:
        """One more is there now."""
        if self._known is not None:
            self._known.append(profile)


def _keep_from_file(store: Store, kept: _KeptProfiles, rig: str, profile: EquipmentProfile) -> None:
    with store.transaction():
        if not kept.has(profile):
            try:
                add(store, profile, AT_START, What.IMPORT)
            except RefusedError:
                profile = profile.model_copy(update={"name": f"{profile.name[:50]} ({rig})"})
                add(store, profile, AT_START, What.IMPORT)
            kept.note(profile)
        switch(store, rig, find_profile(store, profile.name).name, AT_START)
        _adopt_learnt(store, rig, fill_gaps(profile, read_answers(store, rig)))


def _adopt_learnt(store: Store, rig: str, profile: EquipmentProfile) -> None:
    """What was learnt before profiles lived here belongs to the profile that was in force then."""
    old, new = _before_profiles(profile), light_path(profile)
    glasses_now = json.dumps(filter_fingerprints(profile))
    with store.transaction() as db:
        for table in ("runs", "fits", "audits"):
            db.execute(
                f"update {table} set epoch = ? where rig = ? and epoch = ?",  # noqa: S608 - ours
                [new, rig, old],
            )
        db.execute("update ledgers set epoch = ? where rig = ? and epoch = ?", [new, rig, old])
        db.execute(
            "update fits set result = json_set(result, '$.glasses', json(?))"
            " where rig = ? and epoch = ?",
            [glasses_now, rig, new],
        )


def _before_profiles(profile: EquipmentProfile) -> str:
    """What runs were filed under before light paths had fingerprints."""
    focuser = profile.focuser
    meaning: list[object] = [profile.reference_filter]
    if focuser is not None:
        address = focuser.address
        meaning += [address.server, address.device] if address else [None, None]
        meaning.append(focuser.step_size_um)
        meaning += [focuser.direction, focuser.moves, focuser.magnification]
    return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()[:16]
