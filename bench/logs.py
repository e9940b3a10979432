"""`rigd runs read` on a log of a season: memory, and its speed beside `grep -c`.

    ./dev bench logs [--megabytes 500] [--folder /tmp]

Makes one log of N.I.N.A. and one of Ekos' Analyze, in which an autofocus stands once in some
hundred kilobytes of other lines, as in real ones, and reads each in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "tests" / "autofocus_logs" / "fixtures"
AIM_MIB = 200
BETWEEN_BYTES = 200_000
"""Of other lines, between one stretch with runs and the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How one kind of log is made."""

    name: str
    fixture: str
    head_lines: int
    """Of the fixture, which stand once."""
    other: tuple[str, ...]
    """Lines that tell of no run."""
    pattern: str
    """What grep counts."""


SEASONS = (
    Season(
        name="N.I.N.A. log",
        fixture="nina_program.log",
        head_lines=0,
        other=(
            "2024-05-01T22:30:01.1234|INFO|CameraVM.cs|Capture|742|Starting Exposure - Exposure "
            "Time: 120s; Filter: Ha 7nm; Gain: 100; Offset 50; Binning: 1x1;\n",
            "2024-05-01T22:32:03.5678|INFO|ImageSaveController.cs|DoWork|105|Saved image to "
            "D:\\\\Astro\\\\M 101\\\\2024-05-01_22-32-03_Ha_-10.00_120.00s_0042.fits\n",
            "2024-05-01T22:32:04.0001|DEBUG|PHD2Guider.cs|RunListener|812|{Event: GuideStep, "
            "Frame: 5124, Time: 3921.4, dx: 0.12, dy: -0.31, RADistanceRaw: 0.22}\n",
        ),
        pattern="Autofocus starting notification",
    ),
    Season(
        name="Ekos",
        fixture="ekos_v2.analyze",
        head_lines=3,
        other=(
            "MountCoords,1200.123,148.8920,69.0650,312.1000,51.2000,1,-1.2000\n",
            "GuideStats,1201.456,0.120,-0.310,20,0,31.200,412.000,12\n",
            "CaptureComplete,1202.789,120.000,Ha,2.101,/a/Light_Ha_0042.fits,238,460,0.452\n",
        ),
        pattern="^AutofocusComplete",
    ),
)


def main() -> None:
    """Make the logs, read them, print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="where the logs are made for a while")
    options = parser.parse_args()
    too_much = False
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for season in SEASONS:
            path = Path(folder) / season.fixture
            with path.open("w", encoding="utf-8") as file:
                file.writelines(_lines(season, options.megabytes * 1_000_000))
            read = [sys.executable, "-m", "rigd", "runs", "read", "--zone", "CET", str(path)]
            ours_s, ours_mib, runs = _measure(read)
            grep_s, _, _ = _measure(["grep", "-c", season.pattern, str(path)])
            too_much |= ours_mib > AIM_MIB
            print(
                f"{season.name}: {path.stat().st_size / 1e6:.0f} MB, {runs} runs read in "
                f"{ours_s:.1f} s with {ours_mib:.0f} MiB at most (the aim is {AIM_MIB}); "
                f"`grep -c` takes {grep_s:.1f} s",
                flush=True,
            )
    sys.exit(too_much)


def _lines(season: Season, size: int) -> Iterator[str]:
    lines = (FIXTURES / season.fixture).read_text(encoding="utf-8").splitlines(keepends=True)
    yield from lines[: season.head_lines]
    block = [one for one in lines[season.head_lines :] if one.endswith("\n")]
    other = cycle(season.other)
    written = 0
    while written < size:
        yield from block
        written += sum(map(len, block))
        between = 0
        while between < BETWEEN_BYTES:
            line = next(other)
            yield line
            between += len(line)
        written += between


def _measure(command: list[str]) -> tuple[float, float, int]:
    """Return the seconds that a command takes, the most memory it held in MiB, its lines."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdout=printed)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent = time.perf_counter() - started
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        printed.seek(0)
        return spent, usage.ru_maxrss / 1024, sum(1 for _ in printed)


if __name__ == "__main__":
    main()
