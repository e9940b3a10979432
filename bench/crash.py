"""kill -9 of the daemon at random instants of a filter change, judged on the wire.

One command: `./dev bench crash [KILLS]`. After each restart the ledger must be right or say that it
is unknown, and the focuser must not move until somebody asks for a filter.
"""

import asyncio
import json
import random
import sys
import tempfile
import urllib.request
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener

KILLS = 200
LONGEST_S = 1.0
US_PER_STEP = 4000
BASE = FOCUSER_START_STEPS - 85
"""Slot 1 of the example profile is in focus at the start, and its offset is 85 steps."""


def explain(daemon: Daemon) -> dict[str, object]:
    """The ledger as rigd tells it."""
    url = f"http://{daemon.url}/rigd/v1/rigs/demo/explain"
    with urllib.request.urlopen(url, timeout=LIMIT_S) as reply:
        return json.loads(reply.read())  # type: ignore[no-any-return]


def ask(daemon: Daemon, slot: int) -> None:
    """Ask rigd's wheel for a filter, as an Alpaca client does."""
    url = f"http://{daemon.url}/api/v1/filterwheel/0/position"
    body = f"Position={slot}".encode()
    request = urllib.request.Request(url, data=body, method="PUT")
    urllib.request.urlopen(request, timeout=LIMIT_S).close()  # noqa: S310 - loopback


def open_wheel(daemon: Daemon) -> None:
    """Connect the virtual wheel."""
    url = f"http://{daemon.url}/api/v1/filterwheel/0/connected"
    request = urllib.request.Request(url, data=b"Connected=True", method="PUT")
    urllib.request.urlopen(request, timeout=LIMIT_S).close()  # noqa: S310 - loopback


async def settled(daemon: Daemon) -> dict[str, object]:
    """The ledger once rigd has looked at the focuser and moves nothing."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            with suppress(OSError, HTTPException):
                told = await asyncio.to_thread(explain, daemon)
                known = told["raw_steps"] is not None and told["moving_to_steps"] is None
                if known and told["focus_checked"]:
                    return told
            await asyncio.sleep(0.05)


async def measure(kills: int, seed: int = 7) -> Counter[str]:
    """How the ledger stood after each restart; raises AssertionError for a wrong or blind one."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, IndiServer(Path(name)) as server:
        daemon = Daemon(Path(name), server)
        async with RawListener(server.port) as wire:
            with daemon:
                await settled(daemon)
                wire.set_number(FOCUSER, "DELAY", "DELAY_VALUE", US_PER_STEP)
                await asyncio.to_thread(open_wheel, daemon)
                slot = 0
                for _ in range(kills):
                    slot = chance.choice([s for s in (0, 3, 7) if s != slot])
                    await asyncio.to_thread(ask, daemon, slot)
                    await asyncio.sleep(chance.uniform(0, LONGEST_S))
                    daemon.kill()
                    daemon.start()
                    told = await settled(daemon)
                    counts[await _judge(told, wire)] += 1
                    if told["base_steps"] is None:
                        msg = f"unknown although the simulators finish their moves: {told}"
                        raise AssertionError(msg)
    return counts


async def _judge(told: dict[str, object], wire: RawListener) -> str:
    raw = await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION")
    if told["raw_steps"] != raw or told["base_steps"] != BASE:
        msg = f"rigd says {told}, the wire says {raw}"
        raise AssertionError(msg)
    begin = len(wire.history)
    await asyncio.sleep(0.5)
    moves = [h for h in wire.history[begin:] if h.what == "newNumberVector" and h.device == FOCUSER]
    if moves:
        msg = f"a blind move after the restart: {moves}"
        raise AssertionError(msg)
    return str(told["filter_embodied"])


async def main() -> None:
    """Print how it went."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    counts = await measure(kills)
    print(f"{kills} kills, every ledger right, no blind move; embodied afterwards: {dict(counts)}")


if __name__ == "__main__":
    asyncio.run(main())
