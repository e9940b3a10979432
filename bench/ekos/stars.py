"""A stand-in for `gsc`, which the camera simulator asks for stars and Debian does not have.

The simulator calls `gsc -c RA DEC -r ARCMIN -m BRIGHTEST FAINTEST -n MOST` and reads twelve
columns. The stars are made up, the same around every place.
"""

import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

STARS = 60
SEED = 7


def stars(ra_deg: float, dec_deg: float, radius_deg: float) -> Iterator[str]:
    """A line for each star."""
    drawn = random.Random(SEED)
    for number in range(1000, 1000 + STARS):
        x, y = drawn.uniform(-radius_deg, radius_deg), drawn.uniform(-radius_deg, radius_deg)
        ra = (ra_deg + x / max(0.05, math.cos(math.radians(dec_deg)))) % 360.0
        magnitude = drawn.uniform(4.0, 9.0)
        yield (
            f"{number:10d} {ra:9.5f} {dec_deg + y:+9.5f} 0.3 {magnitude:5.2f} 0.40 0 3 00HR NO"
            "    1.00 100"
        )


def program(path: Path) -> None:
    """Write the program that the simulator starts."""
    root = Path(__file__).parents[2]
    path.write_text(
        f"#!/bin/sh\ncd '{root}' && exec '{sys.executable}' -m bench.ekos.stars \"$@\"\n",
        encoding="utf-8",
    )
    path.chmod(0o755)


def main(words: Sequence[str] | None = None) -> None:
    """Answer as `gsc` does."""
    given = list(sys.argv[1:] if words is None else words)
    at = given.index("-c")
    radius = float(given[given.index("-r") + 1]) / 60.0
    for line in stars(float(given[at + 1]), float(given[at + 2]), radius):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
