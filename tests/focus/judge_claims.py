"""Whether the wheel only claims which filter is in the light, by an account of its own."""

from rigd.devices.events import DeviceGone, WheelReport
from rigd.focus.state.effects import AutofocusEnded, Step
from rigd.focus.state.requests import Tick
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode


class Claims:
    """A wheel that is back says another slot than before, and was not seen to turn since."""

    def __init__(self) -> None:
        self._known: int | None = None
        self._said: int | None = None
        self._turns = False
        self._unseen = True
        self.since_s: float | None = None
        """Since when it only claims; None if it does not."""
        self.over_s = -1e9
        """When it last did, or may have."""

    def step(self, before: Rig, event: object, step: Step, now_s: float) -> None:
        """After every event: what an autofocus has found with such a filter is nobody's."""
        rig = step.rig
        for effect in step.effects:
            if isinstance(effect, AutofocusEnded):
                self._judge(before, effect, rig, timed=isinstance(event, Tick))
        if isinstance(event, WheelReport):
            self._take(event, before, now_s)
        elif isinstance(event, DeviceGone) and event.ref == rig.settings.wheel:
            self._unseen, self._turns = True, False
        if self.since_s is not None:
            self.over_s = now_s
            change = before.change
            told = change is not None and change.wheel_claims and rig.change is not change
            if told and (rig.change is None or rig.change.wheel_done):
                self._known, self.since_s = rig.filter_position, None

    def _take(self, event: WheelReport, before: Rig, now_s: float) -> None:
        slot = event.filter_position
        if not event.connected or event.fault or (slot is None and not event.moving):
            self._unseen, self._turns = True, False
            return
        if slot is None:
            self._turns = True
            return
        learnt = event.baseline or self._unseen or before.filter_position is None
        claims = self._known not in {None, slot}
        if self._turns or not (learnt or slot == self._said):
            claims = False
        elif not learnt:
            claims = self.since_s is not None
        if before.change is not None and learnt and not self._turns:
            claims, self.over_s = False, now_s  # where a turn of rigd's ended, perhaps
        if not claims:
            self._known = slot
        self.since_s = None if not claims else now_s if self.since_s is None else self.since_s
        self._said, self._unseen, self._turns = slot, False, False

    def _judge(self, before: Rig, ended: AutofocusEnded, after: Rig, *, timed: bool) -> None:
        apply = before.settings.mode is Mode.APPLY and before.ledger.embodied is not None
        if self.since_s is None:
            if self.over_s < ended.began_s:
                assert not ended.of_claimed_filter, "a filter that is known is taken for a claim"
        elif self.since_s <= ended.began_s and ended.proves_focus and apply and timed:
            assert after.ledger.embodied is None, "took a focus for that of a claimed filter"
