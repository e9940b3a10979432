"""One night of a rig: from noon to noon in its owner's zone, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rigd.alert_settings import AlertKind
from rigd.errors import InvalidValueError
from rigd.view.night_changes import NightChange

NOW = "now"
"""Names the night that is now, also before its evening."""
YEARS = 1970, 2199
"""A computer without a clock battery begins in 1970; what is far beyond is no date of a night."""
EVENING_H = 18
"""Until this hour the night that ended at noon is the newest: it is then that one looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A night, named by the day on which it begins."""

    day: date
    began: datetime
    """Noon of that day, in the zone of the owner."""
    ended: datetime
    """Noon of the next day: not always 24 hours later, where clocks are put forward or back."""

    @property
    def bounds(self) -> tuple[str, str]:
        """Begin and end as the tables have times: UTC to the millisecond."""
        began, ended = (
            one.astimezone(UTC).isoformat(timespec="milliseconds")
            for one in (self.began, self.ended)
        )
        return began, ended


def night_on(day: date, zone: tzinfo | None) -> Night:
    """The night that begins on a day.

    Args:
        day: in the owner's zone.
        zone: None: this computer's.

    Raises:
        InvalidValueError: no rigd was there in that year.
    """
    if not YEARS[0] <= day.year <= YEARS[1]:
        msg = f"night {day}: rigd knows nights of {YEARS[0]} to {YEARS[1]} alone"
        raise InvalidValueError(msg)
    return Night(day=day, began=_noon(day, zone), ended=_noon(day + timedelta(days=1), zone))


def night_at(moment: datetime, zone: tzinfo | None) -> Night:
    """The night that a moment belongs to."""
    local = moment.astimezone(zone)
    day = local.date()
    return night_on(day if local.hour >= 12 else day - timedelta(days=1), zone)


def night_before(moment: datetime, zone: tzinfo | None) -> Night:
    """The night before the one that a moment belongs to."""
    return night_on(night_at(moment, zone).day - timedelta(days=1), zone)


def newest_night(now: datetime, zone: tzinfo | None) -> Night:
    """The night that one asks for who names none: this one from the evening on, else the last."""
    return night_at(now - timedelta(hours=EVENING_H - 12), zone)


def _noon(day: date, zone: tzinfo | None) -> datetime:
    # Without a zone it is that of this computer, with the summer time of that very day.
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserSample:
    """Where a focuser stood at a moment; null is unknown."""

    at: str
    raw_steps: int | None = None
    temperature_c: float | None = None
    filter: str | None = None
    """Name of the filter in the light."""

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing of the focuser: then it stands in a gap."""
        return self.raw_steps is None and self.temperature_c is None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLine:
    """A line of the diary."""

    at: str
    weight: str
    result: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFrames:
    """Frames that began before the focuser stood in the focus of their filter."""

    at: str
    filter: str
    frames: int
    off_steps: int | None
    """How far the focuser was off when the last of them began; null: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRun:
    """An autofocus run."""

    at: str
    filter: str | None
    position_steps: float | None
    """In the focuser's own counts, if it counts."""
    se_steps: float | None
    temperature_c: float | None
    counts: bool
    """Whether offsets are learnt from it."""
    reason: str | None
    """Why not."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetThen:
    """What a fit said of a filter's offset."""

    focus_offset_steps: float | None
    se_steps: float | None
    state: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightAlert:
    """An alert that was open in the night."""

    kind: AlertKind
    about: str
    """The rig, or `computer`."""
    sentence: str
    ends_when: str
    began_at: str
    ended_at: str | None
    """null: it lasts, or rigd ended before it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFacts:
    """What is stored of a night, oldest first."""

    samples: tuple[FocuserSample, ...] = ()
    changes: tuple[NightLine, ...] = ()
    """The lines of the diary that say how a filter change ended."""
    warnings: tuple[NightLine, ...] = ()
    """The other lines of the diary that are warnings."""
    lines: int = 0
    """How many lines the diary has of the night."""
    early_frames: tuple[EarlyFrames, ...] = ()
    soft_frames: tuple[str, ...] = ()
    """What light frames said that were looked at in the night."""
    runs: tuple[NightRun, ...] = ()
    offsets_before: Mapping[str, OffsetThen] = field(default_factory=dict)
    """What the newest fit before the night said, by name of the filter."""
    offsets_after: Mapping[str, OffsetThen] = field(default_factory=dict)
    equipment: tuple[NightChange, ...] = ()
    alerts: tuple[NightAlert, ...] = ()
    left_out: tuple[str, ...] = ()
    """What there was too much of to read all of it."""

    def with_sample(self, sample: FocuserSample) -> "NightFacts":
        """The same with a newer sample."""
        return replace(self, samples=(*self.samples, sample))
