"""The settings of the server: where it listens, whom it serves, and its limits."""

import socket
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

from rigd.errors import ConfigError

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Settings of the server; loopback only unless `host` and `allowed_networks` say otherwise."""

    host: str = "127.0.0.1"
    """IP address to listen on."""
    port: int = 32323
    """TCP port; 0 takes a free one."""
    discovery_port: int | None = 32227
    """UDP port of Alpaca discovery; None or 0 switches it off."""
    allowed_networks: tuple[Network, ...] = ()
    """The networks that are served besides this computer."""
    hostnames: tuple[str, ...] = ()
    """Further names under which clients reach this computer (its own name is known)."""
    token: str | None = field(default=None, repr=False)
    """Password for every request that changes state (HTTP Basic, any user name)."""
    server_name: str = "rigd"
    location: str = ""
    config: str | None = None
    """The configuration that the daemon was started with; None: with none."""
    version: str = "0.0"
    keep_alive_s: int = 140
    """Idle time of a kept connection; clients keep theirs for up to 120 s."""
    connect_limit_s: float = 4.5
    """How long `Connected = true` waits for the hardware; below the clients' 5 s."""
    connecting_limit_s: float = 25.0
    """How long `Connect()` may take in the background."""
    recovery_s: float = 10.0
    """After a start: how long a device that a client had open may take to come back."""
    request_limit_s: float = 10.0
    body_limit_bytes: int = 65536
    body_limit_s: float = 10.0
    """How long a client may take to send a request's body."""
    stop_limit_s: float = 3.0
    max_connections: int = 768
    """Connections beyond it are answered 503; below the usual 1024 open files."""
    event_streams: int = 32
    """How many clients may follow the event stream at a time."""

    client_per_s: int = 1000
    """Requests per second from one address; a client polls each device at up to 10 Hz."""
    client_under_way: int = 24
    """Requests of one address that wait for an answer at a time, event streams included."""
    loopback_per_s: int = 100_000
    """The same for this computer, whose programs share one address."""
    loopback_under_way: int = 128

    def __post_init__(self) -> None:
        try:
            address = ip_address(self.host)
        except ValueError:
            msg = f"server host {self.host!r}: not an IP address (127.0.0.1, ::1, 0.0.0.0, …)"
            raise ConfigError(msg) from None
        if not address.is_loopback and not self.allowed_networks:
            msg = (
                f"server host {self.host}: listening beyond this computer needs allowed_networks"
                ' (for example ["192.168.1.0/24"])'
            )
            raise ConfigError(msg)
        for name, port in (("port", self.port), ("discovery_port", self.discovery_port)):
            if port is not None and not 0 <= port <= 65535:
                msg = f"server {name} {port}: outside 0 to 65535"
                raise ConfigError(msg)

    @property
    def is_loopback_only(self) -> bool:
        """Whether only programs on this computer can reach the server."""
        return ip_address(self.host).is_loopback

    @property
    def networks(self) -> tuple[Network, ...]:
        """Every network that is served, this computer included."""
        return LOOPBACK + self.allowed_networks

    @property
    def own_names(self) -> frozenset[str]:
        """The lower-case host names that mean this computer."""
        own = socket.gethostname().lower()
        short = own.partition(".")[0]
        return frozenset(
            {"localhost", own, short, f"{short}.local", *(n.lower() for n in self.hostnames)}
        )
