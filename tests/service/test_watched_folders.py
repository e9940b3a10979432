"""Watched directories: whole files come in once, what is wrong is said once."""

import asyncio
import logging
import os
from collections.abc import Coroutine, Sequence
from datetime import UTC
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from rigd.autofocus_logs.own_positions import parse_positions
from rigd.autofocus_logs.reader import FORMATS
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.config import load_config
from rigd.errors import ConfigError, StoreError
from rigd.service import folder_scan, watched_folders
from rigd.service.fit_process import FitProcess
from rigd.service.folder_scan import MOST_FILES, Stamps, scan
from rigd.service.watched_folders import (
    AT_ONCE,
    MOST_GROWING,
    WatchedFolder,
    WatchedFolders,
)
from tests.service.live import PROFILE, living

FIXTURES = Path(__file__).parents[1] / "autofocus_logs" / "fixtures"
GOOD = (FIXTURES / "nina_good.json").read_bytes()


class Inline(FitProcess):
    """Works at once, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[list[str]] = []

    async def run(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.read.append([file.path.name for file in args[0]])
        return work(*args, **kwargs)


class Taken:
    """What was handed over."""

    def __init__(self) -> None:
        self.runs: list[AutofocusRun] = []

    async def __call__(self, rig: str, runs: Sequence[AutofocusRun], by: str) -> None:
        assert rig == "one"
        self.runs.extend(runs)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def made(path: Path, worker: FitProcess | None = None) -> tuple[WatchedFolders, Taken]:
    taken = Taken()
    directory = WatchedFolder(path=path, rig="one", zone=UTC, coordinates=Coordinates.RAW)
    return WatchedFolders([directory], taken, worker or Inline()), taken


def test_a_report_counts_when_it_is_no_longer_written_and_is_read_once(tmp_path: Path) -> None:
    worker = Inline()
    watch, taken = made(tmp_path, worker)
    path = tmp_path / "report.json"

    async def looking() -> None:
        path.write_bytes(GOOD[:40])
        await watch.look()
        path.write_bytes(GOOD)
        await watch.look()
        assert taken.runs == []
        await watch.look()
        looks = len(worker.read)
        await watch.look()
        assert len(worker.read) == looks

    run(looking())

    assert [found.filter for found in taken.runs] == ["Ha"]


@pytest.mark.parametrize("cut_bytes", [1, 40, 700])
def test_an_ekos_run_is_learnt_as_soon_as_its_line_has_ended(
    tmp_path: Path, cut_bytes: int
) -> None:
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    ends = [
        content.index(b"\n", at) + 1
        for at in range(len(content))
        if content.startswith((b"AutofocusComplete", b"AutofocusAborted"), at)
    ]
    watch, taken = made(tmp_path)
    path = tmp_path / "night.analyze"

    async def looking() -> None:
        path.write_bytes(content[: content.index(b"\n") + 1])
        await watch.look()
        for number, end in enumerate(ends):
            path.write_bytes(content[: end - cut_bytes])
            await watch.look_at_growing()
            assert len(taken.runs) == number
            path.write_bytes(content[:end])
            await watch.look_at_growing()
            assert len(taken.runs) == number + 1
        for _ in range(3):
            await watch.look()

    run(looking())

    assert taken.runs[0].source == "Ekos night.analyze line 6"
    assert len(taken.runs) == len(ends)


def test_lines_that_tell_of_no_run_start_no_process(tmp_path: Path) -> None:
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    ended = content.rindex(b"\n") + 1
    worker = Inline()
    watch, taken = made(tmp_path, worker)
    path = tmp_path / "night.analyze"
    line = content[content.index(b"AutofocusAborted") :].split(b"\n", 1)[0] + b"\n"

    async def looking() -> None:
        path.write_bytes(content[:ended])
        await watch.look()
        read, runs = len(worker.read), len(taken.runs)
        for second in range(5):
            with path.open("ab") as file:
                file.write(b"GuideStats,%d.0,0.1,-0.3,20,0,31.2,412.0,12\n" % (1000 + second))
            await watch.look_at_growing()
        assert len(worker.read) == read
        for part in (line[:5], line[5:40], line[40:]):
            with path.open("ab") as file:
                file.write(part)
            await watch.look_at_growing()
        assert len(taken.runs) == runs + 1

    run(looking())


def test_only_the_newest_logs_are_asked_for_every_second(tmp_path: Path) -> None:
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    watch, taken = made(tmp_path)
    for number in range(MOST_GROWING + 1):
        path = tmp_path / f"{number}.analyze"
        path.write_bytes(content)
        os.utime(path, (number, number))
    oldest, newest = tmp_path / "0.analyze", tmp_path / f"{MOST_GROWING}.analyze"
    line = content[content.index(b"AutofocusAborted") :].split(b"\n", 1)[0] + b"\n"

    async def looking() -> None:
        await watch.look()
        read = len(taken.runs)
        for path in (oldest, newest):
            path.write_bytes(content[: content.rindex(b"\n") + 1] + line)
        await watch.look_at_growing()
        assert len(taken.runs) == read + 1
        await watch.look()
        assert len(taken.runs) == read + 2

    run(looking())


def test_runs_that_ended_elsewhere_are_another_focusers(tmp_path: Path) -> None:
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    watch, taken = made(tmp_path)
    watch._directories[0][0].positions = parse_positions("0-1")
    (tmp_path / "night.analyze").write_bytes(content)

    run(watch.look())

    assert taken.runs == []
    assert watch._directories[0][0].logs


def test_a_log_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    watch, taken = made(tmp_path)
    path = tmp_path / "night.analyze"

    async def looking() -> None:
        path.write_bytes(content)
        await watch.look()
        path.write_bytes(content.replace(b",Ha,", b",Lum,"))
        await watch.look_at_growing()

    run(looking())

    assert {found.filter for found in taken.runs} == {"Ha", "OIII", "Lum"}


def test_a_log_in_place_of_one_that_was_found_as_it_began_is_read_anew(tmp_path: Path) -> None:
    """Only the first line of both is the same, and the new one is the longer."""
    content = (FIXTURES / "ekos_v2.analyze").read_bytes()
    watch, taken = made(tmp_path)
    path = tmp_path / "night.analyze"

    async def looking() -> None:
        path.write_bytes(content[: content.index(b"\n") + 1])
        await watch.look()
        path.write_bytes(content)
        await watch.look()
        assert len(taken.runs) == 3
        path.write_bytes(content.replace(b"2024-05-01", b"2024-06-01") + b"GuideStats,1.0\n" * 9)
        await watch.look()

    run(looking())

    months = [one.time.month for one in taken.runs if one.time is not None]
    assert months == [5, 5, 5, 6, 6, 6]


def test_what_waits_for_a_later_line_counts_once_the_log_is_at_rest(tmp_path: Path) -> None:
    watch, taken = made(tmp_path)
    lines = (FIXTURES / "asiair.txt").read_text().splitlines(keepends=True)
    # Of ASIAIR the filter of the first runs is that of the first change that comes.
    (tmp_path / "run.txt").write_text("".join(one for one in lines if "Filter" not in one))

    async def looking() -> None:
        await watch.look()
        assert taken.runs == []
        for _ in range(3):
            await watch.look()

    run(looking())

    assert taken.runs


def test_a_wrong_file_is_one_line_once_and_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "prose.txt").write_text("prose")
    (tmp_path / "report.json").write_bytes(GOOD)
    watch, taken = made(tmp_path)

    async def looking() -> None:
        for turn in range(2):
            (tmp_path / "prose.txt").write_text("prose" * (2 + turn))
            await watch.look()
            await watch.look()

    with caplog.at_level(logging.WARNING):
        run(looking())

    assert len(taken.runs) == 1
    assert [r.message for r in caplog.records if "prose.txt" in r.message] == [
        f"watched directory {tmp_path}: prose.txt: no autofocus log of a known kind "
        f"({', '.join(one.name for one in FORMATS)}, FITS)"
    ]


def test_many_files_of_another_kind_are_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(2 * AT_ONCE + 1):
        (tmp_path / f"notes {number}.txt").write_text("prose")
    watch, _ = made(tmp_path)

    async def looking() -> None:
        for _ in range(5):
            await watch.look()
        (tmp_path / "one more.txt").write_text("prose")
        await watch.look()
        await watch.look()

    with caplog.at_level(logging.WARNING):
        run(looking())

    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(
        f"watched directory {tmp_path}: {2 * AT_ONCE + 1} files are not taken for autofocus logs, "
    )


def test_a_log_that_is_broken_is_a_line_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "report.json").write_bytes(GOOD[: len(GOOD) // 2])
    (tmp_path / "prose.txt").write_text("prose")
    watch, _ = made(tmp_path)

    async def looking() -> None:
        await watch.look()
        await watch.look()

    with caplog.at_level(logging.WARNING):
        run(looking())

    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert "report.json: " in lines[0]
    assert "prose.txt: no autofocus log" in lines[1]


def test_a_file_whose_runs_cannot_be_stored_holds_up_no_other_and_is_read_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ekos = (FIXTURES / "ekos_v2.analyze").read_bytes()
    (tmp_path / "one.analyze").write_bytes(ekos)
    (tmp_path / "two.analyze").write_bytes(ekos.replace(b"2024-05", b"2023-05"))
    taken = Taken()
    errors: list[Exception] = [StoreError("the disk is full"), UnicodeError("what is this")] * 2

    async def take(rig: str, runs: Sequence[AutofocusRun], by: str) -> None:
        if "one.analyze" in runs[0].source and errors:
            raise errors.pop()
        await taken(rig, runs, by)

    directory = WatchedFolder(path=tmp_path, rig="one", zone=UTC, coordinates=Coordinates.RAW)
    watch = WatchedFolders([directory], take, Inline())

    async def looking() -> None:
        await watch.look()
        assert {one.source.split()[1] for one in taken.runs} == {"two.analyze"}
        while errors:
            await watch.look()
        await watch.look()

    run(looking())

    assert len(taken.runs) == 6
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == 1


def test_a_directory_that_does_not_answer_holds_up_nothing_and_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a share of the network whose server is gone."""
    (tmp_path / "report.json").write_bytes(GOOD)
    answers, ended = Event(), Event()

    def hang(root: Path, given_up: Event) -> Stamps:
        answers.wait(60)
        ended.set()
        return scan(root, given_up)

    taken = Taken()
    directory = WatchedFolder(path=tmp_path, rig="one", zone=UTC, coordinates=Coordinates.RAW)
    watch = WatchedFolders([directory], taken, Inline(), scan_limit_s=0.01)

    async def looking() -> None:
        monkeypatch.setattr(watched_folders, "scan", hang)
        await watch.look()
        await watch.look()
        answers.set()
        await asyncio.to_thread(ended.wait, 60)
        monkeypatch.setattr(watched_folders, "scan", scan)
        monkeypatch.setattr(watch._directories[0][1], "_limit_s", 60)
        while not taken.runs:
            await watch.look()

    with caplog.at_level(logging.WARNING):
        run(looking())

    assert [record.getMessage() for record in caplog.records] == [
        f"watched directory {tmp_path}: cannot be looked through within 0.01 s"
    ]


def test_a_directory_that_is_looked_through_for_long_holds_up_no_log_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ekos = (FIXTURES / "ekos_v2.analyze").read_bytes()
    half = ekos.index(b"AutofocusComplete") + 60
    share, local = tmp_path / "share", tmp_path / "local"
    for folder in (share, local):
        folder.mkdir()
        (folder / "night.analyze").write_bytes(ekos[:half])
    begun, answers = Event(), Event()

    def hang(root: Path, given_up: Event) -> Stamps:
        if root == share:
            begun.set()
            answers.wait(60)
        return scan(root, given_up)

    taken = Taken()
    watch = WatchedFolders(
        [
            WatchedFolder(path=path, rig="one", zone=UTC, coordinates=Coordinates.RAW)
            for path in (share, local)
        ],
        taken,
        Inline(),
    )

    async def looking() -> None:
        await watch.look()
        monkeypatch.setattr(watched_folders, "scan", hang)
        look = asyncio.create_task(watch.look())
        try:
            assert await asyncio.to_thread(begun.wait, 60)
            (local / "night.analyze").write_bytes(ekos)
            await watch.look_at_growing()
            assert len(taken.runs) == 3
        finally:
            answers.set()
            await look

    run(looking())


async def test_replies_come_while_a_directory_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(MOST_FILES // 20):
        (folder / f"{number}.txt").write_text("prose")
    begun, replies = Event(), Event()
    looked_at: set[str] = set()
    stat = os.stat

    def slow(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:
        """A share that answers only when the test has its replies."""
        if str(path).startswith(f"{folder}/"):
            looked_at.add(str(path))
            begun.set()
            replies.wait(60)
        return stat(path, *args, **kwargs)

    async with asyncio.timeout(60), living(tmp_path, monkeypatch) as live:
        watch, _ = made(folder)
        monkeypatch.setattr(folder_scan.os, "stat", slow)
        look = asyncio.create_task(watch.look())
        try:
            assert await asyncio.to_thread(begun.wait, 60)
            answers = [await live.ask("/rigs") for _ in range(3)]
            assert not look.done()
        finally:
            replies.set()
            await look

    assert all(answer["rigs"] for answer in answers)
    assert len(looked_at) == MOST_FILES // 20


def test_a_directory_that_is_not_there_is_one_line_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch, taken = made(tmp_path / "later")

    async def looking() -> None:
        await watch.look()
        await watch.look()
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / "report.json").write_bytes(GOOD)
        await watch.look()
        await watch.look()

    run(looking())

    assert len([r for r in caplog.records if "No such file" in r.message]) == 1
    assert len(taken.runs) == 1


def test_files_are_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(GOOD)
    watch, taken = made(tmp_path, FitProcess(30))

    async def looking() -> None:
        await watch.look()
        await watch.look()

    run(looking())

    assert len(taken.runs) == 1


def test_the_process_that_reads_new_lines_yields_to_nobody() -> None:
    """One that yields takes ten seconds to start on a busy computer."""
    watch = WatchedFolders([], Taken())
    mine = os.nice(0)

    assert [
        asyncio.run(one.run(os.nice, 0)) - mine for one in (watch._prompt_worker, watch._worker)
    ] == [0, min(10, 19 - mine)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        pytest.param('path = "af"\nrig = "two"', "rig 'two' is not .*there are: one", id="rig"),
        pytest.param('path = "af"\nrig = "one"\nzone = "Atlantis"', "zone", id="zone"),
        pytest.param('path = "af"\nrig = "one"\nframe = "cooked"', "raw.*logical", id="frame"),
        pytest.param('path = "af"\nrig = "one"\npositions = "low"', "9000-11000", id="positions"),
    ],
)
def test_a_mistake_in_a_watch_table_is_named(table: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(PROFILE)
    config = tmp_path / "rigd.toml"
    config.write_text(
        '[[servers]]\nname = "sim"\ndriver = "simulated"\n'
        '[[rigs]]\nname = "one"\nmode = "apply"\nprofile = "one.toml"\n[[watch]]\n' + table
    )

    with pytest.raises(ConfigError, match=said):
        load_config(config)
