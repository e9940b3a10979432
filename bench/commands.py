"""CPU time of a command line that does little: what a person waits for is mostly imports.

Beside it, in the same run, Python with Typer and Rich alone, which no command can undercut. Each
figure is the median over several rounds of user and system time of the child process; the commands
take turns, so that a machine busy with something else slows all of them alike. `rigd status` finds
no daemon.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 7
NO_DAEMON = "http://127.0.0.1:1"
TRAIN = str(Path(__file__).parents[1] / "docs" / "trains" / "01-cooled-camera.toml")
COMMANDS: dict[str, tuple[list[str], int, float | None]] = {
    "python -c 'import typer, rich'": (["-c", "import typer, rich"], 0, None),
    "rigd --help": (["-m", "rigd", "--help"], 0, 0.3),
    "rigd --version": (["-m", "rigd", "--version"], 0, 0.3),
    "rigd status": (["-m", "rigd", "status", "--url", NO_DAEMON], 1, 0.3),
    "rigd spacers": (["-m", "rigd", "spacers", "--train", TRAIN], 0, 0.6),
}
"""What is typed: Python's arguments, the exit code that is right, and the seconds aimed at."""


def cpu_s(arguments: list[str], code: int) -> float:
    """User and system time of one run, in seconds."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *arguments], stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != code:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}, not with {code}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.rounds):
        for name, (arguments, code, _) in COMMANDS.items():
            times[name].append(cpu_s(arguments, code))
    floor_s, *_ = (statistics.median(found) for found in times.values())
    print(f"{'':32}{'CPU s':>8}{'least':>8}{'aim':>8}{'x floor':>9}")
    for name, (_, _, aim_s) in COMMANDS.items():
        median_s = statistics.median(times[name])
        aim = "" if aim_s is None else f"{aim_s:.1f}"
        print(f"{name:32}{median_s:8.3f}{min(times[name]):8.3f}{aim:>8}{median_s / floor_s:9.1f}")


if __name__ == "__main__":
    main()
