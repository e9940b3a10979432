"""A person's file is written whole, and what was there before is kept."""

import os
from pathlib import Path

import pytest

from rigd.errors import ConfigError
from rigd.files.safe_writing import keep_backup, write_whole


def test_a_backup_has_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rigd.toml"
    path.write_text("one", encoding="utf-8")
    first = keep_backup(path)
    path.write_text("two", encoding="utf-8")
    second = keep_backup(path)

    assert first is not None
    assert second is not None
    assert [one.read_text(encoding="utf-8") for one in (first, second)] == ["one", "two"]


def test_nothing_is_kept_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert keep_backup(tmp_path / "rigd.toml") is None


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rigd.toml"
    path.write_text("old", encoding="utf-8")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(ConfigError, match="No space left on device"):
        write_whole(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_configuration_is_not_for_everybody_to_read(tmp_path: Path) -> None:
    path = tmp_path / "etc" / "rigd.toml"

    write_whole(path, b"new")

    assert path.stat().st_mode & 0o777 == 0o640
