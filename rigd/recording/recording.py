"""A recording as data, and as a file: one JSON object a line, compressed.

The first line says what wrote it; then the servers, the rigs as the daemon shows them, what servers
said and what was made of it, each with its time, and the end of the log.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from rigd.errors import ConfigError
from rigd.files.plain_words import count_of

FORMAT = 1
MOST_BYTES = 512 << 20
"""Of the text of a recording; an hour has some MB."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one server said at a moment."""

    at_s: float
    """Since the recording began."""
    server: str
    message: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """An event that rigd made of it."""

    at_s: float
    kind: str
    facts: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All of it."""

    head: Json
    """Versions, system, when it was made, and for how long."""
    servers: tuple[Json, ...] = ()
    """Name and driver, and why one was not recorded."""
    rigs: Mapping[str, Json] = field(default_factory=dict)
    """What the daemon shows of each, by name; with its profile as text."""
    heard: tuple[Heard, ...] = ()
    noticed: tuple[Noticed, ...] = ()
    log: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the servers were listened to."""
        return float(self.head.get("seconds", 0.0))


def describe(recording: Recording) -> Iterator[str]:
    """Say what is in it, a line each."""
    head = recording.head
    yield f"rigd {head.get('rigd')}, Python {head.get('python')}, {head.get('system')}"
    yield f"{recording.seconds:.0f} s, begun {head.get('begun')}"
    for server in recording.servers:
        name = server["name"]
        if server.get("left_out"):
            yield f"server {name} ({server['driver']}): {server['left_out']}"
            continue
        said = [one for one in recording.heard if one.server == name]
        yield f"server {name} ({server['driver']}): {count_of(len(said), 'message')}"
        devices = Counter(str(one.message["device"]) for one in said if "device" in one.message)
        names = {
            str(one.facts["identity"]["ref"]["key"]): str(one.facts["identity"]["name"])
            for one in recording.noticed
            if one.kind == "DeviceSeen" and one.facts["identity"]["ref"]["server"] == name
        }
        for device, number in sorted(devices.items()):
            yield f"  {names.get(device, device)}: {count_of(number, 'message')}"
    for rig, shown in recording.rigs.items():
        yield f"rig {rig}: {', '.join(sorted(shown)) or 'nothing'}"
    yield f"log: {count_of(len(recording.log), 'line')}"
    replaced = head.get("replaced") or {}
    taken = ", ".join(f"{count_of(number, kind)}" for kind, number in sorted(replaced.items()))
    yield f"taken out, a stand-in for each: {taken or 'nothing was found'}"


def lines_of(recording: Recording) -> Iterator[str]:
    """The lines of the file."""
    heard, noticed = recording.heard, recording.noticed
    yield _line("recording", format=FORMAT, **recording.head)
    for server in recording.servers:
        yield _line("server", **server)
    for name, shown in recording.rigs.items():
        yield _line("rig", name=name, shown=shown)
    events = [_line("event", at_s=one.at_s, kind=one.kind, facts=one.facts) for one in noticed]
    stream = [
        *zip(_not_before(one.at_s for one in heard), map(_heard_line, heard), strict=True),
        *zip(_not_before(one.at_s for one in noticed), events, strict=True),
    ]
    yield from (line for _, line in sorted(stream, key=lambda one: one[0]))
    for said in recording.log:
        yield _line("log", text=said)


def _not_before(times: Iterable[float]) -> Iterator[float]:
    """The times, none before the last: each list keeps its order where both become one."""
    return accumulate(times, max)


def _heard_line(one: Heard) -> str:
    return _line("message", at_s=one.at_s, server=one.server, said=one.message)


def _line(what: str, **facts: object) -> str:
    return json.dumps({"line": what, **facts}, ensure_ascii=False)


def encode(recording: Recording) -> bytes:
    """The content of the file."""
    text = "\n".join(lines_of(recording)) + "\n"
    return gzip.compress(text.encode(), mtime=0)


def read_recording(path: Path) -> Recording:
    """Read a file.

    Raises:
        ConfigError: it is no recording, or one of a newer rigd.
    """
    try:
        with gzip.open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ConfigError(f"{path}: is longer than any recording")
        rows = [json.loads(line) for line in content.decode().splitlines()]
        return _read_rows(rows, path)
    except OSError as error:
        raise ConfigError(f"{path}: is no recording: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise ConfigError(f"{path}: is no recording ({error})") from error


def _read_rows(rows: list[dict[str, Any]], path: Path) -> Recording:
    first, *rest = rows
    if first["line"] != "recording" or int(first["format"]) > FORMAT:
        raise ConfigError(f"{path}: is no recording that this rigd can read")
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rest:
        parts.setdefault(row.pop("line"), []).append(row)
    return Recording(
        head={key: one for key, one in first.items() if key not in {"line", "format"}},
        servers=tuple(parts.get("server", ())),
        rigs={row["name"]: row["shown"] for row in parts.get("rig", ())},
        heard=tuple(
            Heard(at_s=row["at_s"], server=row["server"], message=row["said"])
            for row in parts.get("message", ())
        ),
        noticed=tuple(
            Noticed(at_s=row["at_s"], kind=row["kind"], facts=row["facts"])
            for row in parts.get("event", ())
        ),
        log=tuple(row["text"] for row in parts.get("log", ())),
    )
