"""How soon each room of the page is seen, on a computer as slow as a phone, and what it weighs.

    ./dev bench page [--rounds N]

A whole daemon on simulated hardware, and Debian's chromium with its CPU throttled four times. Each
round opens the room with an empty cache; the median of the first contentful paint counts. Both run
on one computer: on a busy one the figures are those of a busy one.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from rigd.api.web.address import address_of
from rigd.api.web.table import ROOMS
from tests.api.chromium import PHONE, Page, chromium
from tests.api.test_web_page import PageDaemon

ROUNDS, THROTTLING = 5, 4
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]"


def look(page: Page, address: str) -> tuple[float, int]:
    """Milliseconds to the first contentful paint, and the bytes that came until then."""
    seen = len(page.events)
    page.open(address)
    page.wait_until(f"{PAINT} !== undefined")
    came = sum(
        int(event["params"]["encodedDataLength"])
        for event in page.events[seen:]
        if event["method"] == "Network.loadingFinished"
    )
    return float(page.evaluate(f"{PAINT}.startTime")), came


def main() -> None:
    """Print a line for each room."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    addresses = [address_of("one", room) for room in ROOMS]
    addresses.append("/rig/one/filters?slot=5&do=recognise&entry=antlia_pro_3nm_ha")
    with (
        tempfile.TemporaryDirectory() as name,
        PageDaemon(Path(name) / "rigd") as daemon,
        chromium(Path(name) / "browser") as browser,
    ):
        page, base = browser.page(*PHONE), f"http://127.0.0.1:{daemon.port}"
        page.send("Network.setCacheDisabled", cacheDisabled=True)
        page.send("Emulation.setCPUThrottlingRate", rate=THROTTLING)
        print(f"{'room':62}{'paint ms':>10}{'bytes':>9}")
        for address in addresses:
            found = [look(page, base + address) for _ in range(rounds)]
            paint_ms = statistics.median(one[0] for one in found)
            print(f"{address:62}{paint_ms:10.0f}{found[-1][1]:9}")


if __name__ == "__main__":
    main()
