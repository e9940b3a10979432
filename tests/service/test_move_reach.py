"""Which moves of a client are refused because the focuser's limits would cut them short."""

import pytest

from rigd.errors import InvalidValueError
from rigd.focus.state.rig import Rig
from rigd.service.move_reach import refuse_out_of_reach
from tests.focus.night import Night


def behind_r(**settings: object) -> Rig:
    """At rest at 5040, of which 40 steps are rigd's."""
    night = Night(min_steps=1000, max_steps=9000, **settings).begin(5000)
    night.ask(1)
    night.wheel(1)
    night.arrive(5040)
    assert night.rig.ledger.shift_steps == 40
    return night.rig


@pytest.mark.parametrize("wanted", [960, 5000, 8960])
def test_what_can_be_reached_whole_passes(wanted: int) -> None:
    refuse_out_of_reach(behind_r(), wanted)


@pytest.mark.parametrize("wanted", [-1, 959, 8961, 9000])
def test_what_would_be_cut_short_is_refused_with_both_numbers(wanted: int) -> None:
    with pytest.raises(InvalidValueError) as refused:
        refuse_out_of_reach(behind_r(), wanted)
    assert str(refused.value) == (
        f"position {wanted} is outside 960 to 8960 steps: "
        "1000 to 9000 are the focuser's own, with +40 of rigd's"
    )


def test_with_nothing_of_rigds_in_it_the_focusers_own_limits_are_said() -> None:
    rig = Night(min_steps=1000, max_steps=9000).begin(5000).rig
    with pytest.raises(InvalidValueError, match=r"^position 9001 is outside 1000 to 9000 steps$"):
        refuse_out_of_reach(rig, 9001)
