"""What is known of others from earlier nights: who read offsets, who moved the focuser when."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rigd.focus.state.foreign_moves import Sample
from rigd.store.database import Store
from rigd.store.record_json import record_json

RECENT = timedelta(days=3)
"""Older samples tell nothing: offsets may have been switched on or off since."""


class Habit(StrEnum):
    """What a client was seen to do."""

    READ_OFFSETS = "read offsets"
    """It read non-zero FocusOffsets, and may have kept them."""
    APPLIED_OFFSETS = "applied offsets"
    """It moved the focuser by filter offsets of its own."""


def remember_habit(store: Store, rig: str, client: str, habit: Habit) -> None:
    """Keep that a client was seen to do this; the first time counts."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    with store.transaction() as db:
        db.execute(
            "insert or ignore into acquaintances (rig, client, habit, at) values (?, ?, ?, ?)",
            [rig, client, habit, at],
        )


def read_clients_with_habit(store: Store, rig: str, habit: Habit) -> tuple[str, ...]:
    """The clients that were ever seen to do this, the first one first."""
    with store.transaction() as db:
        rows = db.query(
            "select client from acquaintances where rig = ? and habit = ? order by at, rowid",
            [rig, habit],
        )
        return tuple(str(row["client"]) for row in rows)


def remember_samples(store: Store, rig: str, light_path_id: str, samples: Sequence[Sample]) -> None:
    """Keep what others did around the last filter changes; none: forget it."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    row = [rig, light_path_id, record_json(list(samples)), at]
    with store.transaction() as db:
        db.execute(
            "insert or replace into samples (rig, epoch, samples, at) values (?, ?, ?, ?)", row
        )


def read_recent_samples(
    store: Store, rig: str, light_path_id: str, now: datetime
) -> tuple[Sample, ...]:
    """What others did around the last filter changes, if filters are the same and it is not old."""
    since = (now - RECENT).isoformat(timespec="microseconds")
    with store.transaction() as db:
        found = db.execute(
            "select samples from samples where rig = ? and epoch = ? and at >= ?",
            [rig, light_path_id, since],
        ).fetchone()
    rows = json.loads(found[0]) if found else []
    return tuple(Sample(**{**row, "by": tuple(row["by"])}) for row in rows)
