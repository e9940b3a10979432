"""The daemon: whether it answers, and whether its ports are free where it does not run."""

import errno
import socket
from collections.abc import Iterator

from rigd.doctor.finding import Finding, fault, note, ok, warning
from rigd.doctor.installation import Installation


def check_daemon(there: Installation) -> Iterator[Finding]:
    """Check that the daemon answers, with this configuration."""
    daemon = there.daemon
    if daemon is None:
        why, _, _ = (there.daemon_error or "no rigd answers").partition(" (start it")
        yield warning(
            "daemon",
            why,
            "start it: `sudo systemctl start rigd`, or `rigd run` to see what it says",
        )
    elif daemon.config is not None and daemon.config != str(there.config_path.resolve()):
        yield warning(
            "daemon",
            f"the rigd that answers at {daemon.url} was started with {daemon.config}",
            f"name that one (`--config {daemon.config}`), or start rigd with {there.config_path}",
        )
    else:
        yield ok("daemon", f"answers at {daemon.url}")


def check_ports(there: Installation) -> Iterator[Finding]:
    """Check that nobody else has the ports of a daemon that does not run."""
    if there.loaded is None or there.daemon is not None:
        return
    listen = there.loaded.config.listen
    if listen.port:
        yield _judge("TCP", listen.port, _why_taken(socket.SOCK_STREAM, listen.host, listen.port))
    if listen.discovery_port:
        why = _why_taken(socket.SOCK_DGRAM, "0.0.0.0", listen.discovery_port)  # noqa: S104
        if why is not None:
            yield note(
                "ports",
                f"UDP port {listen.discovery_port} of Alpaca discovery: {why}",
                "end the program that holds it, or name rigd's address to your clients by hand",
            )


def _judge(kind: str, port: int, why: str | None) -> Finding:
    if why is None:
        return ok("ports", f"{kind} port {port} is free")
    remedy = f"end the program that has it (`ss -ltnp sport = :{port}`), or set another `port`"
    return fault("ports", f"{kind} port {port}: {why}", remedy)


def _why_taken(kind: socket.SocketKind, host: str, port: int) -> str | None:
    """Why a port cannot be bound; it is let go at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, kind) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if kind is socket.SOCK_DGRAM and hasattr(socket, "SO_REUSEPORT"):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the daemon does
            sock.bind((host, port))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        return "another program has it" if taken else error.strerror or str(error)
    return None
