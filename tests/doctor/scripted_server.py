"""A server that says the same to everybody who connects, and nothing more."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.limits import LIMIT_S


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """Say these words to each connection; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                open_.append(sock)
                sock.sendall(words)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(LIMIT_S)
        for sock in (listener, *open_):
            sock.close()
