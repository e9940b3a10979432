"""Odd requests against a whole daemon: it stays up, its memory flat, its focuser still.

    ./dev bench fuzz [REQUESTS] [--seed N]

rigd runs on the simulated driver in mode `observe`, its hardware connected. Requests of odd paths,
verbs, encodings, numbers and headers, and odd discovery packets, none of them a valid move; the
focuser's own position is read at the end. Memory is compared with that after the first tenth.
"""

import argparse
import random
import socket
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import monotonic

from tests.api.test_fuzz import datagrams, fuzz
from tests.live.simulated import SimulatedDaemon

REQUESTS, PARTS, SEED = 100_000, 10, 20260214
FLAT_KB = 8192
"""Growth after the first tenth that still counts as flat."""


def resident_kb(pid: int) -> int:
    """The memory that a process has."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def main() -> None:
    """Throw, count, judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("requests", nargs="?", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    part = max(1, options.requests // PARTS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        discovery_port = probe.getsockname()[1]
    statuses: Counter[str] = Counter()
    memory_kb: list[int] = []
    began_s = monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="rigd-fuzz-") as name,
        SimulatedDaemon(Path(name), discovery_port=discovery_port) as daemon,
    ):
        daemon.connect()
        before_steps = daemon.raw_steps()
        for number in range(1, PARTS + 1):
            datagrams(discovery_port, part // 10, options.seed + number)
            statuses += fuzz(daemon.port, part, dice)
            memory_kb.append(resident_kb(daemon.pid))
            print(f"{number * part:8} requests, {memory_kb[-1]} kB", flush=True)
        daemon.connect()
        after_steps, running = daemon.raw_steps(), daemon.running
        status = daemon.stop()
        with closing(sqlite3.connect(daemon.directory / "rigd.db")) as store:
            moves = store.execute("select count(*) from journal").fetchone()[0]
    shown = ", ".join(f"{key}: {count}" for key, count in sorted(statuses.items()))
    grown_kb = max(memory_kb) - memory_kb[0]
    print(f"{statuses.total()} requests in {monotonic() - began_s:.0f} s; {shown}")
    print(
        f"focuser before {before_steps}, after {after_steps} steps; moves in its journal: {moves}"
    )
    print(f"memory {grown_kb:+} kB since the first tenth; running {running}, ended with {status}")
    still = before_steps is not None and before_steps == after_steps and moves == 0
    sys.exit(0 if still and running and status == 0 and grown_kb <= FLAT_KB else 1)


if __name__ == "__main__":
    main()
