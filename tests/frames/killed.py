"""What measures a frame in a process that the system kills."""

import os
import signal
from datetime import tzinfo

from rigd.frames.measure import FrameFile, NamedFile


def measure_or_die(file: NamedFile, zone: tzinfo | None) -> FrameFile:
    """Measure a file, or be killed as where memory is short."""
    if file[1] == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return FrameFile(file[1], stars=1)
