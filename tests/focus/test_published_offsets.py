"""In `publish` the diary says when zeros are published in place of the offsets, and why."""

from dataclasses import replace

from rigd.focus.state.effects import DiaryLine, Severity
from rigd.focus.state.requests import SlotsComputed, TrainJudged
from rigd.focus.state.settings import Mode
from tests.focus.night import SLOTS, Night

BECAUSE = (
    "mode publish, but FocusOffsets are zeros: the offset of X is unknown (thickness of X is not "
    "known), so all are zeros"
)
OVER = "FocusOffsets are no zeros any more: a program that has copied those must read again"
KNOWN = tuple(replace(s, focus_offset_steps=90, reason=None) if s.name == "X" else s for s in SLOTS)


def zeros_said(night: Night) -> list[str]:
    return [line for line in night.said.splitlines() if "zeros" in line]


def test_a_switch_to_publish_says_at_once_why_zeros_are_published() -> None:
    night = Night().begin()
    night.later(60).switch(Mode.PUBLISH)

    assert zeros_said(night) == [BECAUSE]
    warned = [e for e in night.effects if isinstance(e, DiaryLine) and e.sentence == BECAUSE]
    assert warned[0].severity is Severity.WARNING


def test_it_is_said_once_and_that_it_is_over_too() -> None:
    night = Night(Mode.PUBLISH).begin()
    for _ in range(3):
        night.later(1).tick()
    night.wheel_gone()
    night.later(1).tick()
    night.wheel(0, baseline=True)
    night.later(1).tick()
    night.feed(SlotsComputed(at_s=night.now_s, slots=KNOWN))
    night.later(1).tick()

    assert zeros_said(night) == [BECAUSE, OVER]


def test_before_the_devices_are_there_nothing_is_said_of_it() -> None:
    night = Night(Mode.PUBLISH)
    night.tick()
    night.wheel(0, baseline=True)
    night.tick()

    assert zeros_said(night) == []


def test_in_other_modes_zeros_are_no_news() -> None:
    night = Night(Mode.OBSERVE).begin()
    night.tick()
    night.later(60).switch(Mode.APPLY)
    night.later(1).tick()

    assert zeros_said(night) == []


def test_a_contradicted_profile_is_told_with_its_zeros_and_not_twice() -> None:
    night = Night(Mode.PUBLISH, slots=KNOWN).begin()
    night.feed(TrainJudged(at_s=night.now_s, mismatch="the sky says 500 mm"))

    assert night.said.splitlines() == [
        "rigd moves nothing of its own accord: the sky says 500 mm",
        "mode publish, but FocusOffsets are zeros until that is settled",
    ]
