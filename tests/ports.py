"""Ports of 127.0.0.1 that nobody else is given, however many test runs go on beside each other."""

import socket


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A free port, held until this process ends.

    A socket stays bound to it without listening, so the kernel gives it neither to another test nor
    to an outgoing connection, also while a server is down. Whoever sets SO_REUSEADDR, as
    indiserver and rigd do, can listen there all the same.
    """
    # A datagram goes to the socket whose address fits best: the holder has an address of its own.
    host = "127.0.0.1" if kind == socket.SOCK_STREAM else "127.0.0.2"
    holder = socket.socket(socket.AF_INET, kind)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((host, 0))
    port = int(holder.getsockname()[1])
    holder.detach()
    return port
