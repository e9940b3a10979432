"""Light frames compared with the autofocus runs before them: reported, never acted on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import InvalidValueError
from rigd.files.plain_words import count_of
from rigd.files.text import comparable_name
from rigd.learning.fit_input import FitInput
from rigd.learning.frame_audit import (
    AgedSharpness,
    Softness,
    audit_frames,
    comparable_filters,
    tabulate_ages,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameVerdict:
    """What light frames said of one filter."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameInspection:
    """The result of comparing light frames."""

    frames: int
    left_out: int
    """Frames whose filter this rig does not have."""
    compared: tuple[str, ...]
    """Keys of the filters with enough frames of both kinds."""
    found: tuple[Softness, ...]
    """The filters that are clearly softer behind an offset."""
    by_age: tuple[AgedSharpness, ...] = ()
    """How sharp each filter is, by the time since the autofocus before."""
    light_path_id: str = ""
    at: str = ""

    @property
    def sentence(self) -> str:
        """The result in one line."""
        looked = f"{count_of(self.frames, 'light frame')} looked at"
        if self.left_out:
            looked += f" ({self.left_out} more are of filters that this rig does not have)"
        if self.found:
            return f"{looked}: {'; '.join(one.text for one in self.found)}"
        if self.compared:
            return f"{looked}: {', '.join(self.compared)} as sharp as behind their own focus"
        return (
            f"{looked}: no filter has three frames behind its own focus and three behind "
            "another's, within an hour and a half of it"
        )

    def of(self, key: str, light_path_id: str) -> FrameVerdict | None:
        """Return the finding about one filter; None in another light path, or not compared."""
        if light_path_id != self.light_path_id or key not in self.compared:
            return None
        found = next((one for one in self.found if one.filter == key), None)
        text = "as sharp as behind its own focus" if found is None else found.text
        return FrameVerdict(at=self.at, text=text)


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
