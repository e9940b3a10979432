"""Light frames compared with the autofocus runs before them: reported, never acted on."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import InvalidValueError
from rigd.files.text import comparable_name
from rigd.learning.fit_input import FitInput
from rigd.learning.frame_audit import audit_frames, comparable_filters, tabulate_ages
from rigd.learning.frame_findings import FrameInspection


def inspect_frames(
    fit_input: FitInput, frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> FrameInspection:
    """Compare the frames of a rig's filters with the runs before them.

    Raises:
        InvalidValueError: No frame is of a filter of this rig.
    """
    known = [
        replace(frame, filter=key)
        for frame in frames
        if (key := fit_input.names.get(comparable_name(frame.filter))) is not None
    ]
    if not known:
        names = ", ".join(sorted({repr(frame.filter) for frame in frames})[:8]) or "none"
        msg = f"no filter of this rig is named as in the frames: {names}"
        raise InvalidValueError(msg)
    focused = [
        replace(run, filter=fit_input.names.get(comparable_name(run.filter)))
        for run in runs
        if run.filter
    ]
    return FrameInspection(
        frames=len(known),
        left_out=len(frames) - len(known),
        compared=comparable_filters(known, focused),
        found=audit_frames(known, focused),
        by_age=tabulate_ages(known, focused),
    )
