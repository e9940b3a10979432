"""What of the store's memory still counts with today's settings. Nothing moves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from rigd.focus.state.ledger import Ledger, Part
from rigd.focus.state.light_paths import change_light_path
from rigd.focus.state.requests import Remembered
from rigd.focus.state.settings import Mode, RigSettings
from rigd.store.asked_filters import read_asked
from rigd.store.change_faults import read_fault
from rigd.store.client_habits import read_recent_samples
from rigd.store.database import Store
from rigd.store.final_directions import read_final_direction
from rigd.store.guider_pauses import is_guider_paused
from rigd.store.holds import read_hold
from rigd.store.known_devices import read_devices
from rigd.store.ledgers import Memory, guide_name, read_memory


def recall(store: Store, settings: RigSettings, addresses: Mapping[str, str]) -> Remembered:
    """What of the store's memory still counts with today's settings.

    A hold always does, and so do a change that failed, a filter that a human was asked for, and a
    guider that was left paused.

    Args:
        store: the database.
        settings: today's.
        addresses: each server's, as the configuration has it.
    """
    memory, guide = read_memory(store, settings.name), read_memory(store, guide_name(settings.name))
    now_s = monotonic()
    moves_begun = guide.moves_begun if guide else 0
    unseen = Remembered(at_s=now_s, ledger=None, move=None, moves_begun=moves_begun)
    fault, fault_part = read_fault(store, settings.name) or (None, Part.FILTER)
    known = Remembered(
        at_s=now_s,
        ledger=None,
        move=None,
        moves_begun=0,
        fault=fault,
        fault_part=fault_part,
        asked=read_asked(store, settings.name),
        hold_by=read_hold(store, settings.name),
        known_devices=read_devices(store, settings.name, addresses),
        guider_paused=is_guider_paused(store, settings.name),
        samples=read_recent_samples(
            store, settings.name, settings.light_path_id, datetime.now(UTC)
        ),
        guide=unseen,
        learnt_direction=read_final_direction(store, settings.name, settings.light_path_id),
    )
    if memory is None:
        return known
    if settings.mode is Mode.APPLY and memory.mode is not Mode.APPLY:
        # What was seen of others, in another mode, says nothing of the one that begins now.
        known = replace(known, samples=(), begins_to_apply=True)
    elif guide is not None:
        kept = _still_meant(guide, of=memory, settings=settings)
        known = replace(known, guide=replace(unseen, ledger=kept, move=guide.move))
    ledger = _still_meant(memory, of=memory, settings=settings)
    if memory.moved_at is not None:
        # A clock that was set back meanwhile says nothing worse than just now.
        ago_s = max((datetime.now(UTC) - memory.moved_at).total_seconds(), 0.0)
        known = replace(known, foreign_at_s=now_s - ago_s)
    return replace(known, ledger=ledger, move=memory.move, moves_begun=memory.moves_begun)


def _still_meant(memory: Memory, *, of: Memory, settings: RigSettings) -> Ledger:
    """The ledger; unknown if steps meant something else when `of` was stored."""
    if of.light_path_id == settings.light_path_id:
        return memory.ledger
    because = "the focuser's step size, direction, gain or reference filter was changed"
    return change_light_path(memory.ledger, of.light_path_id, settings.light_path_id, because)
