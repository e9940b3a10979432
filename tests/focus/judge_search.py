"""Who searches for focus, by an account of its own."""

from dataclasses import dataclass

from rigd.devices.events import CameraReport, WheelReport
from rigd.focus.state.requests import FilterRequested, Tick
from rigd.focus.state.rig import Rig


@dataclass
class Seen:
    """What one client was seen to do that may be a search for focus."""

    last_s: float
    moves: int = 1
    """Each after an exposure, but the first."""
    fresh: int = 1
    """Since the last exposure."""
    frames: int = 0
    exposed: bool = False
    turning: bool = False
    """It has asked for a filter, or turned to one, before it exposed."""
    owns: bool = False
    """The wheel turned to that filter without rigd's being asked."""


class Focusing:
    """An account of its own of who searches for focus; None moves the real focuser."""

    def __init__(self) -> None:
        self._seen: dict[str | None, Seen] = {}
        """Of each client, since the filter changed."""
        self._turning = self._asked = False
        """Whether the wheel was on its way before the event, and whether rigd was asked for it."""

    def step(self, event: object, before: Rig, rig: Rig, now_s: float) -> None:
        """After every event, before its moves are judged."""
        settings = rig.settings
        self._turning = before.wheel_turning
        self._asked = before.change is not None and not before.change.wheel_done
        if rig.move is not None and rig.move.by_client and rig.move.by in self._seen:
            self._seen[rig.move.by].last_s = now_s
        if isinstance(event, FilterRequested) and event.client in self._seen:
            if self._begins(self._seen[event.client], rig, now_s):
                self._seen[event.client] = self._anew(self._seen[event.client], owns=False)
            else:
                del self._seen[event.client]
        old, new = before.filter_position, rig.filter_position
        # A wheel that is lost, in fault, or known anew has not been turned by anybody.
        begins = rig.wheel_turning and not before.wheel_turning
        turned = begins or (None not in {old, new} and old != new)
        # A wheel that is turned on from where rigd had it was not asked of rigd by that.
        rigs = (before,) if isinstance(event, WheelReport) else (before, rig)
        asked = any(r.change is not None and not r.change.wheel_done for r in rigs)
        if turned:
            self._turn(rig, now_s, asked=asked)
        for client, one in tuple(self._seen.items()):
            rests_s = now_s - one.last_s
            old = rests_s > settings.autofocus_quiet_s
            # Without a frame it was no search: nothing was moved but once.
            idle = one.owns and not (one.frames or one.turning or one.exposed)
            old = old or (idle and rests_s >= settings.quiet_s)
            ends = turned and not one.turning
            # A client that has a name here asks for its filter by that name.
            young = one.moves < settings.autofocus_moves and not asked
            ends = ends and (client is None or young)
            if ends or (isinstance(event, Tick) and old):
                del self._seen[client]
            elif not rig.wheel_turning and (rig.change is None or rig.change.wheel_done):
                one.turning = False
        # Where it was found after a gap says nothing of how often it was moved, or when.
        in_sight = before.ledger_checked or before.main_focuser.watched
        if in_sight and rig.foreign_at_s != before.foreign_at_s:
            self._moved_directly(before, rig, now_s)
        seen = isinstance(event, CameraReport) and event.busy
        if seen and not (before.camera and before.camera.busy):
            for one in self._seen.values():
                one.exposed, one.frames = True, one.frames + 1

    def _moved_directly(self, before: Rig, rig: Rig, now_s: float) -> None:
        if self._catches_up(before, rig, now_s):
            self._seen[None].last_s = now_s
            return
        going_on = before.focuser is not None and before.focuser.moving
        self.moved(None, now_s, going_on=going_on)

    def _catches_up(self, before: Rig, rig: Rig, now_s: float) -> bool:
        """Whether the driver only tells within a poll and a half where a move has ended."""
        one, at_rest = self._seen.get(None), rig.focuser and not rig.focuser.moving
        if one is None or not at_rest or (before.focuser and before.focuser.moving):
            return False
        poll_s = rig.focuser.poll_s if rig.focuser else None
        poll_s = rig.settings.times.poll_s if poll_s is None else poll_s
        return now_s - one.last_s <= 1.5 * poll_s

    def _turn(self, rig: Rig, now_s: float, *, asked: bool) -> None:
        """The wheel turns, `asked`: for a client of rigd's; what was moved may begin a search.

        Asked for by another client a filter ends none; its frames say with which it is made.
        """
        for client, one in self._seen.items():
            begins = not one.exposed and one.moves < rig.settings.autofocus_moves
            begins = begins if asked else self._begins(one, rig, now_s)
            if begins and not one.turning:
                self._seen[client] = self._anew(one, owns=not asked)

    def moved(self, client: str | None, now_s: float, *, going_on: bool = False) -> None:
        """A client's move begins, or goes on."""
        one = self._seen.get(client)
        if one is None:
            # What is moved while the wheel turns is for the filter that is still to come.
            owns = self._turning and not self._asked
            self._seen[client] = Seen(last_s=now_s, turning=self._turning, owns=owns)
            return
        one.moves += one.exposed
        one.fresh = 1 if one.exposed else one.fresh + (not going_on)
        one.exposed, one.last_s = False, now_s

    def in_the_way_of(self, asking: str, enough: int, *, by_itself: bool) -> bool:
        """Whether somebody else is focusing, or has just turned to the filter to focus with."""
        return any(
            client != asking and (one.moves >= enough or (by_itself and one.owns and one.frames))
            for client, one in self._seen.items()
        )

    @staticmethod
    def _begins(one: Seen, rig: Rig, now_s: float) -> bool:
        young = one.moves < rig.settings.autofocus_moves and not one.exposed and one.fresh <= 2
        return young and now_s - one.last_s <= rig.settings.quiet_s

    @staticmethod
    def _anew(one: Seen, *, owns: bool) -> Seen:
        return Seen(last_s=one.last_s, fresh=one.fresh, turning=True, owns=owns or one.owns)
