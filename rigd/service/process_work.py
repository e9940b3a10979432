"""The work that is done in a process of its own, imported there alone.

Fits bring NumPy and logs bring a reader for each program: the daemon starts without either. What is
said here is the work's name for `FitProcess`; the work itself is where it is imported from.
"""

from collections.abc import Sequence
from datetime import tzinfo

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_output import FitOutput
from rigd.learning.frame_findings import FrameInspection
from rigd.service.file_content import FileContent, FileToRead


def learn(fit_input: FitInput, runs: tuple[AutofocusRun, ...]) -> FitOutput:
    """Fit runs: `rigd.learning.fit_job`."""
    from rigd.learning import fit_job

    return fit_job.learn(fit_input, runs)


def inspect_frames(
    fit_input: FitInput, frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> FrameInspection:
    """Compare light frames with the runs before them: `rigd.learning.frame_inspection`."""
    from rigd.learning import frame_inspection

    return frame_inspection.inspect_frames(fit_input, frames, runs)


def read_files(
    files: Sequence[FileToRead], zone: tzinfo | None, coordinates: Coordinates | None
) -> tuple[FileContent, ...]:
    """Read files of a watched folder: `rigd.service.file_reading`."""
    from rigd.service import file_reading

    return file_reading.read_files(files, zone, coordinates)
