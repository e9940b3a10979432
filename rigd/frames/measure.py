"""Measures light frames, several at a time and apart from the daemon."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
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


@dataclass(frozen=True, slots=True)
class FrameFile:
    """What was found in one file."""

    named: str
    frames: tuple[LightFrame, ...] = ()
    refused: str | None = None
    """Why nothing was, in a few words that are the same for many files."""


def measure_files(
    files: Iterable[tuple[Path, str]], zone: tzinfo | None = None
) -> Iterator[FrameFile]:
    """Read or measure files, in their order.

    Args:
        files: paths, and how each is named.
        zone: the zone of times that a log writes without one.
    """
    at_a_time = max(1, min(MOST_AT_A_TIME, os.cpu_count() or 1))
    waiting = iter(files)
    measure = partial(_measure, zone=zone)
    # Spawned: the threads of this process are none of a child's business.
    with ProcessPoolExecutor(at_a_time, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(measure, one) for one in islice(waiting, 2 * at_a_time)]
        while running:
            yield running.pop(0).result()
            running += [pool.submit(measure, one) for one in islice(waiting, 1)]


def _measure(file: tuple[Path, str], zone: tzinfo | None) -> FrameFile:
    path, named = file
    try:
        return FrameFile(named, _frames_of(path, zone))
    except InvalidValueError as error:
        return FrameFile(named, refused=str(error).removeprefix(f"{path.name}: "))
    except OSError as error:
        return FrameFile(named, refused=error.strerror or "cannot be read")


def _frames_of(path: Path, zone: tzinfo | None) -> tuple[LightFrame, ...]:
    with path.open("rb") as file:
        begin = file.read(16)
    if not is_image(begin):
        return read_frames(path, zone=zone)
    image = read_image(path)
    if {"hfr", "hfd"} & set(image.cards):
        return (frame_of_header(image.cards),)
    # What could not count is not measured: its stars are never looked for.
    frame_of_header(image.cards, hfr_px=1.0)
    return (frame_of_header(image.cards, measure_stars(image.middle).hfr_px),)
