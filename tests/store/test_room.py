"""A full disk: what is stored can be read, and once there is room all goes on."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rigd.errors import StoreError
from rigd.store import room
from rigd.store.database import Store
from rigd.store.holds import put_hold, read_hold
from rigd.store.lock import lock_store


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file grows, and the file system says that it has no room."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with monkeypatch.context() as patched:
        patched.setattr(room, "_free_bytes", lambda _path: 4096)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def hold(store: Store, by: str) -> None:
    with store.transaction() as db:
        put_hold(db, "one", by)


def test_on_a_full_disk_what_was_stored_is_known_and_what_is_new_is_stored_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rigd.db"
    store = Store(path)
    hold(store, "hand")
    store.close()

    with full_disk(monkeypatch), lock_store(path):
        again = Store(path)
        known = read_hold(again, "one")
        with pytest.raises(StoreError) as refused:
            hold(again, "another")
    hold(again, "a third")
    beside = Store(path)
    after = read_hold(beside, "one")
    beside.close()
    again.close()

    assert known is not None
    assert known.startswith("hand since ")
    assert str(refused.value) == (
        f"no room for rigd.db on the file system of {tmp_path}: 4 KiB free, at least 1024 KiB "
        "needed"
    )
    assert after is not None
    assert after.startswith("a third since ")


def test_without_room_for_a_first_database_the_sentence_names_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rigd.db"
    path.touch()

    with full_disk(monkeypatch), pytest.raises(StoreError, match=r"no room for rigd\.db on"):
        Store(path)


def test_with_room_a_fault_of_the_disk_is_said_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rigd.db"
    path.mkdir()

    with pytest.raises(StoreError, match="unable to open database file"):
        Store(path)
