"""Focusers that several rigs have: who may move one, and what the others do with it meanwhile."""

from collections.abc import Callable, Mapping
from time import monotonic

from rigd.focus.focuser_sharing import Sharer, find_sharers, find_sharing, known_devices
from rigd.focus.other_rigs import describe_other_rigs, name_rig
from rigd.focus.state.effects import HaltFocuser, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import (
    AnyEvent,
    HaltRequested,
    HoldRequested,
    OtherRigsJudged,
    SharingJudged,
)
from rigd.focus.state.rig import Rig
from rigd.service.running_rig import RunningRig


class SharedFocusers:
    """Tells rigs that have one focuser of each other."""

    def __init__(
        self, rigs: Mapping[str, RunningRig], feed: Callable[[RunningRig, AnyEvent], object]
    ) -> None:
        self._rigs = rigs
        self._feed = feed
        self._sharers: Mapping[str, tuple[Sharer, ...]] = {}
        """Of each rig: which others have one of its focusers too."""

    def judge(self) -> None:
        """Close the gate of every rig that shares a focuser with another one that applies."""
        everyone = tuple(self._rigs.values())
        if not everyone:
            return
        settings = tuple(running.rig.settings for running in everyone)
        known = known_devices(running.rig for running in everyone)
        said, self._sharers = find_sharing(settings, known), find_sharers(settings, known)
        for running in everyone:
            sentence = said[running.name] or running.taken
            if sentence != running.rig.sharing:
                self._feed(running, SharingJudged(at_s=monotonic(), sentence=sentence))
            self._tell_of_others(running, monotonic())

    def tell(self, running: RunningRig, event: AnyEvent, step: Step) -> None:
        """Tell the rigs that have one of its focusers too what a rig does with it now."""
        asked = event.client if isinstance(event, HaltRequested | HoldRequested) else None
        halted = {effect.ref for effect in step.effects if isinstance(effect, HaltFocuser)}
        for one in self._sharers.get(running.name, ()):
            theirs = one.their_role is FocuserRole.MAIN
            stops = theirs and running.rig.settings.focuser_ref(one.role) in halted
            stopped_by = name_rig(running.rig, asked) if stops else None
            self._tell_of_others(self._rigs[one.rig], event.at_s, stopped_by)

    def _tell_of_others(
        self, running: RunningRig, at_s: float, stopped_by: str | None = None
    ) -> None:
        """Tell a rig what those do that have one of its focusers too, if that is new."""
        sharers = self._sharers.get(running.name, ())
        theirs: dict[str, Rig] = {one.rig: self._rigs[one.rig].rig for one in sharers}
        others = describe_other_rigs(sharers, theirs)
        if others != running.rig.others or stopped_by is not None:
            told = OtherRigsJudged(at_s=at_s, others=others, stopped_by=stopped_by)
            self._feed(running, told)
