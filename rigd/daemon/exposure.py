"""Whether more than the rig's own programs can reach rigd, by its configuration and its file."""

import stat
import sys
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from rigd.api.http.settings import Network
from rigd.config import ListenConfig, LoadedConfig

WIDEST = {4: 16, 6: 48}
"""The shortest prefix that is still one household's or one observatory's, by IP version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One thing that lets others in."""

    sentence: str
    remedy: str
    is_unavoidable: bool = False
    """Whether it comes with listening on the network, however rigd is configured."""


def find_exposures(loaded: LoadedConfig) -> tuple[Exposure, ...]:
    """Return what lets others reach rigd, or read its token; nothing for a usual configuration."""
    listen = loaded.config.listen
    found = []
    if listen.token is not None and (readers := _readers_of(loaded.path)):
        found.append(
            Exposure(
                sentence=f"{loaded.path} holds the token, and {readers} can read it",
                remedy=f"`chmod o= {loaded.path}`, then choose a new token",
            )
        )
    return (*found, *_from_the_network(listen))


def _from_the_network(listen: ListenConfig) -> list[Exposure]:
    if _is_loopback(listen.host):
        return []
    found = []
    where = f"rigd listens on {listen.host} for {', '.join(listen.allowed_networks) or 'nobody'}"
    if listen.token is None:
        found.append(
            Exposure(
                sentence=f"{where}, without a token: whoever is there can move the focuser",
                remedy='set `token = "…"` (eight characters or more) in [listen]',
            )
        )
    else:
        found.append(
            Exposure(
                sentence="the token crosses the network in clear text (HTTP Basic): whoever "
                "listens there can read it",
                remedy="let no stranger into that network, or reach rigd through a VPN, an SSH "
                "tunnel or a proxy with TLS on this computer",
                is_unavoidable=True,
            )
        )
    for text in listen.allowed_networks:
        network = ip_network(text)
        if network.prefixlen < WIDEST[network.version]:
            found.append(
                Exposure(
                    sentence=f"allowed_networks has {text}: {_size_of(network)}",
                    remedy='name your own network there, for example "192.168.1.0/24"',
                )
            )
    return found


def _size_of(network: Network) -> str:
    if network.prefixlen == 0:
        return "the whole Internet"
    if network.version == 6:
        return "far more than one network"
    return f"{network.num_addresses:,} addresses"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return True  # no address at all: the server says so


def _readers_of(path: Path) -> str | None:
    """Who else can read a file: None if only its owner and group can."""
    if sys.platform == "win32":
        return None
    try:
        if not path.stat().st_mode & stat.S_IROTH:
            return None
        ways = [one.stat().st_mode & stat.S_IXOTH for one in path.resolve().parents]
    except OSError:
        return None
    return "every user of this computer" if all(ways) else None
