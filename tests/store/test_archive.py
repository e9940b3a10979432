"""The store's thread: what may wait for it, and what is said when that is too much."""

import asyncio
from pathlib import Path
from threading import Event

import pytest

from rigd.errors import StoreError
from rigd.store import archive as archives
from rigd.store.archive import Archive
from rigd.store.database import Store
from tests.limits import LIMIT_S


async def test_what_is_too_much_is_answered_at_once_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "WAITING_LIMIT", 3)
    archive, goes_on = Archive(Store(tmp_path / "rigd.db")), Event()
    try:
        async with asyncio.timeout(LIMIT_S):
            stuck = archive.start(lambda _: goes_on.wait(LIMIT_S))
            waiting = [archive.start(lambda _, n=n: n) for n in range(2)]

            with pytest.raises(StoreError, match="3 reads and writes wait for it already"):
                await archive.run(lambda _: None)
            goes_on.set()

            assert await stuck
            assert [await one for one in waiting] == [0, 1]
            assert await archive.run(lambda _: "again") == "again"
    finally:
        goes_on.set()
        archive.close()


async def test_a_number_that_no_database_holds_is_an_error_of_the_store(tmp_path: Path) -> None:
    archive = Archive(Store(tmp_path / "rigd.db"))
    try:

        def write(store: Store) -> None:
            with store.transaction() as database:
                database.execute("SELECT ?", (10**19,)).fetchall()

        with pytest.raises(StoreError, match="too large"):
            await archive.run(write)
    finally:
        archive.close()
