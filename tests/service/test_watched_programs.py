"""Logs as their programs write them, into a directory that a daemon watches: each run comes once.

What the daemon's clock would do every second, and every minute, is done here by hand.
"""

import asyncio
import os
from collections import Counter
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from rigd.autofocus_logs.run import Coordinates
from rigd.service.watched_folders import WatchedFolder, WatchedFolders
from tests.limits import TEST_LIMIT_S
from tests.service.live import Live, living
from tests.service.test_run_import import cli
from tests.service.test_watched_folders import Inline

CEST = timezone(timedelta(hours=2))
FIXTURES = Path(__file__).parents[1] / "autofocus_logs" / "fixtures"
EKOS = (FIXTURES / "ekos_v2.analyze").read_bytes()
NINA = (FIXTURES / "nina_program.log").read_bytes()
REPORT = (FIXTURES / "nina_good.json").read_bytes()


def watching(live: Live, folder: Path) -> WatchedFolders:
    directory = WatchedFolder(path=folder, rig="one", zone=CEST, coordinates=Coordinates.RAW)
    take = live.observatory.learning_requests.take_runs
    return WatchedFolders([directory], take, Inline())


async def kept(live: Live) -> list[tuple[str, str]]:
    """The format and the time of each run that the daemon has."""
    runs = (await live.ask("/rigs/one/runs"))["runs"]
    assert isinstance(runs, list)
    return [(one["source"].partition(" ")[0], one["time"]) for one in runs]


async def look_twice(watch: WatchedFolders) -> None:
    """What a minute and the next bring: a file that is at rest counts."""
    await watch.look()
    await watch.look()


def test_a_file_whose_name_no_line_can_show_is_read_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "b.json").write_bytes(REPORT)
    (folder / "new\nline.analyze").write_bytes(EKOS)
    (folder / os.fsdecode(b"bad\xff.analyze")).write_bytes(EKOS.replace(b"2024-05", b"2023-05"))

    async def looking() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await look_twice(watching(live, folder))
            runs = (await live.ask("/rigs/one/runs"))["runs"]

            assert isinstance(runs, list)
            assert sorted({one["source"].partition(" line")[0] for one in runs}) == [
                "Ekos bad\ufffd.analyze",
                "Ekos new\ufffdline.analyze",
                "N.I.N.A. b.json",
            ]
            assert len(runs) == 7

    asyncio.run(asyncio.wait_for(looking(), TEST_LIMIT_S))


def test_what_was_read_and_what_was_skipped_is_shown_and_a_dead_mount_is_in_the_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.analyze").write_bytes(EKOS)
    (folder / "deep" / "picture.jpg").write_bytes(b"\xff\xd8\xff\x00\x01")
    (folder / "broken.json").write_bytes(REPORT.replace(b"[", b"{"))

    async def looking() -> None:
        async with living(tmp_path, monkeypatch) as live:
            requests = live.observatory.learning_requests
            watch = WatchedFolders(
                [WatchedFolder(path=folder, rig="one", coordinates=Coordinates.RAW)],
                requests.take_runs,
                Inline(),
                tell_problems=requests.note_watch_problems,
            )
            assert "no directory is watched" in await cli(live, "runs", "watch")
            requests.use_watched(watch.report)
            assert "not looked through yet" in await cli(live, "runs", "watch")
            await watch.look()
            (folder / "b.json").write_bytes(REPORT)
            await watch.look()
            shown = await cli(live, "runs", "watch")
            folder.rename(tmp_path / "away")
            await watch.look()
            gone, status = await cli(live, "runs", "watch"), await cli(live, "status")
            (tmp_path / "away").rename(folder)
            await watch.look()
            again, better = await cli(live, "runs", "watch"), await cli(live, "status")

            assert "4 files, 1 of them logs that are read on as they grow, 3 runs read" in shown
            assert [line.split(": ")[1] for line in shown.splitlines() if "skipped" in line] == [
                "broken.json",
                "deep/picture.jpg",
            ]
            assert "waits: b.json: it is read once it is no longer written to" in shown
            assert "picture.jpg: binary, or text in an unknown encoding" in shown
            assert "PROBLEM: No such file or directory" in gone
            assert f"watched directory {folder}: No such file or directory" in status
            assert "PROBLEM" not in again
            assert "4 runs read" in again
            assert "watched directory" not in better

    asyncio.run(asyncio.wait_for(looking(), TEST_LIMIT_S))


def test_each_run_is_learnt_once_however_its_file_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()

    async def evening() -> None:
        async with living(tmp_path, monkeypatch) as live:
            watch = watching(live, folder)
            log = folder / "ekos.analyze"

            # Ekos appends, and the system may give a reader half of a line.
            half = EKOS.index(b"AutofocusComplete") + 60
            log.write_bytes(EKOS[:half])
            await watch.look()
            assert await kept(live) == []
            with log.open("ab") as file:
                file.write(EKOS[half : EKOS.index(b"AutofocusStarting,300")])
            await watch.look_at_growing()
            assert len(await kept(live)) == 1
            with log.open("ab") as file:
                file.write(EKOS[EKOS.index(b"AutofocusStarting,300") :])
            await watch.look_at_growing()
            assert len(await kept(live)) == 3

            # N.I.N.A. writes a report whole, and slowly; another program puts one there by name.
            (folder / "slow.json").write_bytes(REPORT[:200])
            await watch.look()
            (folder / "slow.json").write_bytes(REPORT)
            (folder / "new.tmp").write_bytes(NINA)
            (folder / "new.tmp").rename(folder / "nina.log")
            await look_twice(watch)
            before = await kept(live)
            assert {name for name, _ in before} == {"Ekos", "N.I.N.A."}

            # A copy, a file that is replaced by a longer one, a log that is moved away and back.
            (folder / "copy.json").write_bytes(REPORT)
            longer = NINA + b"2024-05-01T23:00:00.0000|INFO|X.cs|Y|1|nothing\n"
            (folder / "next").write_bytes(longer)
            (folder / "next").replace(folder / "nina.log")
            log.rename(tmp_path / "away")
            await look_twice(watch)
            (tmp_path / "away").rename(log)
            await look_twice(watch)
            await watch.look_at_growing()
            assert await kept(live) == before

        # A daemon that starts again reads everything anew.
        async with living(tmp_path, monkeypatch) as live:
            watch = watching(live, folder)
            await look_twice(watch)
            await watch.look()
            after = await kept(live)
            assert after == before
            assert set(Counter(after).values()) == {1}

    asyncio.run(asyncio.wait_for(evening(), TEST_LIMIT_S))
