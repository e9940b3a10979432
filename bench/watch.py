"""How soon a daemon learns of an autofocus that a program logs.

    ./dev bench watch [--runs 10]

A daemon on simulated devices watches a directory. A log of Ekos' Analyze grows there line by line,
as Ekos writes it, each line in two halves; asked for until it is there, a run says how long it took
from the end of its line.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.live.simulated import SimulatedDaemon

HEAD = (
    "#KStars version 3.7.0. Analyze log version 1.0.\n\n"
    "AnalyzeStartTime,2024-05-01 21:00:00.500,UTC\n"
)
LINE = (
    "AutofocusComplete,{seconds}.000,10.4,1,,Ha,20000|6.325|1.0|0|20050|4.924|1.0|0|20100|3.606|1.0"
    "|0|20150|2.500|1.0|0|20200|2.000|1.0|0|20250|2.500|1.0|0|20300|3.606|1.0|0|20350|4.924|1.0|0"
    "|20400|6.325|1.0|0,1,2|20200;2,Solution\n"
)
WATCH = '[[watch]]\npath = "{path}"\nrig = "demo"\nframe = "raw"\n'
FOUND_S = 120.0
"""Until the directory is looked through for the first time, at most."""


def main() -> None:
    """Write runs, print how soon each is known."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "analyze"
        folder.mkdir()
        log = folder / "night.analyze"
        log.write_text(HEAD + LINE.format(seconds=100), encoding="utf-8")
        with SimulatedDaemon(Path(name), more_servers=WATCH.format(path=folder)) as daemon:
            _until(daemon, 1, FOUND_S)
            took = []
            for number in range(options.runs):
                line = LINE.format(seconds=200 + 100 * number)
                with log.open("a", encoding="utf-8") as file:
                    file.write(line[:80])
                    file.flush()
                    time.sleep(0.37 * (number % 7))
                    file.write(line[80:])
                took.append(_until(daemon, number + 2, FOUND_S))
                print(f"run {number + 1}: {took[-1]:.1f} s", flush=True)
    print(f"learnt {min(took):.1f} to {max(took):.1f} s after its line's end; the aim is 5")


def _until(daemon: SimulatedDaemon, runs: int, limit_s: float) -> float:
    """Wait until the daemon has so many runs; return the seconds that it took."""
    started = time.monotonic()
    while time.monotonic() - started < limit_s:
        if len(daemon.read("/rigd/v1/rigs/demo/runs")["runs"]) >= runs:
            return time.monotonic() - started
        time.sleep(0.1)
    raise SystemExit(f"{runs} runs were not there after {limit_s:g} s: {daemon.said()[-2000:]}")


if __name__ == "__main__":
    main()
