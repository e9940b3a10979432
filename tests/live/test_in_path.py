"""In-path changes and crashes, judged by a listener on the wire; the benches do many more."""

import pytest

from bench.boundaries import measure as measure_boundaries
from bench.change import measure as measure_changes
from bench.crash import measure as measure_crashes

pytestmark = [pytest.mark.live, pytest.mark.slow]


async def test_a_client_that_exposes_as_soon_as_it_may_never_exposes_too_early() -> None:
    changes = await measure_changes(9)

    assert [change for change in changes if change.early] == []
    assert any(change.focuser_s > 0 for change in changes)


async def test_a_daemon_killed_during_a_change_comes_back_right_and_moves_nothing() -> None:
    counts = await measure_crashes(4, seed=3)

    assert sum(counts.values()) == 4


async def test_a_daemon_killed_at_a_boundary_of_its_journal_comes_back_right() -> None:
    tally = await measure_boundaries("in-path", most=1)

    assert tally.writes[0] == "JournalIntent"
    assert "JournalOutcome" in " ".join(tally.writes)
    assert (tally.right, tally.unknown) == (2, 0)
