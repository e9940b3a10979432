"""Two focusers that share a log without names are told apart by where each finds its focus."""

import pytest

from rigd.autofocus_logs.own_positions import PositionRange, choose_own_runs, parse_positions
from rigd.autofocus_logs.run import AutofocusRun


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9000-11000", (9000, 11000)),
        (" 0 - 0 ", (0, 0)),
        ("11000-9000", None),
        ("9000", None),
        ("9000-", None),
        ("-9000-0", (-9000, 0)),
        ("-9000--8000", (-9000, -8000)),
        ("9e3-1e4", None),
        ("\u0669-\u0661", None),
    ],
)
def test_a_range_is_two_whole_positions(text: str, found: tuple[int, int] | None) -> None:
    read = parse_positions(text)

    assert (read and (read.low_steps, read.high_steps)) == found
    assert read is None or parse_positions(str(read)) == read


def test_a_run_is_the_rigs_own_if_it_ended_in_the_range() -> None:
    runs = [
        AutofocusRun(filter="L", position_steps=at, source="made up", ok=at is not None)
        for at in (8999.9, 9000.0, 10000.0, 11000.0, 11000.1, None)
    ]

    own = choose_own_runs(runs, PositionRange(low_steps=9000, high_steps=11000))

    assert [run.position_steps for run in own] == [9000.0, 10000.0, 11000.0]
    assert choose_own_runs(runs, None) == tuple(runs)
