"""How fast rigd's Alpaca server answers, and for how much CPU, beside others in the same run.

    ./dev bench alpaca                       rigd on a still rig, and the others
    ./dev bench alpaca --address HOST:PORT   a running rigd instead of the still rig

The others are a bare uvicorn with httptools and uvloop that gives every request one constant JSON,
which is the least that such a server can cost, and an AlpycaDevice-style stack: falcon on wsgiref
(of the extra `bench`: `.venv/bin/pip install falcon`; left out if it is not installed).

Each server and the client have a process of their own. Rounds of the servers alternate, the median
round counts. CPU is that of the server's process, so the figures hold on a busy machine, and their
ratio to the bare server more so. Last, a whole daemon is asked while offsets are fitted in another
process without a pause and one of its configured Alpaca devices is dead: announced, and then never
answering.
"""

import argparse
import multiprocessing
import statistics
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from bench.alpaca_pressed import ask_under_pressure
from bench.alpaca_servers import run_bare, run_falcon, run_rigd
from bench.http_load import LOADS, Round, Target, ask, median, show

ROUNDS, ROUND_S = 9, 0.5
PATHS = {
    "position": "/api/v1/filterwheel/0/position?ClientID=1&ClientTransactionID=2",
    "focusoffsets": "/api/v1/filterwheel/0/focusoffsets?ClientID=1&ClientTransactionID=2",
}


def start(name: str, run: Callable[..., None]) -> tuple[multiprocessing.Process, Target]:
    """A server in a process of its own."""
    ready: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=run, args=(ready,), daemon=True)
    process.start()
    return process, Target(name, ("127.0.0.1", ready.get()), process.pid)


def compare(targets: Sequence[Target], rounds: int) -> None:
    """Ask every server under every load, in turns, and print the median rounds."""
    print(
        f"{'member':13}{'load':12}{'server':16}{'req/s':>9}{'p50 us':>9}{'p99 us':>9}"
        f"{'CPU s/1000':>12}{'x bare':>8}"
    )
    for member, path in PATHS.items():
        for load in LOADS:
            found: list[list[Round]] = [[] for _ in targets]
            for _ in range(rounds):
                for target, own in zip(targets, found, strict=True):
                    own.append(ask(target, path, load, ROUND_S))
            for target, own in zip(targets, found, strict=True):
                show(member, load, target, median(own), times_bare(own, found[0]))


def times_bare(found: Sequence[Round], bare: Sequence[Round]) -> float:
    """The median over the rounds of how many times the bare server's CPU a server used."""
    pairs = zip(found, bare, strict=True)
    return statistics.median(own.cpu_s_per_1000 / least.cpu_s_per_1000 for own, least in pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--address", help="HOST:PORT of a running rigd")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    runs: dict[str, Callable[..., None]] = {"bare uvicorn": run_bare}
    if not options.address:
        runs["rigd"] = run_rigd
    if find_spec("falcon"):
        runs["falcon/wsgiref"] = run_falcon
    else:
        print("falcon is not installed: it is left out")
    started = [start(name, run) for name, run in runs.items()]
    targets = [target for _, target in started]
    if options.address:
        host, _, port = options.address.rpartition(":")
        targets.append(Target("rigd", (host, int(port))))
    compare(targets, options.rounds)
    for process, _ in started:
        process.terminate()
        process.join(5.0)
    if not options.address:
        ask_under_pressure(PATHS, options.rounds, ROUND_S)


if __name__ == "__main__":
    main()
