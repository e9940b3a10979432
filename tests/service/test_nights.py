"""A night of a running daemon: what is stored in it, and what stands now."""

import asyncio
from pathlib import Path

import pytest

from rigd.errors import InvalidValueError
from rigd.service import nights
from tests.limits import LIMIT_S
from tests.service.live import living


async def test_a_night_has_the_changes_and_where_the_focuser_stands_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nights, "FRESH_S", 0.0)
    monkeypatch.setattr(nights, "LIMIT_S", LIMIT_S)
    async with living(tmp_path, monkeypatch) as live:
        await live.put("filterwheel", "connected", Connected=True)
        await live.put("filterwheel", "position", Position=2)
        await live.until_filter(2)
        await live.observatory.note_temperatures()

        async with asyncio.timeout(LIMIT_S):
            # What is written is stored a little later.
            while not (  # noqa: ASYNC110 - nothing tells of it
                report := await live.observatory.night("one", "now")
            ).changes.done:
                await asyncio.sleep(0.05)

        assert report.changes.done == 1
        assert report.change_lines[-1].sentence.startswith("filter L to G: done")
        assert report.course[-1].filter == "G"
        assert report.course[-1].raw_steps == live.raw_steps
        assert report.temperature is not None
        for wrong in ("soon", "2199-01-01", "1200-01-01"):
            with pytest.raises(InvalidValueError, match=wrong):
                await live.observatory.night("one", wrong)


async def test_a_report_is_made_once_for_all_that_ask_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        first = await live.observatory.night("one", "now")

        assert await live.observatory.night("one", "now") is first
