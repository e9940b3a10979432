"""What else is on an Alpaca network: servers that never answer, and discovery."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def dead_server() -> Iterator[int]:
    """The port of a server that accepts connections and never answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        yield int(door.getsockname()[1])


@contextmanager
def answering_discovery(udp_port: int, tcp_port: int) -> Iterator[int]:
    """Answers discovery on a shared UDP port; 0 takes a free one."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind(("0.0.0.0", udp_port))  # noqa: S104 - broadcasts reach no other address
    ended = threading.Event()

    def serve() -> None:
        while True:
            question, sender = door.recvfrom(1024)
            if ended.is_set():
                return
            if question.startswith(b"alpacadiscovery1"):
                door.sendto(json.dumps({"AlpacaPort": tcp_port}).encode(), sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(door.getsockname()[1])
    finally:
        ended.set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            while thread.is_alive():
                waker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                waker.sendto(b"end", ("127.255.255.255", door.getsockname()[1]))
                thread.join(0.05)
        door.close()
