"""The diary as it is written: what listeners get, and what a page begins with."""

import asyncio
from pathlib import Path

import pytest

from rigd.focus.state.effects import DiaryLine
from rigd.service.diary_stream import KEPT_LINES, DiaryStream
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.diary import put_diary_line


def line(sentence: str) -> DiaryLine:
    return DiaryLine(sentence=sentence)


def store_line(store: Store, rig: str, sentence: str) -> None:
    with store.transaction() as db:
        put_diary_line(db, rig, line(sentence))


@pytest.mark.parametrize("is_stored", [True, False])
async def test_the_newest_lines_are_those_of_earlier_starts_and_of_this_one(
    tmp_path: Path, *, is_stored: bool
) -> None:
    archive = Archive(Store(tmp_path / "rigd.db"))

    def put(rig: str, sentence: str) -> asyncio.Future[None]:
        return archive.start(lambda store: store_line(store, rig, sentence))

    await put("one", "yesterday")
    await put("two", "of another rig")
    diary = DiaryStream(archive)
    await diary.recall()

    diary.publish("one", line("just now"))
    if is_stored:
        await put("one", "just now")

    found = await diary.newest("one", 10)
    assert [one.sentence for one in found] == ["just now", "yesterday"]

    for number in range(KEPT_LINES):
        diary.publish("one", line(f"line {number}"))
    found = await diary.newest("one", KEPT_LINES)
    assert len(found) == KEPT_LINES
    assert found[0].sentence == f"line {KEPT_LINES - 1}"
    archive.close()
