"""What an idle rig costs: CPU of the daemon and of its child process, one rig on INDI.

One command: `./dev bench idle [SECONDS]`. A real indiserver with its simulators; no client asks
anything and nothing moves. Linux's own count of nanoseconds on a CPU, over all threads.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.live.daemon import Daemon
from tests.live.indiserver import IndiServer

SECONDS = 60.0
SETTLE_S = 15.0
"""Until devices are connected, their facts are stored and the train is worked out."""


def children_of(parent: int) -> Iterator[int]:
    """The processes that a process has started."""
    for task in Path(f"/proc/{parent}/task").iterdir():
        yield from map(int, (task / "children").read_text(encoding="ascii").split())


def cpu_s(process: int) -> float:
    """Seconds that the threads of a process have been on a CPU."""
    threads = Path(f"/proc/{process}/task").iterdir()
    spent = (one / "schedstat" for one in threads)
    return sum(int(one.read_text(encoding="ascii").split()[0]) for one in spent) / 1e9


def wakeups(process: int) -> int:
    """How often the threads of a process have gone to sleep."""
    total = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        for line in (thread / "status").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            total += int(value) if name == "voluntary_ctxt_switches" else 0
    return total


async def main(seconds: float) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, IndiServer(Path(name)) as server:
        daemon = Daemon(Path(name), server)
        with daemon:
            await asyncio.sleep(SETTLE_S)
            (child,) = children_of(daemon.pid)
            processes = {"daemon": daemon.pid, "child process": child}
            before = {who: (cpu_s(pid), wakeups(pid)) for who, pid in processes.items()}
            await asyncio.sleep(seconds)
            print(f"one idle rig on INDI, {seconds:g} s, {os.cpu_count()} cores\n")
            print(f"{'':16}{'% of a core':>12}{'wakeups/s':>12}")
            whole = 0.0
            for who, pid in processes.items():
                spent_s, woken = (
                    now - then
                    for now, then in zip((cpu_s(pid), wakeups(pid)), before[who], strict=True)
                )
                whole += spent_s
                print(f"{who:16}{100 * spent_s / seconds:12.2f}{woken / seconds:12.1f}")
            print(f"{'both':16}{100 * whole / seconds:12.2f}")


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
