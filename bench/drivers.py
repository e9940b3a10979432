"""Filter changes with INDI's real drivers on emulated controllers, judged by the controllers.

One command: `./dev bench drivers [CHANGES] [FAMILY ...]`. Every family of focusers turns filters
with a Quantum wheel, every wheel with a MoonLite focuser. The motors are slow (200 steps a second)
and every command takes 20 ms, as over a real line: that is where drivers say Ok too early. Half of
the rigs ask rigd's wheel and expose as soon as it says that it is ready; half turn the real wheel.
Wrong: the motor does not stand at the focus of the filter afterwards. Blocked: the change ended in
an error, or not within half a minute. Early: rigd said ready before wheel and motor had arrived.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.live.controllers.families import FOCUSERS, WHEELS
from tests.live.controllers.rig import FILTERS, Change, DriverRig, driver_rig

CHANGES = 200
STEPS_PER_S = 200.0
LATENCY_S = 0.02
AT_ONCE = 12
"""Rigs measured side by side; what they do is mostly wait."""
MOST_BLOCKED = 5
"""So many blocked changes in a row end a series: the rest would be blocked as well."""
PAIRS = (
    *((focuser, "quantum") for focuser in FOCUSERS),
    *(("moonlite", wheel) for wheel in (*WHEELS, "manual") if wheel != "quantum"),
)
WAYS = ("in-path", "reactive")


@dataclass(frozen=True)
class Series:
    """All changes of one pair in one way."""

    focuser: str
    wheel: str
    way: str
    changes: list[Change]
    wanted: int

    @property
    def wrong(self) -> int:
        """Changes that ended, and not in focus."""
        return sum(change.off_steps != 0 for change in self.changes if change.blocked is None)

    @property
    def blocked(self) -> int:
        """Changes that did not end, or were never begun since nothing went on."""
        ended = sum(change.blocked is None for change in self.changes)
        return self.wanted - ended

    @property
    def early(self) -> int:
        """Exposures before wheel and motor had arrived."""
        return sum(change.early for change in self.changes)

    @property
    def reasons(self) -> Counter[str]:
        """Why changes were blocked."""
        return Counter(change.blocked for change in self.changes if change.blocked is not None)

    def line(self) -> str:
        """The row of the table."""
        took = [change.took_s for change in self.changes if change.blocked is None]
        middle = f"{median(took):.1f} s" if took else ""
        return (
            f"| {self.focuser} | {self.wheel} | {self.way} | {self.wanted} | {self.wrong} "
            f"| {self.blocked} | {self.early} | {middle} |"
        )


async def measure(focuser: str, wheel: str, way: str, changes: int) -> Series:
    """Do the changes of one series."""
    with tempfile.TemporaryDirectory() as name:
        async with driver_rig(Path(name), focuser, wheel) as rig:
            rig.focuser.motor.steps_per_s = STEPS_PER_S
            rig.focuser.latency_s = LATENCY_S
            return Series(focuser, wheel, way, await _turn(rig, way, changes), changes)


async def _turn(rig: DriverRig, way: str, changes: int) -> list[Change]:
    done: list[Change] = []
    change = rig.change_in_path if way == "in-path" else rig.change_reactive
    for number in range(1, changes + 1):
        done.append(await change(FILTERS[number % len(FILTERS)]))
        await rig.exposed()
        if all(c.blocked for c in done[-MOST_BLOCKED:]) and len(done) >= MOST_BLOCKED:
            break
    return done


async def main() -> None:
    """Print the table; exit 1 if anything was wrong, blocked or early."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = [word for word in sys.argv[1:] if not word.isdigit()]
    changes = numbers[0] if numbers else CHANGES
    pairs = [pair for pair in PAIRS if not names or set(pair) & set(names)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(focuser: str, wheel: str, way: str) -> Series:
        async with gate:
            series = await measure(focuser, wheel, way, changes)
            print(series.line(), *(f"\n  {n} x {why}" for why, n in series.reasons.items()))
            return series

    all_series = await asyncio.gather(*(one(*pair, way) for pair in pairs for way in WAYS))
    print("\n| focuser | wheel | way | changes | wrong | blocked | early | median |")
    print("|---|---|---|---|---|---|---|---|")
    for series in all_series:
        print(series.line())
    sys.exit(any(s.wrong or s.blocked or s.early for s in all_series))


if __name__ == "__main__":
    asyncio.run(main())
