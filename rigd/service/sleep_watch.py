"""Whether rigd did not run for a while: a machine that froze, a stalled card, a stopped process."""

from time import monotonic

ASLEEP_S = 2.0
"""So much later than it was to look again it has slept."""


class SleepWatch:
    """Looked at before anything else is done, and once in every `look_s` at least."""

    def __init__(self, look_s: float) -> None:
        """It watches from the first look on: a start takes its time."""
        self._look_s = look_s
        self._last_s: float | None = None

    def look(self, now_s: float | None = None) -> float:
        """How long rigd has just not run, in seconds; 0: it ran."""
        now_s = monotonic() if now_s is None else now_s
        last_s, self._last_s = self._last_s, now_s
        slept_s = 0.0 if last_s is None else now_s - last_s - self._look_s
        return slept_s if slept_s > ASLEEP_S else 0.0

    @property
    def begun(self) -> bool:
        """Whether it watches."""
        return self._last_s is not None
