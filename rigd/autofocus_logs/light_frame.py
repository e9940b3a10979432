"""One light frame, as a log or a header describes it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LightFrame:
    """How sharp a frame was."""

    filter: str
    time: datetime
    """When it ended, UTC, aware."""
    hfr_px: float
    """Median half-flux radius of its stars."""
