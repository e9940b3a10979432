"""What of the store's memory still counts with today's settings. Nothing moves."""

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from rigd.acquaintance import seen_lately
from rigd.ledger import unknown
from rigd.mode import Mode
from rigd.requests import Remembered
from rigd.rig import RigSettings
from rigd.store import Store


def recall(store: Store, settings: RigSettings) -> Remembered:
    """What of the store's memory still counts with today's settings.

    A hold always does, and so do a change that failed and a guider that was left paused.
    """
    memory = store.memory(settings.name)
    known = Remembered(
        at_s=monotonic(),
        ledger=None,
        flight=None,
        flights=0,
        fault=store.fault(settings.name),
        hold_by=store.hold(settings.name),
        guider_paused=store.guider_paused(settings.name),
        samples=seen_lately(store, settings.name, settings.epoch, datetime.now(UTC)),
        approach=store.approach(settings.name, settings.epoch),
    )
    if memory is None:
        return known
    begins_to_apply = settings.mode is Mode.APPLY and memory.mode is not Mode.APPLY
    if begins_to_apply:
        return replace(known, samples=(), flights=memory.flights, begins_to_apply=True)
    ledger = memory.ledger
    laden = ledger.embodied is not None and ledger.embodied.total_steps != 0
    if memory.epoch != settings.epoch and laden:
        because = "the focuser's step size, direction, gain or reference filter was changed"
        ledger = unknown(ledger, ledger.read_steps, because)
    return replace(known, ledger=ledger, flight=memory.flight, flights=memory.flights)
