"""The file of receivers: an address of Apprise in each line; no error quotes what is secret."""

import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rigd.alert_settings import AlertsConfig

MOST = 16
"""Receivers; each has a thread of its own."""
_SCHEME = re.compile(r"([a-z][a-z0-9+-]{1,20})://\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who is told."""

    name: str
    """What may be shown of it."""
    address: str = field(repr=False)
    number: int | None = None
    """Of one that was added while running; None: the configuration's file names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """What a file of receivers says."""

    receivers: tuple[Receiver, ...] = ()
    problems: tuple[str, ...] = ()


def scheme_of(address: str) -> str | None:
    """The kind of an address, which may be shown; None if it is none."""
    scheme = _SCHEME.match(address)
    return None if scheme is None else scheme[1].lower()


def receivers_path(config: AlertsConfig, directory: Path) -> Path | None:
    """Where the file of receivers is, beside the configuration if its path is relative."""
    if config.receivers is None:
        return None
    return directory / Path(config.receivers).expanduser()


def read_receivers(path: Path) -> Receivers:
    """Read a file of receivers; what is wrong in it is named by its line alone."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no text in UTF-8"
        return Receivers(problems=(f"{path}: {why or 'cannot be read'}",))
    found: list[Receiver] = []
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        scheme = scheme_of(address)
        if scheme is None:
            problems.append(f"{path}, line {number}: is no address like ntfy://…")
        elif len(found) == MOST:
            problems.append(f"{path}, line {number}: more than {MOST} receivers")
            break
        else:
            name = f"{scheme} (line {number})"
            found.append(Receiver(name=name, address=address))
    if not found and not problems:
        problems.append(f"{path}: names nobody")
    return Receivers(receivers=tuple(found), problems=tuple(problems))


def who_else_reads(path: Path) -> str | None:
    """Who beside its owner and its group may read a file of secrets; None: nobody, or no file."""
    if sys.platform == "win32":
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    return "every user of this computer" if mode & (stat.S_IROTH | stat.S_IWOTH) else None
