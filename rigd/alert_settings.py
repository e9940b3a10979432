"""The table [alerts] of the configuration: what wakes somebody, and when nothing may."""

import re
from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class AlertKind(StrEnum):
    """What an alert is about."""

    FOCUS_UNKNOWN = "focus_unknown"
    STAND_DOWN = "stand_down"
    NOBODY_APPLIES = "nobody_applies"
    CHANGE_FAILED = "change_failed"
    DEVICE_LOST = "device_lost"
    DISK_FULL = "disk_full"
    CLOCK_WRONG = "clock_wrong"
    EARLY_FRAMES = "early_frames"
    TABLE_CHANGED = "table_changed"


class AlertsConfig(BaseModel):
    """Which alerts are sent, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    receivers: str | None = Field(
        default=None,
        min_length=1,
        description="A file of its own, beside this one, with an address of Apprise in each line "
        "(ntfy://…, mailtos://…, tgram://…): it holds passwords, so let nobody else read it. "
        "Left out, alerts are on the page and in the report of the night alone.",
    )
    kinds: tuple[Annotated[AlertKind, Field(strict=False)], ...] = Field(
        default=tuple(AlertKind), strict=False, description="What is sent; by default all of it."
    )
    quiet: str | None = Field(
        default=None,
        description='When nothing is sent, by local time: "09:00-17:30". What still lasts '
        "at the end of it is sent then.",
    )
    device_lost_s: float = Field(
        default=120.0, ge=0.0, description="How long a device must be lost before it is an alert."
    )
    focus_unknown_s: float = Field(
        default=300.0, ge=0.0, description="How long the focus must be unknown before it is one."
    )
    early_frames: int = Field(
        default=2, ge=1, description="How many frames of a filter must have begun out of focus."
    )

    @field_validator("quiet")
    @classmethod
    def _is_a_time_of_day(cls, quiet: str | None) -> str | None:
        if quiet is not None and _QUIET.fullmatch(quiet) is None:
            msg = f"{quiet!r} is no time of day; write for example 09:00-17:30"
            raise ValueError(msg)
        return quiet

    def is_quiet(self, at: time) -> bool:
        """Whether nothing is sent at this time of day; the hours may go past midnight."""
        if self.quiet is None:
            return False
        begin, end = (time.fromisoformat(one) for one in self.quiet.split("-"))
        if begin <= end:
            return begin <= at < end
        return at >= begin or at < end
