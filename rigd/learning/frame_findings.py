"""What light frames said of a rig's offsets. How they are compared is in `frame_inspection`."""

from dataclasses import dataclass
from datetime import timedelta

from rigd.files.plain_words import count_of

MAX_AGE = timedelta(hours=1.5)
"""Frames longer after the last autofocus show the drift, not the offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softness:
    """One filter's frames behind another filter's focus, beside those behind its own."""

    filter: str
    softness: float
    """Relative excess of the half-flux radius."""
    off_by_steps: float | None
    """Defocus that explains it, of unknown sign; None without a V-curve of this filter."""
    own_frames: int
    offset_frames: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedSharpness:
    """How sharp one filter's frames are, so long after an autofocus."""

    filter: str
    own_focus: bool
    """Whether that autofocus was with this filter, or with another."""
    from_minutes: float
    frames: int
    hfr_px: float
    """Median half-flux radius."""


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
