"""Measures light frames, several at a time and apart from the daemon."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.light_frame_reader import frame_of_header, read_frames
from rigd.errors import InvalidValueError
from rigd.frames.image import is_image, read_image
from rigd.frames.stars import measure_stars

MOST_AT_A_TIME = 4
"""Processes: each holds a few hundred megabytes, and a disk gives no more."""
KILLED = "the process that measured it was killed, as where memory is short"
NamedFile = tuple[Path, str]
"""A file, and how it is named."""


@dataclass(frozen=True, slots=True)
class FrameFile:
    """What was found in one file."""

    named: str
    frames: tuple[LightFrame, ...] = ()
    stars: int | None = None
    """How many were measured; None where the header or a log says the radius."""
    refused: str | None = None
    """Why nothing was found, in a few words that are the same for many files."""


def measure_files(
    files: Iterable[NamedFile],
    zone: tzinfo | None = None,
    measure: Callable[..., FrameFile] | None = None,
) -> Iterator[FrameFile]:
    """Read or measure files, in their order.

    Args:
        files: paths, and how each is named.
        zone: the zone of times that a log writes without one.
        measure: what does it in another process, in place of `measure_file`.
    """
    at_a_time = max(1, min(MOST_AT_A_TIME, os.cpu_count() or 1))
    waiting = iter(files)
    work = partial(measure or measure_file, zone=zone)
    under_way = deque(islice(waiting, 2 * at_a_time))
    while under_way:
        with suppress(BrokenProcessPool), _open_pool(at_a_time) as pool:
            results = deque(pool.submit(work, one) for one in under_way)
            while under_way:
                found = results.popleft().result()
                under_way.popleft()
                yield found
                for one in islice(waiting, 1):
                    under_way.append(one)
                    results.append(pool.submit(work, one))
        if under_way:
            # One of those under way was too much: the first is asked alone, then all go on.
            yield _measure_alone(under_way.popleft(), work)
            under_way.extend(islice(waiting, 1))


def measure_file(file: NamedFile, zone: tzinfo | None) -> FrameFile:
    """Read or measure one file."""
    path, named = file
    try:
        return _find_frames(path, named, zone)
    except InvalidValueError as error:
        return FrameFile(named, refused=str(error).removeprefix(f"{path.name}: "))
    except OSError as error:
        return FrameFile(named, refused=error.strerror or "cannot be read")


def _open_pool(processes: int) -> ProcessPoolExecutor:
    # Spawned: the threads of this process are none of a child's business.
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _measure_alone(file: NamedFile, work: Callable[[NamedFile], FrameFile]) -> FrameFile:
    try:
        with _open_pool(1) as pool:
            return pool.submit(work, file).result()
    except BrokenProcessPool:
        return FrameFile(file[1], refused=KILLED)


def _find_frames(path: Path, named: str, zone: tzinfo | None) -> FrameFile:
    with path.open("rb") as file:
        begin = file.read(16)
    if not is_image(begin):
        return FrameFile(named, read_frames(path, zone=zone))
    image = read_image(path)
    if {"hfr", "hfd"} & set(image.cards):
        return FrameFile(named, (frame_of_header(image.cards),))
    # What could not count is not measured: its stars are never looked for.
    frame_of_header(image.cards, hfr_px=1.0)
    stars = measure_stars(image.middle)
    return FrameFile(named, (frame_of_header(image.cards, stars.hfr_px),), stars=stars.count)
