"""`rigd handover`: what your programs need to work without rigd."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.cli.daemon_address import find_daemon
from rigd.cli.daemon_client import ask, rows
from rigd.cli.options import AskedUrl, ConfigOption
from rigd.config import RigConfig
from rigd.doctor.installation import Installation, look_at
from rigd.equipment.fingerprint import filter_fingerprints
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError, RigdError, StoreError
from rigd.files.config_path import find_config
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, LearntOffset, Mode
from rigd.learning.learnt_offsets import choose_offsets
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import slots_of
from rigd.store.program_tables import StoredTable
from rigd.view.publishing import TableState

_LIMIT_S = 40.0
"""The daemon gives a program 10 s for each read and each write."""
GiveBackOption = Annotated[
    bool,
    typer.Option(
        "--give-back",
        help="Give every program the filter offsets back that it had before rigd wrote its table.",
    ),
]


def handover_command(
    config: ConfigOption = None, url: AskedUrl = None, give_back: GiveBackOption = False
) -> None:
    """Show what your programs need to work without rigd: real devices, and every offset.

    It names the tables of other programs that rigd keeps, with what stood there before. Nothing is
    changed, except by --give-back, for which rigd must run; it ends with 1 if a table is not back.
    """
    there = look_at(find_config(config))
    if there.loaded is None:
        raise ConfigError(there.config_error or "no configuration")
    if give_back:
        if there.store_error is not None:
            raise StoreError(there.store_error)
        if not _give_all_back(there, config, url):
            raise typer.Exit(1)
        return
    catalog = load_catalog(there.loaded.catalog_dirs)
    for rig in there.loaded.config.rigs:
        profile = there.profiles.get(rig.name)
        if profile is None:
            typer.echo(f"rig {rig.name}: no equipment profile, so nothing to hand over")
            continue
        for line in _lines(rig, profile, there, catalog):
            typer.echo(line)
    for (name, server), table in there.program_tables.items():
        typer.echo(_describe_table(name, server, table))
    if there.store_error is not None:
        # Silence would mean that no program has a table of rigd's.
        typer.echo(f"what rigd wrote into other programs' tables is not known: {there.store_error}")


def _describe_table(rig: str, server: str, table: StoredTable) -> str:
    had = ", ".join(f"slot {slot + 1} {steps:+d}" for slot, steps in sorted(table.original.items()))
    return (
        f"{server} has a table of filter offsets that rigd keeps (rig {rig}); before, it had "
        f"{had} steps: `rigd publish undo {server} --rig {rig}` gives that back while rigd runs"
    )


def _give_all_back(there: Installation, config: Path | None, url: str | None) -> bool:
    """Give each program its own table back, and say what became of it; whether all have it."""
    back = True
    for (rig, server), table in there.program_tables.items():
        try:
            typer.echo(_give_back(url or find_daemon(config), rig, server))
        except RigdError as error:
            back = False
            typer.echo(f"{server} (rig {rig}) is not given its own offsets back: {error}")
            typer.echo(f"  {_describe_table(rig, server, table)}")
    return back


def _give_back(url: str, rig: str, server: str) -> str:
    """Give one back, unless a person has changed it since: what that one wrote is theirs."""
    path = f"/rigs/{quote(rig, safe='')}/tables"
    for table in rows(ask(url, path, limit_s=_LIMIT_S), "tables"):
        if table["server"] == server and table["state"] == TableState.CHANGED:
            return f"{server} (rig {rig}) keeps what somebody has entered there since"
    ask(url, f"{path}/{quote(server, safe='')}/undo", {}, limit_s=_LIMIT_S)
    return f"{server} (rig {rig}) has its own filter offsets again"


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
