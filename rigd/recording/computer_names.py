"""What on this computer says who somebody is: names of users, of their owners, of computers."""

import getpass
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.sourced import Equipment

FIRST_USER, LAST_USER = 1000, 60000
"""Numbers of users who are persons on Debian (adduser.conf)."""


def user_names() -> Iterator[str]:
    """Yield the names of users, and the words of their owners' names."""
    with suppress(OSError, KeyError, ImportError):
        yield getpass.getuser()
    yield Path.home().name
    if sys.platform == "win32":
        with suppress(OSError):
            yield from (one.name for one in Path.home().parent.iterdir())
        return
    import pwd  # noqa: PLC0415 - not on Windows

    for user in pwd.getpwall():
        if FIRST_USER <= user.pw_uid < LAST_USER:
            yield user.pw_name
            yield Path(user.pw_dir).name
            yield from re.findall(r"\w{3,}", user.pw_gecos)


def host_names() -> Iterator[str]:
    """Yield what this computer is called."""
    name = platform.node()
    yield name
    yield name.partition(".")[0]


def makers_words(catalog: Catalog) -> frozenset[str]:
    """The words that makers use, in small letters."""
    return frozenset(
        word.casefold()
        for entries in catalog.entries.values()
        for entry in entries.values()
        if isinstance(entry, Equipment)
        for word in re.findall(r"\w{3,}", f"{entry.maker} {entry.model}")
    )
