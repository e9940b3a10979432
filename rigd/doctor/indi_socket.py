"""The socket of rigd's INDI driver: whether it is there, and for whom."""

import os
import socket
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from rigd.api.indi.driver import SOCKETS
from rigd.api.indi.properties import EXECUTABLE
from rigd.api.indi.server import MOST_PATH_BYTES, SOCKET_MODE
from rigd.config import LoadedConfig
from rigd.doctor.finding import Finding, note, ok, warning
from rigd.doctor.indi_processes import IndiServer, find_configured
from rigd.doctor.installation import Installation
from rigd.files.config_path import is_there

if sys.platform != "win32":
    import pwd

OF_SERVICE = Path(SOCKETS[0])
CONNECT_S = 1.0
_ENTER, _WRITE = 0o1, 0o2


def check_indi_socket(there: Installation) -> Iterator[Finding]:
    """Check the socket of a daemon that runs, if INDI is used at all."""
    loaded = there.loaded
    if sys.platform == "win32" or loaded is None or not _runs_here(there):
        return
    if all(server.driver != "indi" for server in loaded.config.servers):
        return
    path = _find_socket(loaded)
    found = [] if path is None else list(_check_socket(path))
    for server in find_configured(loaded.config):
        if server.has_pair and (wrong := _check_server(server, path)) is not None:
            found.append(wrong)
    if path is not None and not found:
        found = [ok("socket", f"rigd listens for {EXECUTABLE} at {path}")]
    yield from found


def _runs_here(there: Installation) -> bool:
    """Whether the daemon that answers is this computer's, with this configuration."""
    if there.daemon is None:
        return False
    if there.daemon.config not in {None, str(there.config_path.resolve())}:
        return False
    url = there.daemon.url
    host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    if host in {"localhost", socket.gethostname()}:
        return True
    with suppress(ValueError):
        listens_at = there.loaded.config.listen.host if there.loaded else ""
        return ip_address(host).is_loopback or host == listens_at
    return False


def _find_socket(loaded: LoadedConfig) -> Path | None:
    """Where the daemon listens for drivers; None where it shall not."""
    told = loaded.config.listen.indi_socket
    if told is not None:
        return Path(told).expanduser() if told else None
    own = loaded.store_path.parent / OF_SERVICE.name
    is_service = loaded.path.resolve() == Path("/etc/rigd/rigd.toml")
    return OF_SERVICE if is_service and not is_there(own) else own


def _check_socket(path: Path) -> Iterator[Finding]:
    if len(os.fsencode(path)) > MOST_PATH_BYTES:
        yield warning(
            "socket",
            f"{path} is longer than the {MOST_PATH_BYTES} bytes of a socket's path, so "
            f"{EXECUTABLE} does not find rigd",
            "set a shorter one: `indi_socket` in [listen]",
        )
        return
    try:
        mode = path.stat().st_mode
    except PermissionError:
        yield _not_for_this_user(path)
        return
    except OSError as error:
        yield warning(
            "socket",
            f"{path}: {error.strerror or error}: {EXECUTABLE} does not find rigd",
            "rigd's log says why it has none (`journalctl -u rigd | grep INDI`); mend that and "
            "restart it",
        )
        return
    if not stat.S_ISSOCK(mode):
        yield warning(
            "socket",
            f"{path} is no socket, so rigd has none for {EXECUTABLE}",
            f"move it away (`mv {path} {path}.old`) and restart rigd",
        )
        return
    if stat.S_IMODE(mode) != SOCKET_MODE:
        yield warning(
            "socket",
            f"{path} has the mode {stat.S_IMODE(mode):04o} instead of {SOCKET_MODE:04o}: its owner "
            "and its group move the focuser through it, and nobody else",
            f"`sudo chmod {SOCKET_MODE:04o} {path}`",
        )
    if not os.access(path, os.W_OK):
        yield _not_for_this_user(path)
    elif _is_deaf(path):
        yield warning("socket", f"nobody listens at {path}, though rigd runs", "restart rigd")


def _not_for_this_user(path: Path) -> Finding:
    return note(
        "socket",
        f"{path} is not for this user to open",
        f"whoever runs indiserver must be in the group rigd: `sudo usermod -aG rigd NAME`, then "
        f"log in anew; `sudo rigd doctor` looks at {EXECUTABLE} too",
    )


def _is_deaf(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(CONNECT_S)
        return trial.connect_ex(str(path)) != 0


def _check_server(server: IndiServer, path: Path | None) -> Finding | None:
    """What keeps the driver that a server starts from finding rigd."""
    environment = server.environment
    if environment is None:
        return None  # where its driver looks is not to be seen
    told = environment.get("RIGD_INDI")
    if told and "/" not in told:
        return None  # over TCP
    home = environment.get("HOME", "~")
    places = [Path(one.replace("~", home, 1)) for one in ((told,) if told else SOCKETS)]
    there = [one for one in places if is_there(one)]
    if not there:
        listens = "rigd has no socket (`indi_socket` in [listen])" if path is None else f"{path}"
        return warning(
            "socket",
            f"{EXECUTABLE} of {server} looks for rigd at {' and '.join(map(str, places))}, where "
            f"it is not: {listens}",
            f"start indiserver with `RIGD_INDI={path}`" if path else "take that line out",
        )
    barriers = [_find_barrier(one, server) for one in there]
    if any(barrier is None for barrier in barriers):
        return None
    return _name_barrier(server, there[0], next(one for one in barriers if one is not None))


def _find_barrier(path: Path, server: IndiServer) -> Path | None:
    """The first directory on the way, or the socket, that a server's user may not use."""
    if server.uid == 0:
        return None
    way: Sequence[tuple[Path, int]] = (
        *((folder, _ENTER) for folder in reversed(path.parents)),
        (path, _WRITE),
    )
    for one, needs in way:
        try:
            state = one.stat()
        except OSError:
            return None  # not for this user to look at
        shift = 6 if state.st_uid == server.uid else 3 if state.st_gid in server.groups else 0
        if not state.st_mode >> shift & needs:
            return one
    return None


def _name_barrier(server: IndiServer, path: Path, barrier: Path) -> Finding:
    user = _name_user(server.uid)
    state = barrier.stat()
    needs = _WRITE if barrier == path else _ENTER
    if state.st_mode >> 3 & needs and state.st_gid not in server.groups:
        remedy = (
            f"`sudo usermod -aG {_name_group(barrier)} {user}`, log in anew, and start indiserver "
            "again"
        )
    else:
        remedy = (
            f"run rigd and indiserver as the same user, or set `indi_socket` in [listen] to a path "
            f"that {user} may open, and RIGD_INDI to the same"
        )
    return warning(
        "socket",
        f"{server} runs as {user}, who may not open {path}, so its {EXECUTABLE} does not find rigd",
        remedy,
    )


def _name_user(uid: int) -> str:
    if sys.platform != "win32":
        with suppress(KeyError):
            return pwd.getpwuid(uid).pw_name
    return str(uid)


def _name_group(path: Path) -> str:
    if sys.platform != "win32":
        with suppress(KeyError, OSError):
            return path.group()
    return "rigd"
