"""How long rigd takes to start with one rig and with many.

One command: `./dev bench many_rigs [RIGS ...]`. A daemon of its own for each number of rigs, every
rig on a simulated server of its own. Printed: when the API first answers, when it knows where every
wheel and focuser stands, and the CPU time spent until then.
"""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from json import load
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from tests.live.indiserver import free_port
from tests.service.live import PROFILE

RIGS = (1, 20, 50)
LIMIT_S = 300.0
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


def main() -> None:
    """Measure and print."""
    numbers = [int(word) for word in sys.argv[1:]] or list(RIGS)
    for rigs in numbers:
        start = measure(rigs)
        print(
            f"{rigs:3} rigs: first answer {start.answers_s:5.1f} s, every device known "
            f"{start.seen_s:5.1f} s, CPU {start.cpu_s:5.1f} s"
        )


if __name__ == "__main__":
    main()
