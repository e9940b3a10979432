"""What the checks look at, read once: configuration, database, the daemon's answers."""

import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rigd.config import LoadedConfig, load_for_start
from rigd.equipment.answers import fill_gaps
from rigd.equipment.fingerprint import light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError, StoreError
from rigd.files.config_path import is_there
from rigd.learning.fit_record import StoredFit
from rigd.store.answers import read_answers
from rigd.store.backup import copy_database
from rigd.store.database import Store
from rigd.store.fits import read_last_light_path, read_newest_fit
from rigd.store.light_paths import read_confirmed_labels
from rigd.store.profiles import read_profiles_in_force
from rigd.store.program_tables import StoredTable, read_program_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonAnswers:
    """What the running daemon says."""

    url: str
    version: str | None
    """As its replies name it."""
    config: str | None
    """The configuration that it was started with."""
    rigs: Mapping[str, Mapping[str, Any]]
    """The status of each rig."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An installation as it stands."""

    config_path: Path
    loaded: LoadedConfig | None = None
    config_error: str | None = None
    daemon: DaemonAnswers | None = None
    daemon_error: str | None = None
    """Why no daemon answers, or why it refuses."""
    profiles: Mapping[str, EquipmentProfile] = field(default_factory=dict)
    """The one in force of each rig, with its answers."""
    fits: Mapping[str, StoredFit] = field(default_factory=dict)
    """What each rig has learnt for its light path."""
    confirmed_labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Contradictions of wheels' labels that a human has called right, by rig."""
    program_tables: Mapping[tuple[str, str], StoredTable] = field(default_factory=dict)
    """Tables of other programs that rigd has written and not given back, by rig and server."""
    store_error: str | None = None
    """Why the database cannot be read."""


def look_at(
    path: Path, daemon: DaemonAnswers | None = None, daemon_error: str | None = None
) -> Installation:
    """Read what there is of an installation; never raises."""
    found = Installation(config_path=path, daemon=daemon, daemon_error=daemon_error)
    try:
        loaded = load_for_start(path)
    except ConfigError as error:
        return replace(found, config_error=str(error))
    found = replace(found, loaded=loaded, profiles=loaded.profiles)
    if not is_there(loaded.store_path):
        return found
    try:
        return _with_store(found, loaded)
    except StoreError as error:
        return replace(found, store_error=str(error))


def _with_store(found: Installation, loaded: LoadedConfig) -> Installation:
    """Read a copy of the database, so that nothing here changes it or makes it newer."""
    with tempfile.TemporaryDirectory(prefix="rigd-doctor-") as folder:
        copy = Path(folder) / "rigd.db"
        copy_database(loaded.store_path, copy)
        with closing(Store(copy)) as store:
            stored = read_profiles_in_force(store)
            profiles = dict(loaded.profiles)
            fits: dict[str, StoredFit] = {}
            rigs = [rig.name for rig in loaded.config.rigs]
            tables = read_program_tables(store)
            confirmed = {rig: read_confirmed_labels(store, rig) for rig in rigs}
            for rig in rigs:
                if rig in stored:
                    profiles[rig] = fill_gaps(stored[rig].profile, read_answers(store, rig))
                if rig in profiles:
                    # The daemon's light path also knows what its devices turned out to be.
                    path = read_last_light_path(store, rig) or light_path(profiles[rig])
                    fit = read_newest_fit(store, rig, path)
                    if fit is not None and not fit.void:
                        fits[rig] = fit
    return replace(
        found,
        profiles=profiles,
        fits=fits,
        confirmed_labels=confirmed,
        program_tables=tables,
    )
