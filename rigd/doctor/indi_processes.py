"""The indiservers of this computer, as /proc shows them (proc(5)); none where there is no /proc."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from rigd.api.indi.properties import EXECUTABLE
from rigd.config import Config

PROC = Path("/proc")
USUAL_PORT = 7624
_WITH_VALUE = frozenset("dflmpru")
"""Options of indiserver that are followed by a value (indiserver -h, 1.9.9)."""
_MODULE = "rigd.api.indi.driver"
"""The driver of rigd's devices as `python -m` starts it."""
_INTERPRETED = 3
"""A script's path stands behind its interpreter and perhaps one word for that (execve(2))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndiServer:
    """One indiserver that runs, with what its command line asks for and what runs below it."""

    pid: int
    port: int
    drivers: tuple[str, ...]
    """Programs that its command line names, without their directories."""
    chained: tuple[str, ...]
    """Words of its command line for drivers of another server: `DEVICE@HOST`."""
    has_fifo: bool
    """Whether drivers can be started that its command line does not name."""
    running: tuple[frozenset[str], ...]
    """One for each process below it: the names by which its program may go."""
    uid: int
    groups: frozenset[int]
    environment: Mapping[str, str] | None
    """None: for another user to read."""

    def count(self, driver: str) -> int:
        """How many processes below it run that program."""
        return sum(driver in names for names in self.running)

    def find_ended(self) -> tuple[str, ...]:
        """The drivers of its command line that do not run, in their order.

        None where as many processes below it go by other names: a script may have become them.
        """
        ended = tuple(name for name in dict.fromkeys(self.drivers) if not self.count(name))
        others = sum(names.isdisjoint(self.drivers) for names in self.running)
        return ended if len(ended) > others else ()

    @property
    def has_pair(self) -> bool:
        """Whether it runs the driver of rigd's devices, or should."""
        return EXECUTABLE in self.drivers or self.count(EXECUTABLE) > 0

    def __str__(self) -> str:
        return f"the indiserver at port {self.port} (process {self.pid})"


def find_configured(config: Config) -> Iterator[IndiServer]:
    """The indiservers of this computer that a configuration names."""
    ports = {
        server.options.get("port", USUAL_PORT)
        for server in config.servers
        if server.driver == "indi" and _is_here(server.options.get("host", "localhost"))
    }
    return (server for server in find_indi_servers() if server.port in ports)


def find_indi_servers() -> Iterator[IndiServer]:
    """All indiservers of this computer."""
    for folder in sorted(PROC.glob("[0-9]*")):
        with suppress(OSError, ValueError, KeyError):  # one that has just ended
            if _read(folder / "comm").strip() == "indiserver":
                yield _read_server(folder)


def _is_here(host: object) -> bool:
    if not isinstance(host, str):
        return False
    if host in {"localhost", socket.gethostname()}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read_server(folder: Path) -> IndiServer:
    words = _words(folder / "cmdline")[1:]
    options, rest = _parse_options(words)
    status = dict(
        line.split(":", 1) for line in _read(folder / "status").splitlines() if ":" in line
    )
    groups = (*status["Groups"].split(), status["Gid"].split()[1])
    environment = None
    with suppress(OSError):
        pairs = (word.partition("=") for word in _words(folder / "environ"))
        environment = {name: value for name, _, value in pairs}
    return IndiServer(
        pid=int(folder.name),
        port=int(options.get("p", USUAL_PORT)),
        drivers=tuple(Path(word).name for word in rest if "@" not in word),
        chained=tuple(word for word in rest if "@" in word),
        has_fifo="f" in options,
        running=tuple(_find_children(int(folder.name))),
        uid=int(status["Uid"].split()[1]),
        groups=frozenset(map(int, groups)),
        environment=environment,
    )


def _parse_options(words: Sequence[str]) -> tuple[Mapping[str, str], Sequence[str]]:
    """The options with a value, and the words behind all options."""
    options: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        for letter in rest.pop(0)[1:]:
            if letter in _WITH_VALUE and rest:
                options[letter] = rest.pop(0)
    return options, rest


def _find_children(pid: int) -> Iterator[frozenset[str]]:
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError):
            # "PID (NAME) STATE PARENT …", where the name may have anything in it.
            state, parent = _read(folder / "stat").rpartition(")")[2].split()[:2]
            if parent == str(pid) and state != "Z":
                words = _words(folder / "cmdline")[:_INTERPRETED]
                names = frozenset(Path(word).name for word in words)
                yield names | {EXECUTABLE} if _MODULE in names else names


def _words(path: Path) -> list[str]:
    return _read(path).split("\0")[:-1]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
