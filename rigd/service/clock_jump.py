"""Did the calendar's clock jump? A small computer without a clock wakes in the past.

Deadlines run on the monotonic clock and do not notice. What was stored meanwhile with the wrong
time is flagged (`flag_runs`), not fitted.
"""

import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rigd.store.database import Store
from rigd.store.runs import time_text
from rigd.units import local_time

SMALL = timedelta(seconds=10)
"""A clock that is kept in step is set by less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A jump of the calendar's clock, because it was set."""

    began: datetime
    """The first wrong time of this clock."""
    before: datetime
    """The last wrong time."""
    now: datetime

    @property
    def sentence(self) -> str:
        """What happened, with the two times."""
        by = self.now - self.before
        way = "forward" if by > timedelta(0) else "back"
        return (
            f"the computer's clock was set {way} by {_describe_length(by)} at "
            f"{local_time(self.now)}: times from {local_time(self.began)} to "
            f"{local_time(self.before)} are wrong"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWatch:
    """What the clock should show, as far as it ran evenly."""

    began: datetime
    last: datetime
    last_s: float

    def look(self, now: datetime, now_s: float) -> tuple["ClockWatch", Jump | None]:
        """Compare both clocks; return the next watch, and the jump if there was one."""
        expected = self.last + timedelta(seconds=now_s - self.last_s)
        if abs(now - expected) <= SMALL:
            return replace(self, last=now, last_s=now_s), None
        jump = Jump(began=self.began, before=expected, now=now)
        return ClockWatch(began=now, last=now, last_s=now_s), jump


def _describe_length(time: timedelta) -> str:
    """A length of time as a person says it: "9 days 17 h 55 min"; whole seconds below an hour."""
    seconds = round(abs(time).total_seconds())
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [
        f"{days} day{'s' if days != 1 else ''}" if days else "",
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{rest} s" if rest and not (days or hours) else "",
    ]
    return " ".join(part for part in parts if part)


def steady_s() -> float:
    """Seconds of a clock that nobody sets and that goes on while the computer sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()  # Windows: goes on during sleep, too


def flag_runs(store: Store, rig: str, jump: Jump) -> int:
    """Flag the runs of a rig that have a wrong time, and date what is embodied anew; how many."""
    wrong = [rig, time_text(jump.began), time_text(jump.before)]
    with store.transaction() as db:
        flagged = db.execute(
            "update runs set accepted = 0, reason = ? where accepted and rig = ?"
            " and time >= ? and time <= ?",
            [f"made before the computer's clock was set: {jump.sentence}", *wrong],
        ).rowcount
        db.execute(
            "update embodied set at = ? where rig = ? and at >= ? and at <= ?",
            [time_text(jump.now), *wrong],
        )
    return flagged
