"""What an open page costs the daemon: CPU with none, one and 32 of them, one rig that rests.

One command: `./dev bench page [SECONDS]`. Each page follows its events and asks for the picture of
the night once a minute, as a browser does; the focuser's reports are those of rigd's own simulator.
"""

import http.client
import sys
import tempfile
import threading
from pathlib import Path
from time import sleep

from bench.idle import cpu_s
from tests.api.test_web_page import PageDaemon

SECONDS = 120.0
SETTLE_S = 15.0
PICTURE_S = 60.0


def follow(port: int, end: threading.Event) -> None:
    """Read the events of a page until the end."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/rig/one/live")
    reply = connection.getresponse()
    while not end.is_set() and reply.readline():
        pass
    connection.close()


def look(port: int, end: threading.Event) -> None:
    """Ask for the picture of the night once a minute."""
    while not end.wait(PICTURE_S):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/rig/one/course.svg")
        connection.getresponse().read()
        connection.close()


def measure(pages: int, seconds: float) -> float:
    """The share of a core that a daemon uses with so many open pages."""
    with tempfile.TemporaryDirectory() as name, PageDaemon(Path(name) / "rigd") as daemon:
        end = threading.Event()
        for _ in range(pages):
            for work in (follow, look):
                threading.Thread(target=work, args=(daemon.port, end), daemon=True).start()
        sleep(SETTLE_S)
        before = cpu_s(daemon.pid)
        sleep(seconds)
        spent = cpu_s(daemon.pid) - before
        end.set()
    return 100 * spent / seconds


def main(seconds: float) -> None:
    """Print the table."""
    print(f"one rig that rests, {seconds:g} s each\n\n{'open pages':>10}{'% of a core':>14}")
    none = measure(0, seconds)
    print(f"{0:10}{none:14.2f}")
    for pages in (1, 32):
        used = measure(pages, seconds)
        print(f"{pages:10}{used:14.2f}{(used - none) / pages:10.3f} for each page")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
