"""What a person says of a run that was read otherwise."""

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Coordinates(StrEnum):
    """Which coordinate a position is in; a run of unknown frame is asked about, never fitted."""

    RAW = "raw"
    """The focuser's own counts."""
    LOGICAL = "logical"
    """What rigd's virtual focuser shows: raw minus what rigd has moved by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One measured point of a V-curve."""

    position_steps: float
    hfr_px: float
    """Half-flux radius in the log's own unit; only its shape matters to a fit."""
    se_px: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutofocusRun:
    """What one autofocus run found. None is unknown; `reason` is the log's word or ours."""

    filter: str | None
    position_steps: float | None
    source: str
    """The format and the place in it, fit for a person to find the run again."""
    ok: bool
    se_steps: float | None = None
    temperature_c: float | None = None
    altitude_deg: float | None = None
    """Of the telescope above the horizon; it is no part of the key."""
    time: datetime | None = None
    """Of its end, UTC, aware."""
    began: datetime | None = None
    """Known only of a run that rigd itself saw; it is no part of the key."""
    coordinates: Coordinates | None = None
    reason: str | None = None
    points: tuple[CurvePoint, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no fit could survive: a naive time, a number that is none."""
        if self.time is not None and self.time.utcoffset() is None:
            msg = f"{self.source}: time {self.time.isoformat()} has no zone"
            raise ValueError(msg)
        for name in ("position_steps", "se_steps", "temperature_c", "altitude_deg"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                msg = f"{self.source}: {name} {value} is no finite number"
                raise ValueError(msg)

    @property
    def key(self) -> str:
        """The same run read twice has the same key, whatever the file is called."""
        words = (
            self.filter,
            self.position_steps,
            self.temperature_c,
            None if self.time is None else self.time.timestamp(),
            self.ok,
            tuple((p.position_steps, p.hfr_px) for p in self.points),
        )
        return hashlib.sha256(repr(words).encode()).hexdigest()[:32]

    def as_raw(self, embodied_steps: float) -> "AutofocusRun":
        """This run in the focuser's own counts; `embodied_steps` is the journal's of that moment.

        Raises:
            ValueError: The frame is unknown.
        """
        if self.coordinates is None:
            msg = f"{self.source}: its frame is unknown: say whether positions are raw or logical"
            raise ValueError(msg)
        if self.coordinates is Coordinates.RAW or self.position_steps is None:
            return replace(self, coordinates=Coordinates.RAW)
        points = tuple(
            replace(point, position_steps=point.position_steps + embodied_steps)
            for point in self.points
        )
        position = self.position_steps + embodied_steps
        return replace(self, coordinates=Coordinates.RAW, position_steps=position, points=points)

    def as_json(self) -> dict[str, object]:
        """The nine fields that `rigd runs read --json` prints."""
        return {
            "filter": self.filter,
            "position_steps": self.position_steps,
            "se_steps": self.se_steps,
            "temperature_c": self.temperature_c,
            "time": None if self.time is None else self.time.isoformat().replace("+00:00", "Z"),
            "frame": None if self.coordinates is None else str(self.coordinates),
            "source": self.source,
            "ok": self.ok,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCorrection:
    """What holds instead; None leaves it as it is."""

    coordinates: Coordinates | None = None
    filter: str | None = None
