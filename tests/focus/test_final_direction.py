"""Where the profile does not say how moves are to end, they end as this rig's autofocus does."""

import pytest

from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import RememberFinalDirection
from rigd.focus.state.requests import Remembered
from tests.focus.night import Night
from tests.focus.test_autofocus import focus, focus_directly

LEARNT = Backlash(steps=30)


def over(night: Night) -> Night:
    """The search is over after quiet."""
    night.later(130).tick()
    return night


def kept(night: Night) -> list[FinalDirection]:
    return [e.direction for e in night.effects if isinstance(e, RememberFinalDirection)]


@pytest.mark.parametrize(
    ("positions", "direction", "moves"),
    [
        pytest.param((30100, 29900, 30020), FinalDirection.UP, [29965, 29995], id="up"),
        pytest.param((29900, 30100, 30020), FinalDirection.DOWN, [29995], id="down"),
    ],
)
def test_moves_end_as_the_autofocus_ended(
    positions: tuple[int, ...], direction: FinalDirection, moves: list[int]
) -> None:
    night = Night(backlash=LEARNT).begin(30000)
    assert "not seen yet" in " ".join(cautions(night.rig))

    focus_directly(night, positions)
    over(night)
    night.ask(2)
    night.wheel(2)
    for position in moves:
        night.arrive(position)

    assert kept(night) == [direction]
    assert night.moves == moves
    assert night.result == "done"
    assert "not seen yet" not in " ".join(cautions(night.rig))


def test_until_an_autofocus_was_seen_moves_go_straight() -> None:
    night = Night(backlash=LEARNT).begin(30000)

    night.ask(2)
    night.wheel(2)
    night.arrive(29975)

    assert night.moves == [29975]


def test_what_was_learnt_through_rigd_does_not_turn_round_by_itself() -> None:
    night = Night(backlash=LEARNT).begin(30000)
    focus(night, (30100, 29900, 30020))
    over(night)

    for position in (29900, 30100, 30020):
        night.later(4).move(position, "N.I.N.A.")
        while night.rig.move is not None:
            night.arrive(night.moves[-1])
        night.later(1).camera(busy=True)
        night.later(2).camera()
    over(night)

    assert kept(night) == [FinalDirection.UP]
    assert night.moves[-2:] == [29990, 30020]


def test_an_autofocus_that_failed_teaches_nothing() -> None:
    night = Night(backlash=LEARNT).begin(30000)

    focus_directly(night, (30100, 29900, 30000))
    over(night)

    assert kept(night) == []


def test_the_profiles_own_word_wins() -> None:
    night = Night(backlash=Backlash(steps=30, final_direction=FinalDirection.DOWN)).begin(30000)
    focus_directly(night, (30100, 29900, 30020))
    over(night)

    night.ask(2)

    assert night.moves == [29995]


def test_it_is_known_again_after_a_restart() -> None:
    night = Night(backlash=LEARNT)
    night.feed(
        Remembered(
            at_s=1.0, ledger=None, move=None, moves_begun=0, learnt_direction=FinalDirection.UP
        )
    )
    night.begin(30000)

    night.ask(2)

    assert night.moves == [29945]
