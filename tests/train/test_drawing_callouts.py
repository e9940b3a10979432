"""Labels beside a section: near to what they name, in order, never over each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rigd.train.drawing_callouts import LEADER, Callout, place_callouts

LEFT, RIGHT = 40.0, 960.0
CALLOUTS = st.lists(
    st.builds(
        Callout,
        anchor=st.floats(LEFT, RIGHT),
        width=st.floats(10.0, 130.0),
    ),
    min_size=1,
    max_size=40,
).map(lambda found: sorted(found, key=lambda callout: callout.anchor))


@given(callouts=CALLOUTS)
def test_labels_keep_their_order_and_leave_room_for_leaders(callouts: list[Callout]) -> None:
    places = place_callouts(callouts, LEFT, RIGHT)

    for row in range(max(place.row for place in places) + 1):
        here = [
            (place.route[row], callout.width if place.row == row else 0.0)
            for callout, place in zip(callouts, places, strict=True)
            if place.row >= row
        ]
        for (one, wide), (other, as_wide) in pairwise(here):
            assert other - one >= (wide + as_wide) / 2.0 + LEADER / 2.0 - 1e-6 or not (
                wide or as_wide
            )
            assert other > one
        assert all(x - w / 2.0 >= LEFT and x + w / 2.0 <= RIGHT for x, w in here)


def test_a_label_with_room_stands_over_what_it_names() -> None:
    callouts = [Callout(anchor=100.0, width=50.0), Callout(anchor=500.0, width=50.0)]

    places = place_callouts(callouts, LEFT, RIGHT)

    assert [place.route for place in places] == [(100.0,), (500.0,)]


def test_labels_of_one_place_stand_evenly_around_it() -> None:
    callouts = [Callout(anchor=500.0, width=50.0)] * 3

    places = place_callouts(callouts, LEFT, RIGHT)

    assert [place.middle for place in places] == pytest.approx([442.0, 500.0, 558.0])


def test_labels_at_the_edge_stay_on_the_sheet() -> None:
    callouts = [Callout(anchor=LEFT, width=100.0), Callout(anchor=RIGHT, width=100.0)]

    places = place_callouts(callouts, LEFT, RIGHT)

    assert places[0].middle >= LEFT + 50.0
    assert places[1].middle <= RIGHT - 50.0


def test_labels_that_one_row_does_not_hold_take_two() -> None:
    callouts = [Callout(anchor=100.0 * n, width=120.0) for n in range(1, 9)]

    rows = [place.row for place in place_callouts(callouts, LEFT, RIGHT)]

    assert rows == [0, 1] * 4
