"""What indiserver starts as a scripted driver: it carries XML to and from the test's process.

`indi_relay.py PORT`. It ends when either side does, as a driver does that dies.
"""

import os
import selectors
import socket
import sys


def main() -> None:
    wire = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ways = selectors.DefaultSelector()
    ways.register(0, selectors.EVENT_READ)
    ways.register(wire, selectors.EVENT_READ)
    while True:
        for key, _ in ways.select():
            if key.fd == 0:
                data = os.read(0, 1 << 16)
                wire.sendall(data)
            else:
                data = rest = wire.recv(1 << 16)
                while rest:
                    rest = rest[os.write(1, rest) :]
            if not data:
                return


if __name__ == "__main__":
    main()
