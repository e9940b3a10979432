"""The computer: versions, clock, disk, the database's file, the service."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from rigd.alerts.rules import EARLIEST
from rigd.doctor.finding import Finding, fault, note, ok, warning
from rigd.doctor.installation import Installation
from rigd.files.config_path import is_there

FREE_LEAST_BYTES = 64 << 20
"""Below it a night's journal and a backup may not fit."""
FREE_LOW_BYTES = 1 << 30
COMMAND_S = 5.0
_AHEAD = timedelta(minutes=10)


def check_versions(there: Installation) -> Iterator[Finding]:
    """Check that the daemon is the version that is installed."""
    own = version("rigd")
    python = platform.python_version()
    daemon = there.daemon
    if daemon is not None and daemon.version is not None and not own.startswith(daemon.version):
        yield warning(
            "versions",
            f"the daemon that runs is rigd {daemon.version}, and {own} is installed",
            "start it again: `sudo systemctl restart rigd`",
        )
    else:
        yield ok("versions", f"rigd {own}, Python {python}")


def check_clock(there: Installation) -> Iterator[Finding]:
    """Check that the clock is right: nights and autofocus runs are told apart by it."""
    now = datetime.now(UTC)
    synchronised = _ask("timedatectl", "show", "--property=NTPSynchronized").get("NTPSynchronized")
    learnt = [datetime.fromisoformat(fit.at) for fit in there.fits.values()]
    if now < EARLIEST:
        yield fault("clock", f"the computer's clock says {now:%Y-%m-%d}", _SET_CLOCK)
    elif any(at > now + _AHEAD for at in learnt):
        yield warning(
            "clock",
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, and the database has later times",
            _SET_CLOCK,
        )
    elif synchronised == "no":
        yield warning("clock", "nobody sets the computer's clock by a time server", _SET_CLOCK)
    elif synchronised == "yes":
        yield ok("clock", "set by a time server")
    else:
        yield ok("clock", f"says {now:%Y-%m-%d %H:%M} UTC; whether it is set cannot be seen here")


_SET_CLOCK = (
    "`sudo timedatectl set-ntp true`, or without a network a GPS or a clock module (chrony, gpsd)"
)


def check_disk(there: Installation) -> Iterator[Finding]:
    """Check that the database's directory has room."""
    if there.loaded is None:
        return
    folder = _first_existing(there.loaded.store_path.parent)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield fault("disk", f"{folder}: {error.strerror or error}", f"look at `ls -ld {folder}`")
        return
    said = f"{folder}: {free >> 20:,} MiB free"
    remedy = "make room: where the database cannot be written, nothing is moved"
    if free < FREE_LEAST_BYTES:
        yield fault("disk", said, remedy)
    elif free < FREE_LOW_BYTES:
        yield warning("disk", said, remedy)
    else:
        yield ok("disk", said)


def check_database(there: Installation) -> Iterator[Finding]:
    """Check that the database can be read and written by whoever runs this."""
    if there.loaded is None:
        return
    path = there.loaded.store_path
    if there.store_error is not None:
        if not _may(path, os.R_OK):
            sentence = f"{path} cannot be read by this user"
            yield note("permissions", sentence, "`sudo rigd doctor` looks into it too")
            return
        yield fault("database", there.store_error, "docs/recovery.md says how to go on without it")
        return
    folder = _first_existing(path.parent)
    if there.daemon is None and not os.access(path if is_there(path) else folder, os.W_OK):
        yield note(
            "permissions",
            f"{path} cannot be written by this user",
            f"let it be run by its owner (the service runs as {_owner(folder)})",
        )
    elif is_there(path):
        yield ok("database", f"{path}: sound, {path.stat().st_size >> 10:,} KiB")
    else:
        yield ok("database", f"{path}: not made yet; the first start makes it")


def check_service(there: Installation) -> Iterator[Finding]:
    """Check that systemd's unit, if there is one, runs and comes with the computer."""
    unit = _ask(
        "systemctl",
        "show",
        "rigd.service",
        "--property=LoadState,ActiveState,SubState,UnitFileState,NRestarts,Result",
    )
    if unit.get("LoadState") != "loaded":
        return
    state, result = unit.get("ActiveState", ""), unit.get("Result", "")
    if state == "failed" or (state != "active" and result not in {"", "success"}):
        yield fault(
            "service", f"the service has failed ({result})", "`journalctl -u rigd -n 50` says why"
        )
    elif state != "active":
        yield warning("service", f"the service is {state}", "`sudo systemctl start rigd`")
    elif unit.get("UnitFileState") == "disabled":
        yield warning(
            "service", "the service does not come with the computer", "`sudo systemctl enable rigd`"
        )
    elif (again := unit.get("NRestarts", "0")) not in {"", "0"}:
        yield warning(
            "service",
            f"the service was started again {again} times because it ended",
            "`journalctl -u rigd -p warning` says why",
        )
    else:
        yield ok("service", "active, and comes with the computer")


def _ask(*command: str) -> Mapping[str, str]:
    """What a command says in lines KEY=VALUE; nothing where there is no such command."""
    if shutil.which(command[0]) is None:
        return {}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            command, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    pairs = (line.partition("=") for line in done.stdout.splitlines())
    return {key: value for key, _, value in pairs}


def _may(path: Path, how: int) -> bool:
    try:
        return os.access(path, how)
    except OSError:
        return False


def _first_existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if is_there(one))


def _owner(path: Path) -> str:
    if sys.platform == "win32":
        return "its owner"
    try:
        return path.owner()
    except (OSError, KeyError):
        return "its owner"
