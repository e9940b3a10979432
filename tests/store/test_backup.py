"""A backup holds all of an installation and comes back whole; a wrong one costs nothing."""

import io
import stat
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.config import load_for_start
from rigd.errors import StoreError
from rigd.store.backup import restore_backup, write_backup
from rigd.store.database import Store
from rigd.store.holds import put_hold, read_hold
from rigd.store.lock import lock_store

CONFIG = """store = "rigd.db"
[listen]
token = "eight-chars"
[[rigs]]
name = "a"
mode = "apply"
profile = "a.toml"
"""


def make(folder: Path) -> Path:
    """An installation in which rig a is held by somebody."""
    folder.mkdir()
    config = folder / "rigd.toml"
    config.write_text(CONFIG, encoding="utf-8")
    (folder / "a.toml").write_text('name = "a profile"\n', encoding="utf-8")
    with closing(Store(folder / "rigd.db")) as store:
        hold(store, "somebody")
    return config


def hold(store: Store, by: str) -> None:
    with store.transaction() as db:
        put_hold(db, "a", by)


def holder(store: Store) -> str:
    return str(read_hold(store, "a")).partition(" since")[0]


def held(folder: Path) -> str:
    with closing(Store(folder / "rigd.db")) as store:
        return holder(store)


def test_what_was_backed_up_comes_back_elsewhere(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    with closing(Store(tmp_path / "one" / "rigd.db")):  # as the daemon holds it open
        names = write_backup(load_for_start(config), backup)

    said = restore_backup(backup, tmp_path / "two" / "rigd.toml", with_configuration=False)

    assert names == ("rigd.db", "rigd.toml", "files/a.toml")
    assert len(said) == 3
    assert held(tmp_path / "two") == "somebody"
    for name in ("rigd.toml", "a.toml"):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_nobody_else_can_read_a_backup(tmp_path: Path) -> None:
    write_backup(load_for_start(make(tmp_path / "one")), tmp_path / "backup.tar.gz")

    assert stat.S_IMODE((tmp_path / "backup.tar.gz").stat().st_mode) == 0o600


def test_what_a_restore_replaces_is_kept_and_the_configuration_stays(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    write_backup(load_for_start(config), backup)
    with closing(Store(tmp_path / "one" / "rigd.db")) as store:
        hold(store, "another")
    config.write_text(CONFIG.replace("apply", "observe"), encoding="utf-8")

    restore_backup(backup, config, with_configuration=False)
    stays = config.read_text(encoding="utf-8")
    restore_backup(backup, config, with_configuration=True)

    assert "observe" in stays
    assert config.read_text(encoding="utf-8") == CONFIG
    assert held(tmp_path / "one") == "somebody"
    (aside, *_) = sorted((tmp_path / "one").glob("rigd.db.before-restore-*"))
    with closing(Store(aside)) as store:
        assert holder(store) == "another"


def test_a_backup_overwrites_no_file(tmp_path: Path) -> None:
    loaded, target = load_for_start(make(tmp_path / "one")), tmp_path / "there"
    target.write_text("mine", encoding="utf-8")

    with pytest.raises(StoreError, match="is there already; name another file"):
        write_backup(loaded, target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_no_backup_is_put_back_under_a_running_daemon(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    write_backup(load_for_start(config), backup)

    with lock_store(tmp_path / "one" / "rigd.db"), pytest.raises(StoreError, match="is running"):
        restore_backup(backup, config, with_configuration=False)


def test_a_restore_under_a_running_daemon_changes_no_file(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    write_backup(load_for_start(config), backup)
    config.write_text(CONFIG.replace("eight-chars", "other-chars"), encoding="utf-8")

    with lock_store(tmp_path / "one" / "rigd.db"), pytest.raises(StoreError, match="is running"):
        restore_backup(backup, config, with_configuration=True)

    assert "other-chars" in config.read_text(encoding="utf-8")


@pytest.mark.parametrize("is_backup", [True, False])
def test_nobody_is_asked_for_a_restore_that_is_refused(tmp_path: Path, *, is_backup: bool) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    write_backup(load_for_start(config), backup)
    if not is_backup:
        backup.write_bytes(b"something else")

    with lock_store(tmp_path / "one" / "rigd.db"):
        refused = CliRunner().invoke(app, ["restore", str(backup), "--config", str(config)])

    assert isinstance(refused.exception, StoreError)
    assert refused.output == ""


def test_a_broken_configuration_can_be_put_back(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    write_backup(load_for_start(config), backup)
    config.write_text("[listen", encoding="utf-8")

    restore_backup(backup, config, with_configuration=True)

    assert config.read_text(encoding="utf-8") == CONFIG


def packed(path: Path, files: dict[str, bytes], link: str | None = None) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        if link is not None:
            member = tarfile.TarInfo("files/link.toml")
            member.type, member.linkname = tarfile.SYMTYPE, link
            tar.addfile(member)
    return path


@pytest.mark.parametrize(
    ("files", "link"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"rigd.toml": b"", "../evil": b"x"}, None, id="outside"),
        pytest.param({"rigd.toml": b"", "files/../../evil": b"x"}, None, id="outside-below"),
        pytest.param({"rigd.toml": b"", "/evil": b"x"}, None, id="absolute"),
        pytest.param({"rigd.toml": b""}, "/etc/passwd", id="link"),
    ],
)
def test_what_is_no_backup_is_refused(
    tmp_path: Path, files: dict[str, bytes], link: str | None
) -> None:
    config = make(tmp_path / "one")
    before = {one.name: one.read_bytes() for one in (tmp_path / "one").iterdir()}

    with pytest.raises(StoreError, match="is no backup of rigd"):
        restore_backup(packed(tmp_path / "b", files, link), config, with_configuration=True)
    assert {one.name: one.read_bytes() for one in (tmp_path / "one").iterdir()} == before


def test_a_text_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("no tar", encoding="utf-8")

    with pytest.raises(StoreError, match="is no backup of rigd"):
        restore_backup(tmp_path / "b", tmp_path / "rigd.toml", with_configuration=False)


def test_a_damaged_database_in_a_backup_replaces_nothing(tmp_path: Path) -> None:
    config = make(tmp_path / "one")
    files = {"rigd.toml": CONFIG.encode(), "rigd.db": b"no database" * 500}

    with pytest.raises(StoreError, match="not a database"):
        restore_backup(packed(tmp_path / "b", files), config, with_configuration=False)
    assert held(tmp_path / "one") == "somebody"


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    config, backup = make(tmp_path / "one"), tmp_path / "backup.tar.gz"
    runner = CliRunner()

    written = runner.invoke(app, ["backup", str(backup), "--config", str(config)])
    asked = runner.invoke(app, ["restore", str(backup), "--config", str(config)], input="n\n")
    put_back = runner.invoke(app, ["restore", str(backup), "--config", str(config), "--yes"])

    assert "rigd.db, rigd.toml, files/a.toml" in written.output
    assert str(asked.exception) == "nothing is changed"
    assert f"{tmp_path / 'one' / 'rigd.db'} is put back" in put_back.output
    assert f"{config} is left as it is" in put_back.output
