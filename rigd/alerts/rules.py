"""What is an alert now: pure rules over the views.

A rule says what is wrong, what ends it, and how long it must last before it wakes anybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.focus.state.rig import Result
from rigd.focus.state.settings import Mode
from rigd.units import local_time
from rigd.view.rig import RigView

COMPUTER = "computer"
"""Whose an alert is that concerns every rig."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""rigd did not exist before: a computer without a clock battery begins in 1970 or 2000."""
AHEAD = timedelta(minutes=10)
"""By so much a clock may be behind what was stored before it is called wrong. Our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is wrong now."""

    kind: AlertKind
    about: str
    """The rig's name, or `COMPUTER`."""
    sentence: str
    ends_when: str
    """The end of a sentence that begins with "it ends when"."""
    lasting_s: float = 0.0
    """How long it must last before it is an alert."""

    @property
    def key(self) -> tuple[AlertKind, str]:
        """What makes two of them one episode."""
        return self.kind, self.about


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerFacts:
    """What the rules must know of the computer."""

    now: datetime
    newest: datetime | None
    """The newest line that was in the diary when rigd started; None: there was none."""
    disk_full: str | None
    """Why nothing can be stored; None: there is room."""


def find_in_rig(
    rig: RigView, config: AlertsConfig, seen: frozenset[tuple[str, str]]
) -> Iterator[Condition]:
    """What is wrong with a rig.

    Args:
        rig: as it is now.
        config: what counts.
        seen: rig and role of each device that was connected since rigd started: the others were
            never there, and so are not lost.
    """
    summary, name = rig.summary, rig.name
    ends = {one.name: one.ends_when for one in rig.summary.obstacles}
    links = {link.role: link for link in summary.device_links}
    focuser = links.get("focuser")
    there = focuser is not None and focuser.connected
    if there and rig.mode is Mode.APPLY and not summary.focus_known:
        yield Condition(
            kind=AlertKind.FOCUS_UNKNOWN,
            about=name,
            sentence="the focus is not known: "
            f"{summary.unknown_because or 'the focuser was not seen at rest yet'}",
            ends_when=rig.explain.known_when or "an autofocus finds the focus",
            lasting_s=config.focus_unknown_s,
        )
    for obstacle in summary.obstacles:
        if obstacle.name == "stood_down":
            yield Condition(
                kind=AlertKind.STAND_DOWN,
                about=name,
                sentence=obstacle.sentence,
                ends_when=obstacle.ends_when,
            )
    if summary.nobody_applies is not None:
        yield Condition(
            kind=AlertKind.NOBODY_APPLIES,
            about=name,
            sentence=summary.nobody_applies,
            ends_when="somebody moves the focuser at filter changes again",
        )
    change = summary.last_change
    if change is not None and change.result is Result.FAILED:
        yield Condition(
            kind=AlertKind.CHANGE_FAILED,
            about=name,
            sentence=f"a filter change has failed: {change.sentence}",
            ends_when=ends.get("fault", "a filter change is done"),
        )
    yield from _of_devices(rig, config, seen)
    if summary.not_stored is not None:
        yield _disk_full(summary.not_stored)
    yield from _of_frames(rig, config)


def find_in_computer(facts: ComputerFacts) -> Iterator[Condition]:
    """What is wrong with the computer."""
    if facts.disk_full is not None:
        yield _disk_full(facts.disk_full)
    said = local_time(facts.now)
    if facts.now < EARLIEST:
        sentence = f"the computer's clock says {said}"
    elif facts.newest is not None and facts.newest > facts.now + AHEAD:
        sentence = f"the computer's clock says {said}, and the diary goes to later times"
    else:
        return
    yield Condition(
        kind=AlertKind.CLOCK_WRONG,
        about=COMPUTER,
        sentence=f"{sentence}: one of the two was wrong" if facts.now >= EARLIEST else sentence,
        ends_when="the clock is set (a network, a GPS or a clock module does it)",
    )


def find_in_tables(changed: Iterable[tuple[str, str]]) -> Iterator[Condition]:
    """What is wrong with the tables of other programs that rigd writes.

    Args:
        changed: rig and sentence of each that somebody has changed since.
    """
    by_rig: dict[str, list[str]] = {}
    for rig, sentence in changed:
        by_rig.setdefault(rig, []).append(sentence)
    for rig, sentences in by_rig.items():
        yield Condition(
            kind=AlertKind.TABLE_CHANGED,
            about=rig,
            sentence="; ".join(sentences),
            ends_when="you say whose offsets count: `rigd publish now NAME --overwrite`, or "
            "`rigd publish undo NAME`",
        )


def _disk_full(why: str) -> Condition:
    return Condition(
        kind=AlertKind.DISK_FULL,
        about=COMPUTER,
        sentence=f"nothing can be stored: {why}",
        ends_when="there is room again: until then rigd moves nothing of its own accord",
    )


def _of_devices(
    rig: RigView, config: AlertsConfig, seen: frozenset[tuple[str, str]]
) -> Iterator[Condition]:
    lost = [
        link
        for link in rig.summary.device_links
        if not link.connected and (rig.name, link.role) in seen
    ]
    if lost:
        who = ", ".join(f"{link.role.replace('_', ' ')} {link.name}" for link in lost)
        one = len(lost) == 1
        yield Condition(
            kind=AlertKind.DEVICE_LOST,
            about=rig.name,
            sentence=f"{who}: {'is' if one else 'are'} not connected any more",
            ends_when=f"{'it is' if one else 'all of them are'} connected again",
            lasting_s=config.device_lost_s,
        )


def _of_frames(rig: RigView, config: AlertsConfig) -> Iterator[Condition]:
    early = rig.summary.early_frames
    if early is not None and early.count >= config.early_frames:
        off = "" if early.off_steps is None else f", the last one {abs(early.off_steps)} steps off"
        yield Condition(
            kind=AlertKind.EARLY_FRAMES,
            about=rig.name,
            sentence=f"{early.count} frames with {early.filter} began out of focus{off}",
            ends_when="the focuser has followed, or the filter is changed",
        )
