"""Where a server really is: one text for all the names and addresses of one computer.

`localhost`, 127.0.0.1 and the computer's own name are one place. It asks the resolver, which may
take its time: drivers call it off the loop.
"""

import socket

THIS_COMPUTER = "this computer"


def resolve_place(host: str, port: int) -> str:
    """The place of a server; its name as it is where that cannot be resolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return f"{host.lower()}:{port}"
    addresses = sorted({str(info[4][0]) for info in found})
    if any(_is_own(address) for address in addresses):
        return f"{THIS_COMPUTER}:{port}"
    return f"{addresses[0]}:{port}"


def _is_own(address: str) -> bool:
    """Whether an address is one of this computer's: only to its own can a socket be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
