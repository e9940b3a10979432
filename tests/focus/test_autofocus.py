"""An autofocus is known by its signature; while it runs, nobody's filter change spoils it."""

import pytest

from rigd.focus.state.effects import AutofocusEnded, Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AutofocusReported, Tick
from rigd.focus.state.settings import Mode
from tests.focus.night import Night

START = 30000


def focus(night: Night, positions: tuple[int, ...], client: str = "N.I.N.A.") -> None:
    """Moves through rigd's focuser with an exposure after each."""
    for position in positions:
        night.later(4).move(position, client)
        night.arrive(night.moves[-1])
        expose(night)


def focus_directly(night: Night, positions: tuple[int, ...]) -> None:
    for position in positions:
        night.later(4).focuser(position - 1, moving=True)
        night.focuser(position)
        expose(night)


def expose(night: Night) -> None:
    night.later(1).camera(busy=True)
    night.later(2).camera(busy=False)


def ended(night: Night) -> list[AutofocusEnded]:
    return [e for e in night.effects if isinstance(e, AutofocusEnded)]


def test_another_clients_filter_change_is_refused_while_one_focuses() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 30000))

    step = night.ask(1, "another")

    assert step.refusal is Refusal.GATE
    assert "N.I.N.A. is focusing: 3 moves with exposures between them" in step.sentence
    assert night.turns == []


def test_a_change_at_the_real_wheel_waits_for_the_autofocus() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 30000))
    moved = len(night.moves)

    night.later(40).wheel(1)

    assert night.result == "waiting"
    assert "is focusing" in night.said
    assert len(night.moves) == moved


def test_the_client_that_focuses_may_change_the_filter_at_once() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 29990))

    step = night.ask(1, "N.I.N.A.")

    assert step.refusal is None
    (one,) = ended(night)
    assert (one.client, one.filter_key, one.moves) == ("N.I.N.A.", "l", 3)
    assert (one.start_steps, one.raw_steps, one.embodied) == (START, 29990, Terms())
    assert one.is_result


def test_an_autofocus_is_over_after_quiet() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 29990))

    night.later(110)
    night.feed(Tick(at_s=night.now_s))
    during = len(ended(night))
    night.later(20)
    night.feed(Tick(at_s=night.now_s))

    assert (during, len(ended(night))) == (0, 1)
    assert night.ask(1, "another").refusal is None


def test_a_frame_that_begins_in_motion_measures_no_place() -> None:
    night = Night().begin(START)
    night.move(START - 400, "N.I.N.A.")
    night.later(1).focuser(START - 200, moving=True)
    expose(night)
    night.stand(START - 400)
    expose(night)
    focus(night, (START - 450, START - 500))
    night.move(START - 400, "N.I.N.A.")
    night.arrive(START - 400)

    for _ in range(80):
        night.later(0.5).tick()

    assert ended(night) == [], "where it stands is an end of what was measured"


def test_a_report_ends_an_autofocus() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 29990))

    night.feed(AutofocusReported(at_s=night.now_s))

    assert len(ended(night)) == 1
    assert night.ask(1, "another").refusal is None


def test_moves_without_exposures_between_them_are_no_autofocus() -> None:
    night = Night().begin(START)
    for position in (30060, 30030, 29990, 30010):
        night.later(4).move(position, "N.I.N.A.")
        night.arrive(night.moves[-1])

    assert night.ask(1, "another").refusal is None
    assert ended(night) == []


def test_an_older_place_that_a_driver_says_first_makes_no_two_moves_of_one() -> None:
    """Its Ok carries an older position; a frame begins before it looks again."""
    night = Night().begin(START)
    night.poll_s = 1.0
    for end in (29843, 30180):
        night.later(10).focuser(end - 41, moving=True)
        night.later(0.25).focuser(end - 41)
        night.later(0.75).camera(busy=True)
        night.later(0.25).focuser(end)
        night.later(2).camera(busy=False)

    (search,) = night.rig.searches
    assert (search.moves, search.all_moves) == (2, 2)
    assert search.blurred
    assert night.ask(1, "another").refusal is None


def test_moves_of_two_clients_are_no_autofocus() -> None:
    night = Night().begin(START)
    focus(night, (30060,), "one")
    focus(night, (30030,), "other")
    focus(night, (30010,), "one")

    assert night.ask(1, "third").refusal is None


def test_an_autofocus_past_rigd_waits_no_longer_than_its_own_filter_change() -> None:
    night = Night().begin(START)
    focus_directly(night, (30060, 29980, 29990))
    refused = night.ask(1, "another")

    night.wheel(1)
    night.later(40)
    night.feed(Tick(at_s=night.now_s))

    assert "another program is focusing" in refused.sentence
    (one,) = ended(night)
    assert (one.client, one.start_steps, one.raw_steps) == (None, START, 29990)
    assert night.moves == [29990 + 40]


def test_what_another_hand_disturbed_is_no_result() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 29990))
    focus_directly(night, (29950,))

    night.ask(1, "N.I.N.A.")

    (one,) = ended(night)
    assert one.raw_steps is None
    assert not one.is_result


def test_an_autofocus_that_restores_its_start_is_no_result() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, START))

    night.ask(1, "N.I.N.A.")

    (one,) = ended(night)
    assert one.raw_steps == START
    assert not one.is_result


def test_a_result_during_a_move_is_not_known() -> None:
    night = Night().begin(START)
    focus(night, (30060, 30030, 30000))
    night.move(29990, "N.I.N.A.")

    night.ask(1, "N.I.N.A.")

    (one,) = ended(night)
    assert one.raw_steps is None


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_an_autofocus_is_noticed_in_every_mode(mode: Mode) -> None:
    night = Night(mode).begin(START)
    focus(night, (30060, 30030, 29990))

    night.ask(1, "N.I.N.A.")

    assert len(ended(night)) == 1


def test_the_number_of_moves_and_the_quiet_are_settings() -> None:
    night = Night(autofocus_moves=5, autofocus_quiet_s=10.0).begin(START)
    focus(night, (30060, 30030, 29990))
    open_ = night.ask(0, "another").refusal is None
    focus(night, (29980, 29970))
    shut = night.ask(1, "another").refusal

    night.later(11)
    night.feed(Tick(at_s=night.now_s))

    assert open_
    assert shut is Refusal.GATE
    assert len(ended(night)) == 1


def unknown() -> Night:
    """The focuser came back elsewhere, with an offset in it."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    night.focuser_gone()
    night.stand(35000)
    assert night.rig.ledger.embodied is None
    return night


def search(night: Night, *positions: int) -> None:
    for position in positions:
        night.later(3)
        logical = position - night.rig.ledger.shift_steps
        night.move(logical, "N.I.N.A.")
        night.arrive(position)
        night.camera(busy=True)
        night.camera()


def test_a_successful_autofocus_on_a_known_filter_ends_what_is_unknown() -> None:
    night = unknown()

    search(night, 35100, 35050, 35000, 34950, 35020)
    night.ask(0, "N.I.N.A.")

    assert night.rig.ledger.embodied is not None
    over = "the autofocus of N.I.N.A. is over (it asks for a filter): "
    assert f"{over}from 35000 to 35020 steps, taken as the focus for R (" in night.said
    assert night.said.count("is over") == night.said.count("taken as the focus for R (") == 1
    assert night.moves[-1] == 34980


def test_moves_in_one_direction_between_frames_leave_it_unknown() -> None:
    """A client's temperature compensation looks like this, and knows nothing of focus."""
    night = unknown()

    search(night, 35020, 35040, 35060, 35080)
    night.ask(0, "N.I.N.A.")

    assert night.rig.ledger.embodied is None


def test_an_autofocus_that_found_nothing_leaves_it_unknown() -> None:
    night = unknown()

    search(night, 35100, 35050, 34950, 35000)
    moves = list(night.moves)
    night.ask(0, "N.I.N.A.")

    assert night.rig.ledger.embodied is None
    assert night.moves == moves


def test_an_autofocus_on_a_filter_without_an_offset_leaves_it_unknown() -> None:
    night = unknown()
    night.wheel(3)

    search(night, 35100, 35050, 35000, 34950, 35020)
    night.ask(0, "N.I.N.A.")

    assert night.rig.ledger.embodied is None


def test_what_the_focuser_reads_is_taken_and_not_what_it_was_told() -> None:
    night = unknown()
    search(night, 35100, 35050, 35000, 34950)
    night.move(35020 - night.rig.ledger.shift_steps, "N.I.N.A.")
    night.arrive(35018)
    night.camera(busy=True)
    night.camera()

    night.later(121).tick()

    assert night.rig.ledger.embodied is not None
    assert night.rig.ledger.read_steps == 35018


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param(
            (29900, 30100, 30010),
            "from 30000 to 30010 steps, taken as the focus for L (+0 steps are its offset)",
            id="found",
        ),
        pytest.param(
            (29900, 30100, 30000), "from 30000 to 30000 steps, and has found nothing", id="failed"
        ),
        pytest.param(
            (30100, 30200, 30300),
            "from 30000 to 30300 steps; nobody knows whether that is a focus, so it counts like "
            "any other move",
            id="in one direction",
        ),
    ],
)
def test_the_end_of_an_autofocus_says_what_becomes_of_the_place(
    places: tuple[int, ...], said: str
) -> None:
    night = Night().begin(START)
    focus(night, places)

    night.later(5).ask(1, "N.I.N.A.")

    assert night.said.count(" is over ") == 1
    assert said in night.said
