"""Puts a recording together, without what says who or where somebody is."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import LoadedConfig
from rigd.errors import RefusedError
from rigd.recording.computer_names import host_names, makers_words, user_names
from rigd.recording.listen import Listening
from rigd.recording.personal import PersonalWords
from rigd.recording.recording import Heard, Noticed, Recording, lines_of


def make_recording(
    loaded: LoadedConfig,
    listening: Listening,
    rigs: Mapping[str, Mapping[str, Any]],
    log: Sequence[str],
    begun: datetime,
) -> Recording:
    """The recording, clean.

    Raises:
        RefusedError: a name would be left in it.
    """
    words = _personal_words(loaded, listening, load_catalog(loaded.catalog_dirs), rigs)
    head = {
        "rigd": version("rigd"),
        "python": platform.python_version(),
        "system": f"{_system()}, {platform.machine()}",
        "begun": begun.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": listening.seconds,
    }
    clean = words.clean_value
    recording = Recording(
        head=clean(head),
        servers=tuple(clean(row) for row in listening.servers),
        rigs={words.clean(name): clean(shown) for name, shown in rigs.items()},
        heard=tuple(
            Heard(at_s=one.at_s, server=words.clean(one.server), message=clean(one.message))
            for one in listening.heard
        ),
        noticed=tuple(
            Noticed(at_s=one.at_s, kind=one.kind, facts=clean(one.facts))
            for one in listening.noticed
        ),
        log=tuple(words.clean(line) for line in log),
    )
    for line in lines_of(recording):
        if left := words.find_left(line):
            raise RefusedError(
                f"nothing is written: {left!r} would be left in it; please report this"
            )
    return Recording(
        head={**recording.head, "replaced": words.replaced},
        servers=recording.servers,
        rigs=recording.rigs,
        heard=recording.heard,
        noticed=recording.noticed,
        log=recording.log,
    )


def _system() -> str:
    """The system as its maker calls it."""
    with suppress(OSError):
        if name := platform.freedesktop_os_release().get("PRETTY_NAME"):
            return name
    return f"{platform.system()} {platform.release()}"


def _personal_words(
    loaded: LoadedConfig,
    listening: Listening,
    catalog: Catalog,
    rigs: Mapping[str, Mapping[str, Any]],
) -> PersonalWords:
    listen = loaded.config.listen
    hosts = [str(one.options["host"]) for one in loaded.config.servers if "host" in one.options]
    ids = [
        str(one.message["unique_id"])
        for one in listening.heard
        if one.message.get("unique_id") is not None
    ]
    common = makers_words(catalog) | frozenset(
        word
        for part in (rigs, *(one.message for one in listening.heard))
        for key in _keys_of(part)
        for word in (key, *key.split("_"))
    )
    words = PersonalWords(
        people=user_names(),
        hosts=[*host_names(), *hosts, *listen.hostnames],
        ids=ids,
        secrets=() if listen.token is None else (listen.token,),
        common=common,
    )
    if listen.location:
        words.learn("place", listen.location)
    return words


def _keys_of(value: object) -> Iterator[str]:
    """The keys of a recording's own format: a user who is called so must not change them."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key).casefold()
            yield from _keys_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _keys_of(one)
