"""Each gate is seen closed, with its sentence: in-path nothing moves, reactive nothing yet."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rigd.devices.events import CameraReport, MountReport
from rigd.focus.gates import find_gate_for_change
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import Refusal
from rigd.focus.state.requests import (
    HoldRequested,
    ProfileChanged,
    ProfileChangeRequested,
    ReleaseRequested,
    SharingJudged,
    TrainJudged,
)
from rigd.focus.state.rig import Origin
from rigd.view.status import why_not_trusted
from tests.focus.night import CAMERA, FOCUSER, Night

MOUNT = replace(CAMERA, key="mount")


def exposing(night: Night) -> None:
    night.camera(busy=True)


def slewing(night: Night) -> None:
    night.feed(MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=True))


def moving(night: Night) -> None:
    night.focuser(30000, moving=True)


def held(night: Night) -> None:
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))


def compensating(night: Night) -> None:
    assert night.rig.focuser is not None
    night.feed(replace(night.rig.focuser, temperature_compensation=True))


def elsewhere(night: Night) -> None:
    """The focuser was away and came back elsewhere, with an offset in it."""
    night.ask(2)
    night.wheel(2)
    night.arrive(29975)
    night.focuser_gone()
    night.stand(35000)


def contradicted(night: Night) -> None:
    night.feed(TrainJudged(at_s=night.now_s, mismatch="the mount says 400 mm"))


def sharing(night: Night) -> None:
    night.feed(SharingJudged(at_s=night.now_s, sentence="rig b applies to it too"))


def short(night: Night) -> None:
    night.max_steps = 30020
    night.focuser(30000)


def endless(night: Night) -> None:
    assert night.rig.focuser is not None
    night.feed(replace(night.rig.focuser, max_steps=None))


def gone(night: Night) -> None:
    night.focuser_gone()


GATES = [
    pytest.param(exposing, "the camera is exposing or downloading", True, id="camera"),
    pytest.param(slewing, "the mount is slewing", True, id="mount"),
    pytest.param(moving, "something else is moving the focuser", True, id="mover"),
    pytest.param(held, "hands off: held by hand", True, id="hold"),
    pytest.param(contradicted, "the mount says 400 mm", True, id="train"),
    pytest.param(sharing, "rig b applies to it too", False, id="sharing"),
    pytest.param(
        compensating, "the focuser's own temperature compensation is on", True, id="firmware"
    ),
    pytest.param(elsewhere, "what is in the focuser's position is unknown", False, id="unknown"),
    pytest.param(
        short,
        "position 30040 steps, outside the limits 0 to 30020 steps",
        True,
        id="limit",
    ),
    pytest.param(endless, "the focuser's maximum is not known", True, id="no-limit"),
    pytest.param(gone, "is not connected", False, id="gone"),
]
Closing = Callable[[Night], None]


def begun(close: Closing) -> Night:
    night = Night(mount=MOUNT, unknown_refuses=True).begin(30000)
    close(night)
    night.effects.clear()
    return night


@pytest.mark.parametrize(("close", "sentence", "opens"), GATES)
def test_in_path_a_closed_gate_refuses_and_neither_device_moves(
    close: Closing, sentence: str, *, opens: bool
) -> None:
    night = begun(close)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert sentence in step.sentence
    assert sentence in night.said
    assert night.turns == []
    assert night.moves == []
    assert night.rig.change is None


@pytest.mark.parametrize(("close", "sentence", "opens"), GATES)
def test_reactive_a_closed_gate_waits_where_the_plan_stands_and_refuses_otherwise(
    close: Closing, sentence: str, *, opens: bool
) -> None:
    night = begun(close)

    night.wheel(1)

    assert night.result == ("waiting" if opens else "refused")
    assert sentence in night.said
    assert night.moves == []


@pytest.mark.parametrize(
    ("close", "obstacle"),
    [(short, "limits"), (endless, "limits"), (compensating, "temperature_compensation")],
)
def test_what_a_hand_changed_beyond_reach_waits_and_is_done_once_it_is_within_reach(
    close: Closing, obstacle: str
) -> None:
    night = begun(close)
    night.wheel(1)
    for _ in range(3):
        night.later(60).tick()
    [pending] = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "pending"]
    waiting, said = night.result, night.said.count("waiting")

    night.max_steps, night.compensates = 60000, False
    night.focuser(30000)

    assert (waiting, said) == ("waiting", 1)
    assert "or the filter is changed again" in pending.ends_when
    assert night.moves == [30040]


def test_a_filter_whose_place_it_already_stands_at_needs_no_room_there() -> None:
    night = Night().begin(30000)
    night.rig = night.with_offsets(0, 0)
    night.max_steps = 29990
    night.focuser(30000)

    step = night.ask(1)
    night.wheel(1)

    assert step.refusal is None
    assert night.result == "done"
    assert night.rig.ledger.embodied_filter == "r"


def test_what_waits_for_the_profile_is_done_once_it_is_confirmed() -> None:
    night = begun(contradicted)
    night.wheel(1)
    night.later(60).tick()
    waiting = night.result

    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))

    assert waiting == "waiting"
    assert night.moves == [30040]


def test_what_waits_for_the_profile_keeps_nobody_from_editing_it_and_is_dropped_by_that() -> None:
    night = begun(contradicted)
    night.wheel(1)

    asked = night.feed(ProfileChangeRequested(at_s=night.now_s, client="me"))
    night.feed(
        ProfileChanged(
            at_s=night.now_s,
            settings=night.rig.settings,
            starts_over=False,
            sentence="edited",
        )
    )
    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))
    night.later(60).tick()

    assert asked.refusal is None
    assert night.moves == []
    assert night.result == "refused"
    assert "the move that waited is dropped: the profile was changed" in night.said
    said = "the filter in the light is R, the focus is that of L"
    assert why_not_trusted(night.rig) == said
    assert said in {one.sentence for one in find_obstacles(night.rig, night.now_s)}


def test_an_unknown_focus_declines_what_a_client_asks_for_and_rigd_moves_nothing() -> None:
    night = Night().begin(30000)
    elsewhere(night)
    night.effects.clear()

    step = night.ask(1)
    turned = list(night.turns)
    night.wheel(None)
    night.wheel(1)
    asked = (night.result, night.rig.shown_filter_position, night.rig.fault)
    night.later(60).wheel(0)

    assert step.refusal is None
    assert turned == [1]
    assert asked == ("declined", 1, None)
    assert "declined: what is in the focuser's position is unknown" in night.said
    assert night.result == "declined"
    assert night.moves == []
    assert "was last read" in (why_not_trusted(night.rig) or "")


def test_a_focuser_that_is_not_there_declines_what_a_client_asks_for() -> None:
    night = Night().begin(30000)
    night.focuser_gone()

    step = night.ask(1)
    night.wheel(None)
    night.wheel(1)

    assert step.refusal is None
    assert night.result == "declined"
    assert "focuser is not connected" in night.said
    assert why_not_trusted(night.rig) == "the focuser is not connected"


def test_an_unknown_filter_is_no_gate() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(None, fault="jammed")
    night.arrive(30040)
    night.later(5)

    assert night.ask(2).refusal is None


def test_rigds_own_deadline_ends_before_a_clients() -> None:
    assert Night().rig.settings.times.deadline_s < 30


def test_a_focuser_that_is_not_the_rigs_closes_nothing() -> None:
    night = Night().begin(30000)
    assert night.rig.focuser is not None
    other = replace(night.rig.focuser, ref=replace(FOCUSER, key="guide focuser"), moving=True)
    night.feed(other)

    assert night.ask(1).refusal is None


def test_a_camera_that_is_there_and_has_not_spoken_yet_is_not_said_to_be_unseen() -> None:
    night = Night().begin(30000)
    night.feed(CameraReport(at_s=night.now_s, ref=CAMERA, connected=True, busy=None))

    gate = find_gate_for_change(night.rig, Origin.REACTIVE, night.now_s)

    assert gate is not None
    assert (gate.name, gate.sentence) == (
        "camera",
        "the camera has not said whether it exposes since it was found or released",
    )


def test_after_a_motion_was_given_up_nobody_is_said_to_move_the_focuser() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.feed(ReleaseRequested(at_s=night.now_s, client="me", device="focuser"))
    night.focuser(30010, moving=True)

    gate = find_gate_for_change(night.rig, Origin.REACTIVE, night.now_s)

    assert gate is not None
    assert "still says that it moves, though its move was given up" in gate.sentence


def test_only_where_all_is_known_again_at_a_place_that_place_is_named() -> None:
    night = Night().begin(30000)
    elsewhere(night)
    gone = next(one for one in find_obstacles(night.rig, night.now_s) if one.name == "ledger")
    night.feed(
        ProfileChanged(
            at_s=night.now_s, settings=night.rig.settings, starts_over=True, sentence="x"
        )
    )
    over = next(one for one in find_obstacles(night.rig, night.now_s) if one.name == "ledger")

    assert "the focuser says 29975 steps again without being moved there" in gone.ends_when
    assert "steps again" not in over.ends_when
