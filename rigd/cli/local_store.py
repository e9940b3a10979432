"""The daemon's database, opened by the command line while no daemon runs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from rigd.autofocus_logs.run import AutofocusRun
from rigd.config import LoadedConfig, load_for_start
from rigd.equipment.answers import fill_gaps
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError, DeviceUnavailableError, RefusedError
from rigd.files.config_path import NO_RIG, find_config
from rigd.learning.fit_input import FitInput, LearningRig
from rigd.service.profile_requests import StoredProfiles
from rigd.setup.fit_priors import names_of
from rigd.store.answers import read_answers
from rigd.store.database import Store
from rigd.store.lock import lock_store
from rigd.store.run_import import import_runs
from rigd.store.starting_profiles import profiles_at_start
from rigd.view.profiles import Profiles
from rigd.view.to_json import to_json


@contextmanager
def open_profiles(
    config: Path | None, rig: str | None, silent: DeviceUnavailableError, *, read_only: bool
) -> Iterator[tuple[Profiles, str | None]]:
    """Open the profiles in the database, and name the rig: the one asked for, or the only one.

    Args:
        config: the daemon's configuration, which says where its database is.
        rig: the rig that was named.
        silent: that no daemon answers.
        read_only: nothing will be changed, so a daemon may start meanwhile.

    Raises:
        ConfigError: there is no configuration.
        StoreError: a daemon has the database open.
        RefusedError: the configuration has no rig of that name.
    """
    loaded = load_for_start(_config_without_daemon(config, silent))
    single = len(loaded.config.rigs) == 1
    named = _rig_name(loaded, rig) if rig is not None or single else None
    lock = nullcontext() if read_only else lock_store(loaded.store_path)
    with lock, closing(Store(loaded.store_path)) as store:
        yield StoredProfiles(store, loaded.config), named


@contextmanager
def open_runs(
    config: Path | None, rig: str | None, silent: DeviceUnavailableError
) -> Iterator[Callable[[Sequence[AutofocusRun]], dict[str, object]]]:
    """Open the autofocus runs of a rig; yields what stores runs and says what became of them.

    Raises:
        ConfigError: there is no configuration.
        StoreError: a daemon has the database open.
        RefusedError: there are several rigs and none was named, or none at all.
    """
    loaded = load_for_start(_config_without_daemon(config, silent))
    name = _rig_name(loaded, rig)
    with lock_store(loaded.store_path), closing(Store(loaded.store_path)) as store:
        profile = profiles_at_start(store, loaded).profiles[name]
        learning_rig = _learning_rig(fill_gaps(profile, read_answers(store, name)))

        def keep(runs: Sequence[AutofocusRun]) -> dict[str, object]:
            done = import_runs(store, name, learning_rig, runs, "rigd runs import")
            return to_json(done.report)

        yield keep


def _config_without_daemon(config: Path | None, silent: DeviceUnavailableError) -> Path:
    try:
        return find_config(config)
    except ConfigError as missing:
        msg = f"{silent}\n{missing}"
        raise ConfigError(msg) from missing


def _learning_rig(profile: EquipmentProfile) -> LearningRig:
    fit_input = FitInput(reference=profile.reference_filter, names=names_of(profile))
    return LearningRig(
        light_path_id=light_path(profile),
        fit_input=fit_input,
        filter_fingerprints=filter_fingerprints(profile),
    )


def _rig_name(loaded: LoadedConfig, rig: str | None) -> str:
    """The rig that was named, or the only one.

    Raises:
        RefusedError: there are several and none was named, or none at all.
    """
    names = [one.name for one in loaded.config.rigs]
    if rig is None and len(names) == 1:
        return names[0]
    if rig is not None and rig in names:
        return rig
    msg = f"--rig is needed: {loaded.path} has {', '.join(names)}" if names else NO_RIG
    raise RefusedError(msg)
