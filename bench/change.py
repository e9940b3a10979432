"""Filter changes asked of rigd by an unmodified Alpaca client that exposes as soon as it may.

One command: `./dev bench change [CHANGES]`. Real indiserver, its wheel (half a second a change),
and its focuser at a realistic speed. alpyca asks rigd's wheel for a filter, polls `Position`, and
starts an exposure the moment it is not -1. A listener of its own on the wire, with its own clock,
judges: no exposure may begin before wheel and focuser have both settled. Printed beside it: the
time that rigd adds over the slower device, and what a client needs that does one after the other.
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

from alpaca.filterwheel import FilterWheel

from tests.live.daemon import Daemon
from tests.live.indiserver import CAMERA, FOCUSER, WHEEL, Heard, IndiServer, RawListener

CHANGES = 500
POLL_S = 0.02
US_PER_STEP = 4000
"""Focuser simulator: 250 steps a second, slower than most real ones."""
EXPOSURE_S = 0.01


@dataclass(frozen=True)
class Change:
    """One change, as the wire saw it; seconds from the client's request."""

    wheel_s: float
    focuser_s: float
    ready_s: float
    exposed_s: float

    @property
    def early(self) -> bool:
        """Whether the exposure began before both devices had settled."""
        return self.exposed_s < max(self.wheel_s, self.focuser_s)


async def measure(changes: int) -> list[Change]:
    """Do the changes; a client that exposes too early is seen here."""
    with (
        tempfile.TemporaryDirectory() as name,
        IndiServer(Path(name)) as server,
        Daemon(Path(name), server) as daemon,
    ):
        async with RawListener(server.port) as wire:
            await wire.wait(lambda: wire.latest(CAMERA, "CCD_EXPOSURE") is not None, "camera")
            await wire.wait(lambda: wire.latest(FOCUSER, "DELAY") is not None, "focuser")
            wire.set_number(FOCUSER, "DELAY", "DELAY_VALUE", US_PER_STEP)
            async with asyncio.timeout(30):
                while "first sight" not in daemon.said():  # noqa: ASYNC110 - a file
                    await asyncio.sleep(0.05)
            wheel = FilterWheel(daemon.url, 0)
            await asyncio.to_thread(setattr, wheel, "Connected", True)
            slots = (3, 7, 0)
            return [await _change(wheel, wire, slots[n % 3]) for n in range(changes)]


async def _change(wheel: FilterWheel, wire: RawListener, slot: int) -> Change:
    begin, began_s = len(wire.history), monotonic()
    await asyncio.to_thread(setattr, wheel, "Position", slot)
    while await asyncio.to_thread(lambda: wheel.Position) < 0:  # noqa: ASYNC110 - polls as clients do
        await asyncio.sleep(POLL_S)
    ready_s = monotonic()
    wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", EXPOSURE_S)

    def heard(device: str, name: str, state: str) -> list[Heard]:
        return [
            h for h in wire.history[begin:] if (h.device, h.name, h.state) == (device, name, state)
        ]

    await wire.wait(lambda: bool(heard(CAMERA, "CCD_EXPOSURE", "Busy")), "an exposure")
    await wire.wait(lambda: bool(heard(CAMERA, "CCD_EXPOSURE", "Ok")), "its end")
    moved = heard(FOCUSER, "ABS_FOCUS_POSITION", "Ok")
    return Change(
        wheel_s=heard(WHEEL, "FILTER_SLOT", "Ok")[-1].at_s - began_s,
        focuser_s=moved[-1].at_s - began_s if moved else 0.0,
        ready_s=ready_s - began_s,
        exposed_s=heard(CAMERA, "CCD_EXPOSURE", "Busy")[0].at_s - began_s,
    )


async def main() -> None:
    """Print the table; exit 1 if an exposure began too early."""
    changes = await measure(int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES)
    added_ms = [(c.ready_s - max(c.wheel_s, c.focuser_s)) * 1000 for c in changes]
    sequential_s = [c.wheel_s + c.focuser_s for c in changes]
    together_s = [c.ready_s for c in changes]
    cuts = quantiles(added_ms, n=100)
    early = sum(c.early for c in changes)
    print(f"{len(changes)} changes, {early} exposures before the focus had settled")
    print(
        f"added over the slower device, ms: p50 {median(added_ms):.0f}  p99 {cuts[98]:.0f}  "
        f"max {max(added_ms):.0f}  (client polls every {POLL_S * 1000:.0f} ms)"
    )
    print(
        f"a whole change, s: p50 {median(together_s):.2f}; one device after the other: "
        f"p50 {median(sequential_s):.2f}"
    )
    sys.exit(1 if early else 0)


if __name__ == "__main__":
    asyncio.run(main())
