"""The body of an audit: light frames and how sharp they are."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rigd.api.rest.body import read_as
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.log_time import to_utc
from rigd.errors import InvalidValueError

MOST_FRAMES = 5000
"""In one request."""


class FrameBody(BaseModel):
    """One light frame."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    filter: str = Field(min_length=1, max_length=80, description="The filter's name.")
    time: AwareDatetime = Field(description="Of its end, with its zone.")
    hfr_px: Annotated[float, Field(gt=0, le=1000)] = Field(
        description="Median half-flux radius of its stars."
    )


class FramesBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/offsets/audit`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    frames: tuple[FrameBody, ...] = Field(
        min_length=1, max_length=MOST_FRAMES, description="The frames, in any order."
    )


def read_frames(body: bytes) -> tuple[LightFrame, ...]:
    """The frames of a request's body.

    Raises:
        InvalidValueError: it is no such body; names the first thing that is wrong.
    """
    return tuple(_frame(frame) for frame in read_as(FramesBody, body).frames)


def frames_body(frames: Sequence[LightFrame]) -> Mapping[str, object]:
    """The body that says these frames."""
    return {
        "frames": [
            {"filter": f.filter, "time": f.time.isoformat(), "hfr_px": f.hfr_px} for f in frames
        ]
    }


def _frame(frame: FrameBody) -> LightFrame:
    time = to_utc(frame.time, None)
    if time is None or not 1980 < time.year < 2200:
        msg = f"time {frame.time.isoformat()} is not between 1981 and 2199"
        raise InvalidValueError(msg)
    return LightFrame(filter=frame.filter, time=time, hfr_px=frame.hfr_px)
