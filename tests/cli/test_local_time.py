"""Times are shown in the zone of the machine, with its offset."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rigd.cli.local_time import local_time

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="no zone of its own")


@pytest.fixture(autouse=True)
def _central_europe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-01T20:00:00.123+00:00", "2026-01-01 21:00:00+01:00"),
        ("2026-07-01T23:00:00Z", "2026-07-02 01:00:00+02:00"),
        ("2026-07-01T23:00:00", "2026-07-02 01:00:00+02:00"),
        (datetime(2026, 1, 1, 20, tzinfo=UTC), "2026-01-01 21:00:00+01:00"),
    ],
)
def test_a_time_is_shown_in_local_time_with_its_offset(moment: datetime | str, shown: str) -> None:
    assert local_time(moment) == shown
