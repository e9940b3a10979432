"""How long the daemon takes from its start to its first answer, by the number of rigs.

One command: `./dev bench start [RIGS ...]`. A daemon of its own for each start, every rig on a
simulated server of its own, no two with the same filters. Printed, each the median of five: when
the API first answers, when it knows where every wheel and focuser stands, and the CPU time spent
until then; apart from these, what of each is spent on imports alone.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from json import load
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from tests.live.indiserver import free_port
from tests.service.live import PROFILE

RIGS = (1, 10, 50)
ROUNDS = 5
LIMIT_S = 300.0
ENVIRONMENT = {key: one for key, one in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""An installed rigd is compiled already: no start compiles it anew."""
LOOK_S = 0.02


@dataclass(frozen=True)
class Start:
    """One start; seconds since the process began."""

    answers_s: float
    seen_s: float
    cpu_s: float


def write_configuration(folder: Path, port: int, rigs: int) -> Path:
    """A configuration with so many rigs, each with devices of its own."""
    config = f'store = "rigd.db"\n[listen]\nport = {port}\ndiscovery_port = 0\n'
    for number in range(rigs):
        profile = PROFILE.replace('server = "sim"', f'server = "sim{number}"')
        profile = profile.replace('name = "Learner"', f'name = "Learner {number}"')
        # Nothing that was worked out for one rig may do for another.
        profile = profile.replace("thickness_mm = 2.0", f"thickness_mm = {2 + number / 100}")
        (folder / f"{number}.toml").write_text(profile, encoding="utf-8")
        config += f'[[servers]]\nname = "sim{number}"\ndriver = "simulated"\n'
    for number in range(rigs):
        config += f'[[rigs]]\nname = "rig{number}"\nmode = "apply"\nprofile = "{number}.toml"\n'
    path = folder / "rigd.toml"
    path.write_text(config, encoding="utf-8")
    return path


def measure(rigs: int) -> Start:
    """Start a daemon and end it once it knows where every wheel and focuser stands."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        config = write_configuration(Path(name), port, rigs)
        began_s = monotonic()
        daemon = subprocess.Popen(
            [sys.executable, "-m", "rigd", "run", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        try:
            answers_s = _wait(f"http://127.0.0.1:{port}/rigd/v1/rigs", began_s, rigs, seen=False)
            seen_s = _wait(f"http://127.0.0.1:{port}/rigd/v1/rigs", began_s, rigs, seen=True)
            cpu_s = _cpu_s(daemon.pid)
        finally:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=30)
            finally:
                daemon.kill()
    return Start(answers_s=answers_s, seen_s=seen_s, cpu_s=cpu_s)


def _wait(url: str, began_s: float, rigs: int, *, seen: bool) -> float:
    while monotonic() - began_s < LIMIT_S:
        try:
            with urlopen(url, timeout=LIMIT_S) as reply:  # noqa: S310 - http on loopback
                rows = load(reply)["rigs"]
        except URLError:
            sleep(LOOK_S)
            continue
        known = [
            row["wheel"]["filter_position"] is not None and row["focuser"]["position_steps"]
            for row in rows
        ]
        if not seen or (len(known) == rigs and all(known)):
            return monotonic() - began_s
        sleep(LOOK_S)
    raise SystemExit(f"{rigs} rigs: not ready after {LIMIT_S:g} s")


def _cpu_s(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_imports() -> Start:
    """A Python that imports what the daemon does, and ends."""
    began_s = monotonic()
    process = subprocess.Popen([sys.executable, "-c", "import rigd.cli.run"], env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took_s = monotonic() - began_s
    return Start(answers_s=took_s, seen_s=took_s, cpu_s=usage.ru_utime + usage.ru_stime)


def median(starts: Sequence[Start]) -> Start:
    """The median of each figure."""
    return Start(
        answers_s=statistics.median(one.answers_s for one in starts),
        seen_s=statistics.median(one.seen_s for one in starts),
        cpu_s=statistics.median(one.cpu_s for one in starts),
    )


def main() -> None:
    """Measure and print."""
    numbers = [int(word) for word in sys.argv[1:]] or list(RIGS)
    measure(1)  # compiles, if nothing did yet
    imports = median([measure_imports() for _ in range(ROUNDS)])
    print(f"imports: {imports.answers_s:5.2f} s, CPU {imports.cpu_s:5.2f} s")
    for rigs in numbers:
        start = median([measure(rigs) for _ in range(ROUNDS)])
        print(
            f"{rigs:3} rigs: first answer {start.answers_s:5.2f} s, every device known "
            f"{start.seen_s:5.2f} s, CPU {start.cpu_s:5.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
