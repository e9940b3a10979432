"""What is known of clients from earlier nights: who read offsets, who applied their own."""

from datetime import UTC, datetime
from enum import StrEnum

from rigd.store import Store


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


def with_habit(store: Store, rig: str, habit: Habit) -> tuple[str, ...]:
    """The clients that were ever seen to do this, the first one first."""
    with store.transaction() as db:
        rows = db.query(
            "select client from acquaintances where rig = ? and habit = ? order by at, rowid",
            [rig, habit],
        )
        return tuple(str(row["client"]) for row in rows)
