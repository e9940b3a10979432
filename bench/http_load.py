"""A client that keeps requests under way over HTTP, and measures how they are answered."""

import math
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Load:
    """How the client behaves."""

    name: str
    connections: int
    keep: bool


LOADS = (Load("1 kept", 1, True), Load("8 kept", 8, True), Load("8 new each", 8, False))


@dataclass(frozen=True)
class Target:
    """A server that is asked."""

    name: str
    address: tuple[str, int]
    pid: int | None = None
    """Its process, if it is ours to measure."""

    def cpu_s(self) -> float:
        """The CPU seconds that its process has used, all threads, user and system."""
        if self.pid is None:
            return math.nan
        # CPUCLOCK_SCHED of another process: what clock_getcpuclockid(3) returns on Linux.
        return time.clock_gettime(~self.pid << 3 | 2)


@dataclass(frozen=True)
class Round:
    """What one round gave."""

    requests_per_s: float
    p50_us: float
    p99_us: float
    cpu_s_per_1000: float
    """CPU seconds of the server for 1000 requests; NaN if its process is not ours."""


def median(rounds: Sequence[Round]) -> Round:
    """The median of each figure."""
    return Round(*(statistics.median(values) for values in zip(*map(astuple, rounds), strict=True)))


def ask(target: Target, path: str, load: Load, duration_s: float) -> Round:
    """Keep `load.connections` requests under way for a while; one thread, raw sockets."""
    close = "" if load.keep else "Connection: close\r\n"
    request = f"GET {path} HTTP/1.1\r\nHost: {target.address[0]}\r\n{close}\r\n".encode()
    chooser = selectors.DefaultSelector()
    began: dict[socket.socket, float] = {}
    found: dict[socket.socket, bytes] = {}
    times: list[float] = []

    def begin(sock: socket.socket | None) -> None:
        now = time.perf_counter()
        if sock is None:
            sock = socket.create_connection(target.address, 5.0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            chooser.register(sock, selectors.EVENT_READ)
        began[sock], found[sock] = now, b""
        sock.sendall(request)

    def end(sock: socket.socket, reply: bytes) -> None:
        times.append(time.perf_counter() - began.pop(sock))
        if load.keep and not reply.startswith(b"HTTP/1.0"):
            begin(sock)
            return
        chooser.unregister(sock)
        sock.close()
        begin(None)

    for _ in range(load.connections):
        begin(None)
    start, used_s = time.perf_counter(), target.cpu_s()
    while time.perf_counter() - start < duration_s:
        for key, _ in chooser.select(5.0):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)  # noqa: S101 - only sockets are registered
            chunk = sock.recv(65536)
            found[sock] += chunk
            if is_whole(found[sock]) or not chunk:
                if b" 200 " not in found[sock] or b'"ErrorNumber":' not in found[sock]:
                    sys.exit(f"bad reply: {found[sock]!r}")
                end(sock, found.pop(sock))
    elapsed_s, used_s = time.perf_counter() - start, target.cpu_s() - used_s
    for key in list(chooser.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]  # only sockets are registered
    chooser.close()
    times.sort()
    count = len(times)
    return Round(
        requests_per_s=count / elapsed_s,
        p50_us=times[count // 2] * 1e6,
        p99_us=times[count * 99 // 100] * 1e6,
        cpu_s_per_1000=used_s / count * 1000,
    )


def is_whole(reply: bytes) -> bool:
    """Whether a reply with Content-Length is complete."""
    head, found, body = reply.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def show(what: str, load: Load, target: Target, found: Round, times_bare: float = math.nan) -> None:
    """Print one line of the table."""
    times = "" if math.isnan(times_bare) else f"{times_bare:8.2f}"
    cpu = "" if math.isnan(found.cpu_s_per_1000) else f"{found.cpu_s_per_1000:.4f}"
    print(
        f"{what:13}{load.name:12}{target.name:16}{found.requests_per_s:9.0f}"
        f"{found.p50_us:9.0f}{found.p99_us:9.0f}{cpu:>12}{times}"
    )
