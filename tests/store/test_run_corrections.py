"""A wrong run is taken back: what was learnt with it counts no more, and it does not return."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rigd.api.rest.runs_body import runs_body
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, RunCorrection
from rigd.errors import InvalidValueError, RefusedError
from rigd.focus.state.effects import Remember
from rigd.focus.state.ledger import adopt_position
from rigd.focus.state.settings import Mode
from rigd.learning.fit_record import FitResult
from rigd.store.database import Store
from rigd.store.effects import write_effects
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.run_corrections import restate, take_back
from rigd.store.run_import import keep_runs
from rigd.store.runs import list_runs, read_accepted_runs
from tests.learning.estimator.night import night
from tests.limits import TEST_LIMIT_S
from tests.service.live import Live, living
from tests.service.test_run_import import cli

TRUE = {"L": 0, "R": 30, "Ha": 100}
NIGHT = night(["L", "R", "Ha", "Ha", "R", "L"] * 4, TRUE, noise_steps=1.0, seed=3)
START = datetime(2024, 1, 1, 20, tzinfo=UTC)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, TEST_LIMIT_S))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "rigd.db")
    yield store
    store.close()


def one(frame: Coordinates | None = Coordinates.RAW, *, ok: bool = True) -> AutofocusRun:
    reason = None if ok else "the stars were gone"
    return AutofocusRun(
        filter="R",
        position_steps=5000.0,
        source="made up",
        ok=ok,
        reason=reason,
        time=START,
        coordinates=frame,
    )


def kept(store: Store, frame: Coordinates | None = Coordinates.RAW, *, ok: bool = True) -> str:
    keep_runs(store, "one", "e", [one(frame, ok=ok)], "test")
    (row,) = list_runs(store, "one", 5)
    return row.key


def fitted(store: Store) -> None:
    keep_fit(
        store, "one", FitResult(light_path_id="e", cause="", basis="b", result={}, pictures={})
    )


def test_a_run_taken_back_makes_its_fit_void_and_does_not_return_with_its_file(
    store: Store,
) -> None:
    key = kept(store)
    fitted(store)

    done = take_back(store, "one", key[:6], "somebody")

    assert (done.counted_before, done.counts_now) == (True, False)
    assert "R, 2024-01-01T20:00:00, 5000.0 steps" in done.sentence
    fit = read_newest_fit(store, "one", "e")
    assert fit is not None
    assert fit.void
    again = keep_runs(store, "one", "e", [one()], "test")
    assert (again.accepted, again.known) == (0, 1)
    assert read_accepted_runs(store, "one", "e", 10) == ()
    (row,) = list_runs(store, "one", 5)
    assert row.reason == "taken back by somebody"
    with pytest.raises(RefusedError, match="taken back by somebody already"):
        take_back(store, "one", key, "somebody else")


def test_a_run_that_never_counted_leaves_the_fit_in_force(store: Store) -> None:
    key = kept(store, None)
    fitted(store)

    take_back(store, "one", key, "somebody")

    fit = read_newest_fit(store, "one", "e")
    assert fit is not None
    assert not fit.void


def test_a_run_of_another_frame_is_turned_with_the_journal_of_its_moment(store: Store) -> None:
    remember = Remember(ledger=adopt_position(30000, 40, "r"), move=None)
    write_effects(store, "one", Mode.APPLY, "e", (remember,))
    with store.transaction() as db:
        before = (START - timedelta(hours=1)).isoformat(timespec="milliseconds")
        db.execute("update embodied set at = ?", [before])
    key = kept(store)

    restate(store, "one", key, RunCorrection(coordinates=Coordinates.LOGICAL), "somebody")
    (logical,) = read_accepted_runs(store, "one", "e", 10)
    restate(store, "one", key, RunCorrection(coordinates=Coordinates.RAW, filter="G"), "somebody")
    (raw,) = read_accepted_runs(store, "one", "e", 10)

    assert (logical.position_steps, logical.filter) == (5040, "R")
    assert (raw.position_steps, raw.filter) == (5000, "G")


def test_a_persons_word_on_a_run_outlasts_its_next_import(store: Store) -> None:
    key = kept(store)
    restate(store, "one", key, RunCorrection(coordinates=Coordinates.LOGICAL), "somebody")

    again = keep_runs(store, "one", "e", [one()], "test")

    assert (again.accepted, again.known) == (0, 1)
    assert read_accepted_runs(store, "one", "e", 10) == ()


def test_a_frame_that_nobody_knew_can_be_stated(store: Store) -> None:
    key = kept(store, None)

    done = restate(store, "one", key, RunCorrection(coordinates=Coordinates.RAW), "somebody")

    assert (done.counted_before, done.counts_now) == (False, True)
    assert len(read_accepted_runs(store, "one", "e", 10)) == 1


def test_a_run_taken_back_counts_again_once_it_is_stated_anew(store: Store) -> None:
    key = kept(store)
    take_back(store, "one", key, "somebody")

    restate(store, "one", key, RunCorrection(filter="R"), "somebody")

    assert len(read_accepted_runs(store, "one", "e", 10)) == 1


def test_no_word_makes_a_failed_run_a_result(store: Store) -> None:
    key = kept(store, ok=False)

    with pytest.raises(RefusedError, match="found no focus \\(the stars were gone\\)"):
        restate(store, "one", key, RunCorrection(coordinates=Coordinates.RAW), "somebody")


@pytest.mark.parametrize("key", ["", "abc", "%%%%", "ffffffffffff"])
def test_a_key_that_means_no_run_is_refused(store: Store, key: str) -> None:
    kept(store)

    with pytest.raises(InvalidValueError, match="rigd runs list"):
        take_back(store, "one", key, "somebody")


async def fit_again(live: Live, done: object) -> dict[str, dict[str, object]]:
    """Wait for a fit other than this one."""
    while (fit := live.observatory._rigs["one"].fit) is None or fit is done:
        await live.observatory.changed()
    return await live.offsets()


def test_offsets_without_a_run_that_was_taken_back_are_fitted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of one loop's runs of Ha were made with R in the light: 2 of 8.
    wrong = [i for i, one in enumerate(NIGHT) if one.filter == "R"][:2]
    runs = [replace(r, filter="Ha") if i in wrong else r for i, r in enumerate(NIGHT)]

    async def correcting() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await live.ask("/rigs/one/runs", runs_body(runs))
            await fit_again(live, None)
            rows = (await live.ask("/rigs/one/runs"))["runs"]
            assert isinstance(rows, list)
            keys = {row["time"]: row["key"] for row in rows}
            chosen = [keys[r.time.isoformat(timespec="milliseconds")] for r in NIGHT if r.time]
            before = live.observatory._rigs["one"].fit

            said = await cli(live, "runs", "forget", chosen[wrong[0]][:8])
            for at in wrong[1:]:
                await cli(live, "runs", "restate", chosen[at], "--filter", "R")

            assert "taken back by 127.0.0.1" in said
            while True:
                offsets = await fit_again(live, before)
                before = live.observatory._rigs["one"].fit
                if before is not None and before.result["fitted"] == len(NIGHT) - 1:
                    break
            learnt = offsets["R"]["learnt"]
            assert isinstance(learnt, dict)
            assert learnt["runs"] == 7
            assert abs(offsets["Ha"]["focus_offset_steps"] - 100) <= 2  # type: ignore[operator]
            history = json.dumps(await live.ask("/rigs/one/history"))
            assert "was taken back by 127.0.0.1" in history
            assert "is R, said 127.0.0.1" in history
            again = await live.ask("/rigs/one/runs", runs_body(runs))
            assert again["accepted"] == 0

    run(correcting())


def test_a_fit_made_void_does_not_count_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def restarting() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await live.ask("/rigs/one/runs", runs_body(NIGHT))
            await fit_again(live, None)
        store = Store(tmp_path / "rigd.db")
        rows = list_runs(store, "one", 100)
        take_back(store, "one", rows[0].key, "somebody")
        store.close()
        async with living(tmp_path, monkeypatch) as live:
            offsets = await live.offsets()

            assert offsets["R"]["learnt"] is None
            assert offsets["Ha"]["state"] == "modelled"

    run(restarting())


def test_a_run_that_is_stated_anew_counts_in_the_light_path_of_now(store: Store) -> None:
    key = kept(store)
    raw = RunCorrection(coordinates=Coordinates.RAW)

    done = restate(store, "one", key, raw, "somebody", "mended")

    assert done.counts_now
    assert read_accepted_runs(store, "one", "e", 10) == ()
    (run,) = read_accepted_runs(store, "one", "mended", 10)
    assert run.position_steps == 5000
