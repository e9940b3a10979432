"""`rigd check`: whether the configuration is right, and what is unknown."""

from collections.abc import Mapping, Sequence
from contextlib import closing

from rich.console import Console
from rich.table import Table

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.cli.options import ConfigOption
from rigd.config import (
    LoadedConfig,
    RigConfig,
    load_config,
    profile_relations,
)
from rigd.daemon.driver_plugins import check_programs, check_servers, find_driver
from rigd.daemon.exposure import find_exposures
from rigd.devices.driver import ServerAddress
from rigd.devices.identity import DeviceIdentity, WireProtocol
from rigd.devices.network_place import resolve_place
from rigd.equipment.contradicting_numbers import find_contradicting_numbers
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError
from rigd.files.config_path import NO_RIG, find_config, is_there
from rigd.focus.focuser_sharing import find_sharing
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot
from rigd.learning.learnt_offsets import choose_offsets
from rigd.learning.peer_offsets import add_peers
from rigd.setup.device_matches import unknown_entries
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import model_differences, slots_of
from rigd.store.database import Store
from rigd.store.profiles import read_profiles_in_force
from rigd.store.starting_profiles import NO_PROFILE


def check_command(config: ConfigOption = None) -> None:
    """Check the configuration: what is wrong and where, and what is still unknown."""
    console = Console(soft_wrap=True)
    loaded = load_config(find_config(config))
    check_servers(loaded)
    places = {server.name: _place(find_driver(server)[1]) for server in loaded.config.servers}
    check_programs(loaded.config)
    catalog = load_catalog(loaded.catalog_dirs)
    wrong = [f"catalog: {problem}" for problem in catalog.problems]
    profiles, kept = _profiles(loaded)
    for rig in loaded.config.rigs:
        profile = profiles.get(rig.name, NO_PROFILE)
        lines = (*unknown_entries(profile, catalog), *find_contradicting_numbers(profile))
        wrong += [f"rig {rig.name}: {line}" for line in lines]
        _show_rig(console, rig, profile, catalog)
        written = rig.profile or ("nowhere yet" if rig.equipment is None else loaded.path.name)
        where = "database" if rig.name in kept else written
        console.print(f"its profile is from: {where}")
    wrong += _name_shared_focusers(loaded, profiles, places)
    if wrong:
        raise ConfigError("\n".join(wrong))
    for exposure in find_exposures(loaded):
        console.print(f"warning: {exposure.sentence}: {exposure.remedy}", markup=False)
    count = len(loaded.config.rigs)
    if count == 0:
        console.print(f"{loaded.path}: no errors, but {NO_RIG}", markup=False)
        return
    console.print(f"{loaded.path}: {count} rig{'s' if count != 1 else ''}, no errors", markup=False)


def _place(address: ServerAddress) -> str | None:
    """Where a server really is; None if it has no address of its own."""
    host, port = (getattr(address.options, key, None) for key in ("host", "port"))
    return resolve_place(host, port) if isinstance(host, str) and isinstance(port, int) else None


def _name_shared_focusers(
    loaded: LoadedConfig,
    profiles: Mapping[str, EquipmentProfile],
    places: Mapping[str, str | None],
) -> list[str]:
    """Name focusers that two rigs move, as far as that shows without the devices."""
    rigs = [
        settings_of(config, profiles[config.name])
        for config in loaded.config.rigs
        if config.name in profiles
    ]
    refs = {ref for rig in rigs for ref in (rig.focuser, rig.guide_focuser) if ref is not None}
    identities = [
        DeviceIdentity(
            ref=ref, protocol=WireProtocol.INDI, name=ref.key, place=places.get(ref.server)
        )
        for ref in refs
    ]
    said = find_sharing(rigs, identities)
    return [f"rig {name}: {sentence}" for name, sentence in said.items() if sentence is not None]


def _profiles(loaded: LoadedConfig) -> tuple[dict[str, EquipmentProfile], frozenset[str]]:
    """The profile that counts for each rig, and the rigs whose profile is the database's."""
    if not is_there(loaded.store_path):
        return loaded.profiles, frozenset()
    with closing(Store(loaded.store_path)) as store:
        kept = {rig: stored.profile for rig, stored in read_profiles_in_force(store).items()}
    wrong = profile_relations(loaded.config, {**loaded.profiles, **kept})
    if wrong:
        raise ConfigError("\n".join(f"{loaded.path}: {line}" for line in wrong))
    return {**loaded.profiles, **kept}, frozenset(kept)


def _show_rig(
    console: Console, config: RigConfig, profile: EquipmentProfile, catalog: Catalog
) -> None:
    name = config.name
    rig = Rig(settings=settings_of(config, profile))
    table = Table(title=f"rig {name}: {profile.name} (mode {config.mode})", title_justify="left")
    for column in ("slot", "filter", "kind", "offset steps", "offset µm", "known how"):
        table.add_column(column)
    lookup, apply_from = CatalogLookup(catalog), profile.gates.apply_from
    slots = choose_offsets(
        slots_of(profile, lookup, rig),
        {},
        reference=profile.reference_filter,
        apply_from=apply_from,
    )
    slots = add_peers(slots, model_differences(profile, lookup, rig), apply_from=apply_from)
    for slot in slots:
        table.add_row(
            str(slot.filter_position + 1),
            slot.name,
            slot.kind,
            "unknown" if slot.focus_offset_steps is None else f"{slot.focus_offset_steps:+d}",
            "unknown" if slot.focus_offset_um is None else f"{slot.focus_offset_um:+.1f}",
            f"{slot.reason or slot.state}{_against_peer(slot, slots)}",
        )
    console.print(table)


def _against_peer(slot: FilterSlot, slots: Sequence[FilterSlot]) -> str:
    """Say the offset that is known against another filter alone."""
    offset = slot.peer_offset
    if offset is None:
        return ""
    peer = next(one.name for one in slots if one.key == offset.peer)
    return f"; {offset.steps:+d} steps against {peer}"
