"""Writes that nobody waits for are bounded, and a store that is stuck is said once."""

import asyncio
from pathlib import Path

import pytest

from rigd.errors import StoreError
from rigd.service import errands as module
from rigd.service.errands import Errands
from rigd.store.archive import Archive
from rigd.store.database import Store
from tests.limits import LIMIT_S


async def test_a_stuck_store_costs_the_newest_notes_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "WAITING_LIMIT", 2)
    archive, done = Archive(Store(tmp_path / "rigd.db")), []
    try:
        async with asyncio.timeout(LIMIT_S):
            errands = Errands(archive)
            for number in range(5):
                errands.put(lambda _, n=number: done.append(n))
            await errands.finish()
            errands.put(lambda _: done.append(9))
            await errands.finish()
    finally:
        archive.close()

    assert done == [0, 1, 9]
    said = [r.message for r in caplog.records if r.name.startswith("rigd")]
    assert said == [
        "2 notes wait for the database already: further ones are not stored until it has caught up"
    ]


async def test_a_note_that_cannot_be_stored_is_a_line_and_the_next_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive, done = Archive(Store(tmp_path / "rigd.db")), []

    def fail(_: Store) -> None:
        raise StoreError("the disk is full")

    try:
        errands = Errands(archive)
        errands.put(fail)
        errands.put(lambda _: done.append(1))
        await errands.finish()
    finally:
        archive.close()

    assert done == [1]
    said = [r.message for r in caplog.records if r.name.startswith("rigd")]
    assert said == ["not stored: the disk is full"]
