"""Backups: the database as it is at one moment, with the configuration and the profiles' files.

One compressed tar file. It may hold the token, so only its owner can read it.
"""

import io
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePosixPath

from rigd.config import LoadedConfig, load_for_start
from rigd.errors import ConfigError, StoreError
from rigd.store.database import Store
from rigd.store.lock import lock_store

DATABASE = "rigd.db"
CONFIGURATION = "rigd.toml"
FILES = "files"
"""The folder of the files that the configuration names, at their places beside it."""
MOST_BYTES = 4 << 30
"""Of one file in a backup; a database of years has some hundred MB."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database to a file that does not exist yet, also while the daemon writes to it.

    Raises:
        StoreError: it cannot be read, is damaged, or the copy cannot be written.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
            (said,) = copy.execute("pragma quick_check(1)").fetchone()
    except (sqlite3.Error, OSError) as error:
        msg = f"store {source}: cannot be copied: {error}"
        raise StoreError(msg) from error
    if said != "ok":
        msg = f"store {source}: is damaged ({said}); docs/recovery.md says how to go on without it"
        raise StoreError(msg)


def write_backup(loaded: LoadedConfig, target: Path) -> tuple[str, ...]:
    """Write a backup to a new file; return what is in it.

    Raises:
        StoreError: there is such a file already, or something cannot be read or written.
    """
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        msg = f"{target}: is there already; name another file"
        raise StoreError(msg) from error
    except OSError as error:
        msg = f"{target}: {error.strerror or error}"
        raise StoreError(msg) from error
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz") as tar,
            tempfile.TemporaryDirectory(prefix="rigd-backup-") as folder,
        ):
            if loaded.store_path.exists():
                copy = Path(folder) / DATABASE
                copy_database(loaded.store_path, copy)
                tar.add(copy, DATABASE)
            tar.add(loaded.path, CONFIGURATION)
            for name in _files_beside(loaded):
                tar.add(loaded.path.parent / name, f"{FILES}/{name}")
            return tuple(tar.getnames())
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            msg = f"{target}: the backup cannot be written: {error.strerror or error}"
            raise StoreError(msg) from error
        raise


def restore_backup(backup: Path, config: Path, *, with_configuration: bool) -> tuple[str, ...]:
    """Put a backup back while no daemon runs; return what was done, in sentences.

    What is replaced is kept beside it. The configuration is put back where there is none, or when
    it is asked for.

    Args:
        backup: the file.
        config: where the configuration is, or shall be.
        with_configuration: whether one that is there is replaced.

    Raises:
        StoreError: it is no backup, its database is damaged or newer, or a daemon runs.
        ConfigError: the configuration cannot be used.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    files = _read(backup)
    _check_no_daemon(config)
    said: list[str] = []
    try:
        if with_configuration or not config.exists():
            _put(config, files[CONFIGURATION], stamp, said)
            for name, content in files.items():
                if name.startswith(f"{FILES}/"):
                    _put(config.parent / name.removeprefix(f"{FILES}/"), content, stamp, said)
        else:
            said.append(f"{config} is left as it is")
        if DATABASE in files:
            store = load_for_start(config).store_path
            with lock_store(store):
                _put_database(store, files[DATABASE], stamp, said)
    except OSError as error:
        msg = f"{error.filename}: {error.strerror or error}"
        raise StoreError(msg) from error
    return tuple(said)


def check_restore(backup: Path, config: Path) -> None:
    """Look for what a restore would be refused for, before anybody is asked.

    Raises:
        StoreError: it is no backup, or a daemon runs.
    """
    _read(backup)
    _check_no_daemon(config)


def _read(backup: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(backup, mode="r:gz") as tar:
            files = {one.name: _content(tar, one) for one in tar.getmembers()}
    except (OSError, tarfile.TarError, EOFError) as error:
        msg = f"{backup}: is no backup of rigd: {error}"
        raise StoreError(msg) from error
    if CONFIGURATION not in files or not all(_is_ours(name) for name in files):
        msg = f"{backup}: is no backup of rigd"
        raise StoreError(msg)
    return files


def _check_no_daemon(config: Path) -> None:
    """Refuse while a daemon runs with this configuration; one that is broken runs none."""
    if not config.exists():
        return
    try:
        store = load_for_start(config).store_path
    except ConfigError:
        return
    if store.parent.is_dir():
        with lock_store(store):
            return


def _files_beside(loaded: LoadedConfig) -> list[str]:
    """The profiles' files that lie beside the configuration."""
    names = {rig.profile for rig in loaded.config.rigs if rig.profile is not None}
    return sorted(
        name
        for name in names
        if _is_ours(f"{FILES}/{name}") and (loaded.path.parent / name).is_file()
    )


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    if name in {DATABASE, CONFIGURATION}:
        return True
    return path.parts[:1] == (FILES,) and len(path.parts) > 1 and ".." not in path.parts


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isreg() and member.size <= MOST_BYTES else None
    if file is None:
        msg = f"{member.name} is no file of a backup"
        raise tarfile.TarError(msg)
    return file.read()


def _put(path: Path, content: bytes, stamp: str, said: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        _set_aside(path, stamp, said)
    path.write_bytes(content)
    _give_to_owner_of_folder(path, mode=0o640)
    said.append(f"{path} is put back")


def _put_database(store: Path, content: bytes, stamp: str, said: list[str]) -> None:
    """Check a database, then put it in its place."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=store.parent) as folder:
        new = Path(folder) / store.name
        with new.open("wb") as file:
            shutil.copyfileobj(io.BytesIO(content), file)
        Store(new).close()  # a newer one, and what is none, is refused; an older one is migrated
        for path in (store, *(store.with_name(f"{store.name}-{one}") for one in ("wal", "shm"))):
            if path.exists():
                _set_aside(path, stamp, said)
        new.replace(store)
    _give_to_owner_of_folder(store, mode=0o640)
    said.append(f"{store} is put back")


def _set_aside(path: Path, stamp: str, said: list[str]) -> None:
    names = (f"{path.name}.before-restore-{stamp}{'' if n == 1 else f'-{n}'}" for n in count(1))
    aside = next(one for name in names if not (one := path.with_name(name)).exists())
    path.replace(aside)
    said.append(f"what was there is {aside}")


def _give_to_owner_of_folder(path: Path, mode: int) -> None:
    """Let what root writes belong to whom the folder belongs."""
    path.chmod(mode)
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)
