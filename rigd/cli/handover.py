"""`rigd handover`: what your programs need to work without rigd."""

from collections.abc import Iterator, Mapping

import typer

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.cli.options import ConfigOption
from rigd.config import RigConfig
from rigd.doctor.installation import Installation, look_at
from rigd.equipment.fingerprint import filter_fingerprints
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError
from rigd.files.config_path import find_config
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, LearntOffset, Mode
from rigd.learning.learnt_offsets import choose_offsets
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import slots_of


def handover_command(config: ConfigOption = None) -> None:
    """Show what your programs need to work without rigd: real devices, and every offset.

    rigd changes no settings of theirs, so it is you who sets them.
    """
    there = look_at(find_config(config))
    if there.loaded is None:
        raise ConfigError(there.config_error or "no configuration")
    catalog = load_catalog(there.loaded.catalog_dirs)
    for rig in there.loaded.config.rigs:
        profile = there.profiles.get(rig.name)
        if profile is None:
            typer.echo(f"rig {rig.name}: no equipment profile, so nothing to hand over")
            continue
        for line in _lines(rig, profile, there, catalog):
            typer.echo(line)


def _lines(
    config: RigConfig, profile: EquipmentProfile, there: Installation, catalog: Catalog
) -> Iterator[str]:
    yield f"rig {config.name} ({profile.name}), without rigd:"
    devices = [f"{role} {one.device} on {one.server}" for role, one in profile.addresses()]
    yield f"  choose the real devices in place of rigd's: {', '.join(devices) or 'none is named'}"
    if config.mode is Mode.APPLY:
        yield "  switch the filter offsets of your capture program on again, with these:"
    else:
        yield f"  mode {config.mode}: your program applies offsets itself; rigd knows these:"
    rig = Rig(settings=settings_of(config, profile))
    fit = there.fits.get(config.name)
    learnt = {} if fit is None else fit.learnt(filter_fingerprints(profile))
    slots = choose_offsets(
        slots_of(profile, CatalogLookup(catalog), rig),
        learnt,
        reference=profile.reference_filter,
        apply_from=profile.gates.apply_from,
        run_scatter_steps=None if fit is None else fit.run_scatter_steps,
        scatter_limit_steps=None if fit is None else fit.scatter_limit_steps,
    )
    for slot in slots:
        yield f"    slot {slot.filter_position + 1} {slot.name}: {_offset(slot, learnt)}"
    if not slots:
        yield "    no filter is known"


def _offset(slot: FilterSlot, learnt: Mapping[str, LearntOffset]) -> str:
    """The offset of a filter with its error where it was learnt; else why there is none."""
    steps = slot.focus_offset_steps
    if steps is None:
        return f"unknown ({slot.reason})" if slot.reason else "unknown"
    known = learnt.get(slot.key)
    error = None if known is None or slot.state != known.state else known.se_steps
    return f"{steps:+d} steps" + ("" if not error else f" ± {error:.1f}")
