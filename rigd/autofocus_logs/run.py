"""One autofocus run as a log tells it, and what a person may correct of it."""

import hashlib
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

_PLACE = re.compile(r"\bline \d+(?=$|, )")
ASK_FRAME = "its frame is unknown: say whether positions are raw or logical"


class NoRunError(ValueError):
    """A file of a known format that is not meant to tell of a run; nobody need be warned of it."""


class Coordinates(StrEnum):
    """What a position counts from; a run of unknown coordinates is asked about, never fitted."""

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
    """What one autofocus run found. None is unknown; `reason` says why it failed or is in doubt."""

    filter: str | None
    position_steps: float | None
    source: str
    """The format and the place in it, fit for a person to find the run again."""
    ok: bool
    se_steps: float | None = None
    temperature_c: float | None = None
    altitude_deg: float | None = None
    """Altitude of the telescope above the horizon; not part of the key."""
    time: datetime | None = None
    """When it ended, UTC, aware."""
    began: datetime | None = None
    """When it began; known only of a run that rigd itself observed. Not part of the key."""
    coordinates: Coordinates | None = None
    reason: str | None = None
    points: tuple[CurvePoint, ...] = ()
    focuser: str | None = None
    """The program's name of the focuser, where the log has it; not part of the key."""

    def __post_init__(self) -> None:
        """Refuse what no fit could use: a time without a zone, a number that is not finite."""
        if self.time is not None and self.time.utcoffset() is None:
            msg = f"{self.source}: time {self.time.isoformat()} has no zone"
            raise ValueError(msg)
        for name in ("position_steps", "se_steps", "temperature_c", "altitude_deg"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                msg = f"{self.source}: {name} {value} is not a finite number"
                raise ValueError(msg)

    @property
    def key(self) -> str:
        """A digest of what the run says: the same run read twice has the same key.

        Its source is not part of it: files get renamed. Of a run without its time the place in the
        file is.
        """
        words: tuple[object, ...] = (
            self.filter,
            self.position_steps,
            self.temperature_c,
            None if self.time is None else self.time.timestamp(),
            self.ok,
            tuple((p.position_steps, p.hfr_px) for p in self.points),
        )
        if self.time is None:  # two runs of a log may have the rest in common
            words = (*words, place_of(self.source))
        return hashlib.sha256(repr(words).encode()).hexdigest()[:32]

    def as_raw(self, embodied_steps: float) -> "AutofocusRun":
        """Return this run in the focuser's own counts.

        Args:
            embodied_steps: What rigd had moved the focuser by at that moment, from the journal.

        Raises:
            ValueError: Its coordinates are unknown.
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
        """Return the nine fields that `rigd runs read --json` prints."""
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
    """What a person states instead of what a log says; None leaves it as it is."""

    coordinates: Coordinates | None = None
    filter: str | None = None


def place_of(source: str) -> str:
    """Return the place inside its file that a run's source names; "" where it names none."""
    found = _PLACE.search(source)
    return "" if found is None else found[0]


def file_of(source: str) -> str:
    """Return what a run's source names without the place inside its file: format and file."""
    return _PLACE.sub("", source)


def plausible_temperature_c(reading: float | None) -> float | None:
    """Return a temperature, or None for one that no night has.

    Ekos writes -1000000 where there is no sensor. The limits are about the coldest and the hottest
    places on earth.
    """
    return reading if reading is not None and -90 < reading < 70 else None
