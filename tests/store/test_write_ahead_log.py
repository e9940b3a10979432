"""The write-ahead log has its size before the first filter change of a night."""

from contextlib import closing
from pathlib import Path

from rigd.focus.state.effects import DiaryLine
from rigd.focus.state.settings import Mode
from rigd.store.database import Store
from rigd.store.diary import read_diary
from rigd.store.effects import write_effects
from rigd.store.upkeep import delete_old_lines
from rigd.store.write_ahead_log import LOG_BYTES, extend_log


def test_an_extended_log_does_not_grow_with_the_next_commits_and_holds_nothing_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rigd.db"
    with closing(Store(path)) as store:
        delete_old_lines(store)
        database_bytes = path.stat().st_size

        extend_log(store)
        log_bytes = (tmp_path / "rigd.db-wal").stat().st_size
        for _ in range(10):
            write_effects(store, "rig", Mode.APPLY, "path", (DiaryLine(sentence="kept"),))

        assert log_bytes >= LOG_BYTES / 2
        assert (tmp_path / "rigd.db-wal").stat().st_size == log_bytes
        assert path.stat().st_size == database_bytes
        with store.transaction() as db:
            assert not db.table("discarded").exists()
    with closing(Store(path)) as store:
        assert len(read_diary(store, "rig")) == 10
