"""A door for INDI drivers in a network of its own: `far_rigd HOST PORT TOKEN NETWORK`.

A line for each time that it says that clients are lost, and an empty one when they are back.
"""

import asyncio
import sys
from ipaddress import ip_network

from rigd.api.indi.server import IndiSettings, serve_indi
from tests.api.observatory import FakeObservatory


class TellingObservatory(FakeObservatory):
    """One that says aloud what it is told of clients."""

    def report_indi_clients(self, rig: str, lost: str | None) -> None:
        sys.stdout.write(f"{lost or ''}\n")
        sys.stdout.flush()
        super().report_indi_clients(rig, lost)


def main() -> None:
    """Serve until killed."""
    host, port, token, network = sys.argv[1:]
    settings = IndiSettings(
        host=host, port=int(port), token=token, allowed_networks=(ip_network(network),)
    )
    asyncio.run(serve_indi(TellingObservatory(), settings))


if __name__ == "__main__":
    main()
