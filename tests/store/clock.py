"""Moments one after the other, all in the past."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta


def minutes() -> Iterator[datetime]:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    while True:
        now += timedelta(minutes=1)
        yield now
