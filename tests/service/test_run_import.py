"""Runs come in once, say what became of them, and never move anything."""

import asyncio
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Coroutine
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from typer.testing import CliRunner

from rigd.api.rest.runs_body import MOST_RUNS, read_runs, runs_body
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.cli.app import app
from rigd.errors import InvalidValueError, RefusedError
from rigd.service import profile_edits
from rigd.service.fit_process import FitProcess
from rigd.service.running_rig import learning_rig_of
from rigd.store.run_import import read_countable_runs
from rigd.view.rig import Client
from tests.learning.estimator.night import night
from tests.limits import TEST_LIMIT_S
from tests.service.live import PROFILE, Live, living

FIXTURES = sorted((Path(__file__).parents[1] / "autofocus_logs" / "fixtures").glob("*.*"))
SMALL = [path for path in FIXTURES if path.suffix != ".md"]
NIGHT_FILE = next(path for path in FIXTURES if path.name == "at10rc_night.csv")
NIGHT = night(
    ["L", "R", "Ha", "Ha", "R", "L"] * 4, {"L": 0, "R": 30, "Ha": 100}, noise_steps=1.0, seed=3
)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, TEST_LIMIT_S))


async def taught(live: Live, runs: list[AutofocusRun]) -> dict[str, dict[str, object]]:
    """Import runs, wait for the fit; the offsets after it."""
    await live.ask("/rigs/one/runs", runs_body(runs))
    while live.observatory._rigs["one"].fit is None:
        await live.observatory.changed()
    return await live.offsets()


async def cli(live: Live, *words: str) -> str:
    result = await asyncio.to_thread(
        CliRunner().invoke, app, [*words, "--url", live.url], catch_exceptions=False
    )
    return str(result.output)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.name)
def test_the_same_file_twice_changes_nothing_and_says_so(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def twice() -> None:
        async with living(tmp_path, monkeypatch) as live:
            words = ("runs", "import", str(path), "--zone", "+01:00", "--frame", "raw")
            first = await cli(live, *words)
            kept = await live.ask("/rigs/one/runs")

            second = await cli(live, *words)

            assert " kept to learn from" in first
            assert len(kept["runs"]) >= 1  # type: ignore[arg-type]
            number = len(kept["runs"])  # type: ignore[arg-type]
            told = "the run was" if number == 1 else f"all {number} runs were"
            assert f"nothing new: {told} imported before" in second
            assert await live.ask("/rigs/one/runs") == kept

    run(twice())


def test_learnt_offsets_count_and_move_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def learning() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await live.put("filterwheel", "position", Position=4)
            await live.until_filter(4)
            stands, embodied = live.raw_steps, live.observatory.snapshot("one").ledger

            offsets = await taught(live, NIGHT)

            red = offsets["R"]
            assert red["state"] == "trusted"
            assert abs(red["focus_offset_steps"] - 30) <= 2  # type: ignore[operator]
            learnt = red["learnt"]
            assert isinstance(learnt, dict)
            assert learnt["runs"] == 8
            assert learnt["low_steps"] < learnt["focus_offset_steps"] < learnt["high_steps"]
            assert datetime.fromisoformat(learnt["at"]) <= datetime.now(UTC)
            assert offsets["G"]["state"] == "modelled"
            assert live.raw_steps == stands
            assert live.observatory.snapshot("one").ledger == embodied
            history = await live.ask("/rigs/one/history")
            assert "offsets learnt from 24 runs: R" in json.dumps(history)

    run(learning())


def test_what_was_learnt_survives_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def restart() -> None:
        async with living(tmp_path, monkeypatch) as live:
            before = await taught(live, NIGHT)
        async with living(tmp_path, monkeypatch) as live:
            after = await live.offsets()

        assert after["R"]["learnt"] == before["R"]["learnt"]
        assert after["R"]["focus_offset_steps"] == before["R"]["focus_offset_steps"]

    run(restart())


def test_runs_that_came_before_the_focuser_was_found_count_once_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = 'address = { server = "sim", device = "Simulated Focuser", connect = true }\n'
    open_role = PROFILE.replace(address, "")
    found, assign_role = asyncio.Event(), profile_edits.assign_role

    def assigning(*about: Any, **how: Any) -> Any:
        return assign_role(*about, **how) if found.is_set() else None

    async def by_day() -> None:
        monkeypatch.setattr(profile_edits, "ALL_SEEN_S", 0.0)
        monkeypatch.setattr(profile_edits, "assign_role", assigning)
        living_without = living(tmp_path, monkeypatch, profile=open_role, complete=False)
        async with living_without as live:
            running = live.observatory._rigs["one"]
            before = await taught(live, NIGHT)
            light_path_then = running.derived.light_path_id

            found.set()
            while running.derived.light_path_id == light_path_then or running.fit is None:
                await live.observatory.changed()

            after = await live.offsets()
            assert after["R"]["learnt"]["runs"] == 8  # type: ignore[index]
            assert after["R"]["focus_offset_steps"] == before["R"]["focus_offset_steps"]

    run(by_day())


def test_a_given_offset_wins_and_apply_from_can_demand_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = PROFILE.replace('name = "R"', 'name = "R"\nfocus_offset_steps = 77')
    profile += '[gates]\napply_from = "trusted"\n'

    async def demanding() -> None:
        async with living(tmp_path, monkeypatch, profile=profile) as live:
            offsets = await taught(live, NIGHT)

            assert (offsets["R"]["focus_offset_steps"], offsets["R"]["state"]) == (77, "given")
            assert offsets["Ha"]["state"] == "trusted"
            assert offsets["L"]["focus_offset_steps"] == 0
            assert offsets["G"]["focus_offset_steps"] is None
            assert "apply_from demands trusted" in str(offsets["G"]["reason"])

    run(demanding())


def test_why_shows_prior_data_posterior_and_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asking() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await taught(live, NIGHT)
            picture = tmp_path / "ha.svg"

            said = await cli(live, "offsets", "--why", "ha", "--svg", str(picture))

            assert "prior      +85" in said or "prior      +84" in said
            assert "data       8 runs" in said
            assert "trusted" in said
            assert picture.read_text(encoding="utf-8").startswith("<svg")
            table = await cli(live, "offsets")
            assert "trusted; 8" in table
            status = await cli(live, "status")
            assert "autofocus runs    offsets learnt from 24 runs of 1 night, the last at" in status

    run(asking())


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        pytest.param(None, "say whether positions are raw or logical", id="unknown-frame"),
        pytest.param(Coordinates.LOGICAL, "journal does not reach back", id="before-the-journal"),
    ],
)
def test_a_run_without_a_known_frame_is_kept_and_not_fitted(
    frame: Coordinates | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = night(["L", "R"], {"L": 0, "R": 30}, coordinates=frame)

    async def importing() -> None:
        async with living(tmp_path, monkeypatch) as live:
            answer = await live.ask("/rigs/one/runs", runs_body(runs))
            raw = [run.as_raw(0) for run in runs] if frame is Coordinates.LOGICAL else []

            assert answer["accepted"] == 0
            assert said in json.dumps(answer["refused"])
            assert live.observatory._learning._requested == {}
            why = await cli(live, "offsets", "--why", "Ha")
            assert f"{len(runs)} runs are kept, none counts: `rigd runs list` says why" in why
            assert "needed at least: 3 runs of l and 3 of Ha" in why
            again = await live.ask("/rigs/one/runs", runs_body(raw))
            assert again["accepted"] == len(raw)

    run(importing())


def test_runs_of_a_focuser_that_shares_the_log_are_left_out_or_taken_back_by_their_positions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "both.csv"
    path.write_text(
        "filter,time,position_steps\n"
        + "".join(
            f"L,2024-03-01T2{hour}:00:00Z,{at}\n" for hour, at in enumerate((30000, 8000, 30010))
        )
    )
    words = ("runs", "import", str(path), "--frame", "raw")

    async def telling() -> None:
        async with living(tmp_path, monkeypatch) as live:
            wrong = await cli(live, *words, "--positions", "low")
            own = await cli(live, *words, "--positions", "29000-31000")
            both = await cli(live, *words)
            neither = await cli(live, "runs", "forget")
            there = ("runs", "forget", "--positions", "7000-9000")
            earlier = await cli(live, *there, "--until", "2024-03-01T20:30Z")
            never = await cli(live, *there, "--since", "yesterday")
            keyed = await cli(live, "runs", "forget", "abcd1234", "--since", "2024-03-01")
            back = await cli(live, *there, "--since", "2024-03-01T20:30Z")
            again = await cli(live, *there)
            kept = (await live.ask("/rigs/one/runs"))["runs"]

            assert "9000-11000" in wrong
            assert "1 run left out: not at 29000-31000" in own
            assert "2 runs kept to learn from" in own
            assert "1 run kept to learn from" in both
            assert "--positions LOW-HIGH" in neither
            assert earlier == "no run is kept that ended at 7000-9000 then\n"
            assert "'yesterday' is no time" in never
            assert "go with --positions" in keyed
            assert back.count("was taken back by") == 1
            assert again == "no run is kept that ended at 7000-9000\n"
            assert isinstance(kept, list)
            counting = [one["position_steps"] for one in kept if one["accepted"]]
            assert counting == [30010, 30000]

    run(telling())


def test_an_import_says_how_many_runs_wait_for_a_filters_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def importing() -> None:
        async with living(tmp_path, monkeypatch) as live:
            said = await cli(
                live, "runs", "import", str(NIGHT_FILE), "--zone", "UTC", "--frame", "raw"
            )

            assert "62 runs kept to learn from" in said
            assert (
                "10 runs of those kept so far do not count yet: each waits for a filter that is "
                "called 'H1'"
            ) in said

    run(importing())


def test_no_fit_is_kept_of_half_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (runs_body(NIGHT[at : at + 12]) for at in (0, 12))
    fitted: list[int] = []
    work = FitProcess.run

    async def importing() -> None:
        async with living(tmp_path, monkeypatch) as live:

            async def fit_while_the_next_file_comes(process: FitProcess, *args: Any) -> Any:
                fitted.append(len(args[2]))
                done = await work(process, *args)
                if len(fitted) == 1:
                    await live.ask("/rigs/one/runs", second)
                return done

            monkeypatch.setattr(FitProcess, "run", fit_while_the_next_file_comes)
            await live.ask("/rigs/one/runs", first)
            while (fit := live.observatory._rigs["one"].fit) is None:
                await live.observatory.changed()

            assert fitted == [12, 24]
            assert fit.cause == "24 runs imported by 127.0.0.1"

    run(importing())


def test_several_runs_are_restated_at_once_and_an_unknown_one_holds_up_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def restating() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await taught(live, NIGHT)
            listed = (await live.ask("/rigs/one/runs"))["runs"]
            assert isinstance(listed, list)
            keys = [str(one["key"]) for one in listed if one["filter"] == "Ha"]

            said = await cli(live, "runs", "restate", keys[0], "0000abcd", keys[1], "--filter", "R")

            after = (await live.ask("/rigs/one/runs"))["runs"]
            assert isinstance(after, list)
            assert {one["filter"] for one in after if one["key"] in keys[:2]} == {"R"}
            assert "0000abcd" in said

    run(restating())


def test_a_run_of_a_filter_that_the_profile_does_not_name_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [replace(one, filter="Baader 7nm") for one in NIGHT if one.filter == "Ha"]
    known = [one for one in NIGHT if one.filter != "Ha"]

    async def naming() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await taught(live, [*known, *runs])

            listed = (await live.ask("/rigs/one/runs"))["runs"]
            assert isinstance(listed, list)
            waiting = {one["reason"] for one in listed if one["filter"] == "Baader 7nm"}
            assert len(waiting) == 1
            assert "it waits for a filter that is called 'Baader 7nm'" in str(waiting)
            assert {one["reason"] for one in listed if one["filter"] != "Baader 7nm"} == {None}
            key = next(str(one["key"]) for one in listed if one["filter"] == "Baader 7nm")
            said = await cli(live, "runs", "restate", key[:8], "--filter", "Baader 7nm")
            assert "it does not count yet: it waits for a filter that is called" in said

            text = PROFILE.replace('name = "Ha"', 'name = "Baader 7nm"')
            await live.observatory.profiles.put("Learner", text, Client(name="the owner"))
            while f"'runs': {len(runs)}" not in str((await live.offsets())["Baader 7nm"]["learnt"]):
                await live.observatory.changed()

            listed = (await live.ask("/rigs/one/runs"))["runs"]
            assert {one["reason"] for one in listed} == {None}  # type: ignore[attr-defined]

    run(naming())


def test_without_a_daemon_runs_go_into_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def setting_up() -> None:
        async with living(tmp_path, monkeypatch):
            pass

    run(setting_up())
    words = ["runs", "import", str(NIGHT_FILE), "--zone", "UTC", "--frame", "raw"]
    words += ["--config", str(tmp_path / "rigd.toml"), "--url", "http://127.0.0.1:9"]

    first, second = (CliRunner().invoke(app, words) for _ in range(2))

    assert "62 runs kept to learn from; no rigd answers" in first.output
    assert "nothing new: all 62 runs were imported before" in second.output


def test_a_killed_fit_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killing() -> None:
        async with living(tmp_path, monkeypatch) as live:
            monkeypatch.setattr("rigd.service.learning.learn", lambda *_: os._exit(1))
            worker = live.observatory._learning._worker
            whole = worker.run
            monkeypatch.setattr(worker, "run", lambda *_: whole(os._exit, 1))
            before = await live.offsets()
            await live.ask("/rigs/one/runs", runs_body(NIGHT))
            async for line in live.observatory.diary():
                if "no offsets learnt" in str(line.sentence):
                    break
            assert "autofocus runs    no offsets learnt: its process ended" in await cli(
                live, "status"
            )

            after = await live.offsets()
            assert after == before
            await live.put("filterwheel", "position", Position=4)
            await live.until_filter(4)
            monkeypatch.setattr(worker, "run", whole)
            monkeypatch.undo()
            live.observatory.refit("again")
            while live.observatory._rigs["one"].fit is None:
                await live.observatory.changed()
            assert (await live.offsets())["R"]["state"] == "trusted"

    run(killing())


def test_a_worker_that_takes_too_long_is_ended() -> None:
    async def waiting() -> None:
        import time

        with pytest.raises(RefusedError, match="without a result"):
            await FitProcess(limit_s=0.2).run(time.sleep, 60)

    run(waiting())


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_work_that_nobody_waits_for_any_more_is_ended_though_its_process_only_starts() -> None:
    async def cancelling() -> list[BaseProcess]:
        import time

        others = multiprocessing.active_children()
        work = asyncio.create_task(FitProcess().run(time.sleep, 60))
        await asyncio.sleep(0)  # the process is started
        started = [one for one in multiprocessing.active_children() if one not in others]
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        return started

    (process,) = asyncio.run(cancelling())

    deadline_s = monotonic() + TEST_LIMIT_S
    while process.exitcode is None and monotonic() < deadline_s:
        # Another thread, which waits for it too, may have its end first and only note it next.
        process.join(0.1)
    assert process.exitcode == -signal.SIGKILL  # its leash is felt only once it has imported


def test_an_import_is_bounded_and_says_what_is_wrong() -> None:
    one = runs_body(NIGHT[:1])["runs"]
    assert isinstance(one, list)

    with pytest.raises(InvalidValueError, match=f"at most {MOST_RUNS}"):
        read_runs(json.dumps({"runs": one * (MOST_RUNS + 1)}).encode())
    with pytest.raises(InvalidValueError, match="position_steps"):
        read_runs(json.dumps({"runs": [{**one[0], "position_steps": 1e12}]}).encode())
    with pytest.raises(InvalidValueError, match="time"):
        read_runs(json.dumps({"runs": [{**one[0], "time": "2024-01-01T00:00:00"}]}).encode())
    with pytest.raises(InvalidValueError, match="1981"):
        read_runs(json.dumps({"runs": [{**one[0], "time": "0001-01-01T00:00:00+02:00"}]}).encode())


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.name)
def test_a_run_sent_as_json_has_the_same_key(path: Path) -> None:
    runs = read_path(path, zone=UTC, coordinates=Coordinates.RAW)

    sent = read_runs(json.dumps(runs_body(runs[:MOST_RUNS])).encode())

    assert [run.key for run in sent] == [run.key for run in runs]


def test_a_run_sent_as_json_arrives_whole() -> None:
    full = replace(
        NIGHT[0],
        focuser="ZWO EAF",
        reason="why",
        points=(CurvePoint(position_steps=1, hfr_px=2, se_px=3),),
        se_steps=1.5,
        temperature_c=2.5,
        altitude_deg=3.5,
    )
    empty = [one.name for one in fields(full) if getattr(full, one.name) is None]

    assert read_runs(json.dumps(runs_body([full])).encode()) == (full,)
    assert empty == ["began"]  # which only rigd itself knows


def test_what_no_line_can_show_is_not_stored() -> None:
    body = json.loads(json.dumps(runs_body(NIGHT[:1])))
    body["runs"][0] |= {"filter": "H\x1b[31m\na", "source": "x\ny", "reason": "a\x07"}

    (got,) = read_runs(json.dumps(body).encode())

    assert all(str(one).isprintable() for one in (got.filter, got.source, got.reason))


def test_a_log_read_again_names_the_focuser_of_runs_that_were_stored_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = [
        replace(one, focuser="EAF 1" if at % 2 else "EAF 2") for at, one in enumerate(NIGHT[:6])
    ]

    async def importing() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await live.ask("/rigs/one/runs", runs_body(NIGHT[:6]))
            again = await live.ask("/rigs/one/runs", runs_body(named))
            learning_rig = learning_rig_of(live.observatory._rigs["one"])
            kept = await live.observatory._archive.run(
                lambda store: read_countable_runs(store, "one", learning_rig)
            )

            assert again["known"] == 6
            assert sorted(one.focuser or "" for one in kept) == ["EAF 1"] * 3 + ["EAF 2"] * 3

    run(importing())


def test_a_run_of_tomorrow_is_not_fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = night(["L"], {"L": 0}, start=datetime.now(UTC) + timedelta(days=1))

    async def importing() -> None:
        async with living(tmp_path, monkeypatch) as live:
            answer = await live.ask("/rigs/one/runs", runs_body(runs))

            assert "future" in json.dumps(answer["refused"])

    run(importing())
