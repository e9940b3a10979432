"""Keeps the temperatures of the focusers, for fits of months."""

import logging
from collections.abc import Iterable

from rigd.errors import StoreError
from rigd.service.running_rig import RunningRig
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.temperatures import note_temperature

log = logging.getLogger(__name__)


async def store_temperatures(archive: Archive, rigs: Iterable[RunningRig]) -> None:
    """Store the temperature of every focuser that reports one."""
    known = {
        running.name: running.rig.focuser.temperature_c
        for running in rigs
        if running.rig.focuser is not None and running.rig.focuser.temperature_c is not None
    }

    def note(store: Store) -> None:
        for rig, temperature_c in known.items():
            note_temperature(store, rig, temperature_c)

    try:
        await archive.run(note)
    except StoreError as error:
        log.warning("temperatures are not stored: %s", error)
