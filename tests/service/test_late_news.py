"""What is on its way to rigd is awaited before a client's filter is asked for a gate."""

from dataclasses import replace
from time import monotonic

from rigd.focus.state.rig import Rig
from rigd.service.late_news import catch_up
from tests.focus.night import Night


async def test_after_a_while_in_which_rigd_did_not_run_it_is_all_that_was_said_meanwhile() -> None:
    caught_up = Night().begin().rig
    rigs = [replace(caught_up, woke_at_s=monotonic())] * 3 + [caught_up]
    seen: list[Rig] = []

    async def changed() -> None:
        seen.append(rigs.pop(0))

    behind = [await catch_up(lambda: rigs[0], changed) for _ in range(2)]

    assert behind == [True, False]
    assert len(seen) == 3
    assert rigs == [caught_up]
