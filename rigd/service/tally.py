"""Counts what a rig does; the outside reads the counts as frozen `RigCounts`."""

from collections import Counter

from rigd.focus.state.early_frames import EarlyFrames
from rigd.focus.state.rig import Result, Rig
from rigd.view.counts import (
    CHANGE_BOUNDS_S,
    COMMAND_BOUNDS_S,
    COUNTED,
    QUEUE_BOUNDS,
    Distribution,
    RigCounts,
)

_LASTED = frozenset({Result.DONE, Result.FAILED})


class Tally:
    """The counts of one rig, from the start of rigd on."""

    def __init__(self) -> None:
        self._changes: Counter[Result] = Counter(dict.fromkeys(COUNTED, 0))
        self._early_frames = 0
        self._change_s = Distribution.empty(CHANGE_BOUNDS_S)
        self._command_s = Distribution.empty(COMMAND_BOUNDS_S)
        self._queued = Distribution.empty(QUEUE_BOUNDS)

    def note_step(self, before: Rig, after: Rig, now_s: float) -> None:
        """Count what an event has brought about.

        Args:
            before: the rig before it.
            after: the rig after it.
            now_s: when it was, on the clock of the events.
        """
        outcome = after.outcome
        if outcome is not None and outcome is not before.outcome:
            waits_on = before.outcome is not None and before.outcome.result is Result.WAITING
            if outcome.result in COUNTED and not (outcome.result is Result.WAITING and waits_on):
                self._changes[outcome.result] += 1
            began = before.change
            if began is not None and after.change is not began and outcome.result in _LASTED:
                self._change_s = self._change_s.with_value(now_s - began.began_at_s)
        self._early_frames += new_early_frames(before, after)

    def note_command(self, waited_s: float) -> None:
        """Count a command that a driver has now, so long after it was decided."""
        self._command_s = self._command_s.with_value(waited_s)

    def note_queued(self, ahead: int) -> None:
        """Count a batch of work with so many others ahead of it."""
        self._queued = self._queued.with_value(ahead)

    @property
    def counts(self) -> RigCounts:
        """The counts as they are now."""
        return RigCounts(
            changes=dict(self._changes),
            early_frames=self._early_frames,
            change_s=self._change_s,
            command_s=self._command_s,
            queued=self._queued,
        )


def new_early_frames(before: Rig, after: Rig) -> int:
    """How many more frames are known to have begun too early.

    Frames of which the diary says nothing yet may be an autofocus: they count once it is none.
    """
    old, new = before.early_frames, after.early_frames
    if new is old:
        return 0
    if new is None:
        untold = old is not None and old.untold and not after.is_focusing
        return old.own_count if old is not None and untold else 0
    return max(0, _told(new) - _told(old))


def _told(frames: EarlyFrames | None) -> int:
    return 0 if frames is None or frames.untold else frames.own_count
