"""`rigd offsets audit`'s measuring: many large frames, in how much time and memory.

    ./dev bench frames [--frames 500] [--kind fits|fz|xisf] [--folder /tmp]

Makes a few frames of 26 megapixels with made-up stars, and measures them under many names (hard
links) as the command does: several at a time, each in a process of its own. Printed: the time, how
many frames a minute, and the most memory that all processes together held.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

import numpy as np

from rigd.frames.measure import measure_files
from tests.frames.sky import sky, write_fits, write_xisf

WIDTH, HEIGHT = 6248, 4176
DIFFERENT = 3
"""So many frames are made; the others are the same files under other names."""
SUFFIX = {"fits": ".fits", "fz": ".fits.fz", "xisf": ".xisf"}


def main() -> None:
    """Make the frames, measure them, print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--kind", choices=sorted(SUFFIX), default="fits")
    parser.add_argument("--folder", type=Path, help="where the frames are made for a while")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        files = _make(Path(folder), options.frames, SUFFIX[options.kind])
        watch = _MemoryWatch()
        started = time.perf_counter()
        found = list(measure_files((file, file.name) for file in files))
        spent = time.perf_counter() - started
        most = watch.stop()
    measured = [one.stars for one in found if one.stars is not None]
    print(
        f"{len(measured)} of {len(files)} {options.kind} frames of {WIDTH} x {HEIGHT} measured in "
        f"{spent:.0f} s ({60 * len(measured) / spent:.0f} a minute), {np.median(measured):.0f} "
        f"stars each; at most {most / 2**20:.0f} MiB in all processes together"
    )


def _make(folder: Path, number: int, suffix: str) -> list[Path]:
    files = []
    for at in range(number):
        path = folder / f"frame{at:04}{suffix}"
        if at < DIFFERENT:
            middle = sky(2.0 + 0.3 * at, stars=400, side_px=2048, seed=at)
            picture = np.full((HEIGHT, WIDTH), 800, dtype=np.uint16)
            top, left = (HEIGHT - 2048) // 2, (WIDTH - 2048) // 2
            picture[top : top + 2048, left : left + 2048] = middle
            (write_xisf if suffix == ".xisf" else write_fits)(path, picture)
        else:
            path.hardlink_to(folder / f"frame{at % DIFFERENT:04}{suffix}")
        files.append(path)
    return files


class _MemoryWatch:
    """Looks every tenth of a second at what this process and its children hold."""

    def __init__(self) -> None:
        self._most = 0
        self._stopped = Event()
        self._thread = Thread(target=self._look)
        self._thread.start()

    def stop(self) -> int:
        """Return the most, in bytes."""
        self._stopped.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._stopped.wait(0.1):
            self._most = max(self._most, sum(_held(one) for one in _family(os.getpid())))


def _family(pid: int) -> list[int]:
    children = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(one) for one in task.read_text().split()]
        except OSError:
            continue  # it has ended
    return [pid, *(one for child in children for one in _family(child))]


def _held(pid: int) -> int:
    """Return the proportional share of memory of a process: what is shared counts once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
