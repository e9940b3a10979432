"""What the outside is told of a rig."""

from dataclasses import replace

from rigd.devices.events import WheelReport
from rigd.focus.state.settings import Mode
from rigd.view.build import build_view
from rigd.view.rig import RigView
from tests.focus.night import WHEEL, Night
from tests.view.states import IDENTITY, NO_INPUTS


def seen(night: Night) -> RigView:
    return build_view(night.rig, IDENTITY, NO_INPUTS)


def known(slots: int) -> Night:
    """A rig that knows the offset of every filter that its profile names."""
    night = Night(Mode.PUBLISH).begin()
    settings = night.rig.settings
    night.rig = replace(night.rig, settings=replace(settings, slots=settings.slots[:3]))
    night.feed(
        WheelReport(at_s=night.now_s, ref=WHEEL, connected=True, filter_position=0, slots=slots)
    )
    return night


def test_what_is_known_of_every_slot_is_published() -> None:
    assert seen(known(slots=3)).wheel.focus_offsets_steps == (0, 40, -25)


def test_a_slot_that_the_profile_does_not_name_makes_all_offsets_zero() -> None:
    view = seen(known(slots=5))

    assert view.wheel.focus_offsets_steps == (0, 0, 0, 0, 0)
    assert view.summary.published_zeros_because == (
        "the filter wheel has 5 slots, the profile names 3, so all are zeros"
    )


def test_a_filter_inside_the_dead_band_is_in_focus() -> None:
    night = Night(dead_band_steps=50).begin(30000)
    night.ask(1)
    night.wheel(1)

    assert night.result == "declined"
    assert seen(night).safety.focus_trusted


def test_a_filter_without_an_offset_is_not_in_focus() -> None:
    night = Night(dead_band_steps=50).begin(30000)
    night.ask(3)
    night.wheel(3)

    assert seen(night).safety.reason == (
        "filter X has no focus offset: thickness of X is not known"
    )


def test_an_offset_that_is_too_unsure_is_declined_with_its_reason_everywhere() -> None:
    night = Night().begin(30000)
    reason = "+40 ± 60 steps: too unsure; about two more runs in turn with L would do"
    slots = night.rig.settings.slots
    unsure = replace(slots[1], focus_offset_steps=None, declined_steps=40, reason=reason)
    night.rig = replace(
        night.rig,
        settings=replace(night.rig.settings, slots=(slots[0], unsure, *slots[2:])),
    )
    night.ask(1)
    night.wheel(1)

    view = seen(night)
    said = f"the focus offset of R is not applied: {reason}"
    assert night.rig.ledger.read_steps == 30000
    assert view.status.summary.last_change is not None
    assert said in view.status.summary.last_change.sentence
    assert view.explain.offset_not_applied_because == said
    assert view.safety.reason == said
    assert view.offsets.offsets[1].reason == reason
    assert view.offsets.offsets[1].declined_steps == 40


def test_numbers_of_a_focuser_that_is_gone_are_not_shown_as_those_of_now() -> None:
    night = Night().begin(30000)
    before = seen(night).explain
    night.focuser_gone()
    after = seen(night).explain

    old = "the focuser is not connected: the steps are from when it was last connected"
    assert old not in before.cautions
    assert (after.raw_steps, after.cautions[0]) == (30000, old)
