"""Times are shown in the zone of the machine, with its offset."""

import logging
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from rigd.cli.run import configure_logging
from rigd.service.clock_jump import Jump
from rigd.units import local_time

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


def test_a_line_of_the_log_has_its_day_and_the_zones_offset(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        configure_logging()
        logging.getLogger("rigd").info("filter L to R: done")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    line = capsys.readouterr().err
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0[12]00 INFO    filter L to R: done", line)


def test_sentences_of_the_diary_have_local_times() -> None:
    wakes = datetime(2026, 1, 10, 20, tzinfo=UTC)
    jump = Jump(began=wakes, before=wakes, now=wakes + timedelta(hours=1))

    assert "forward by 1 h at 2026-01-10 22:00:00+01:00" in jump.sentence
    assert "UTC" not in jump.sentence
