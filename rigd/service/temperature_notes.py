"""Keeps where the focusers stand and how warm they are, for the picture of a night."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from rigd.errors import StoreError
from rigd.focus.state.rig import Rig
from rigd.service.running_rig import RunningRig
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.temperatures import note_focuser

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserNote:
    """A focuser at one moment; None is unknown."""

    raw_steps: int | None
    temperature_c: float | None
    filter_key: str | None
    """Of the filter in the light."""


def note_of(rig: Rig) -> FocuserNote | None:
    """What there is to be kept of a rig's focuser now; None while it says nothing."""
    focuser = rig.focuser
    if focuser is None or not focuser.connected:
        return None
    slot = None if rig.wheel_turning else rig.slot(rig.filter_position)
    note = FocuserNote(
        raw_steps=focuser.position_steps,
        temperature_c=focuser.temperature_c,
        filter_key=slot.key if slot else None,
    )
    return note if note.raw_steps is not None or note.temperature_c is not None else None


async def store_temperatures(archive: Archive, rigs: Iterable[RunningRig]) -> None:
    """Store position and temperature of every focuser that reports one of them."""
    notes = {running.name: note_of(running.rig) for running in rigs}

    def store_them(store: Store) -> None:
        with store.transaction():
            for name, note in notes.items():
                if note is not None:
                    note_focuser(
                        store,
                        name,
                        raw_steps=note.raw_steps,
                        temperature_c=note.temperature_c,
                        filter_key=note.filter_key,
                    )

    try:
        await archive.run(store_them)
    except StoreError as error:
        log.warning("temperatures are not stored: %s", error)
