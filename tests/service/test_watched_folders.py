"""Watched directories: whole files come in once, what is wrong is said once."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.config import load_config
from rigd.errors import ConfigError
from rigd.service.fit_process import FitProcess
from rigd.service.watched_folders import WatchedFolder, WatchedFolders
from tests.service.live import PROFILE

FIXTURES = Path(__file__).parents[1] / "autofocus_logs" / "fixtures"
GOOD = (FIXTURES / "nina_good.json").read_bytes()


class Inline(FitProcess):
    """Works at once, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[list[str]] = []

    async def run(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.read.append([path.name for path in args[0]])
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


def test_a_file_counts_when_it_is_no_longer_written_and_is_read_once(tmp_path: Path) -> None:
    worker = Inline()
    watch, taken = made(tmp_path, worker)
    path = tmp_path / "report.json"

    async def looking() -> None:
        path.write_bytes(GOOD[:40])
        await watch.look()
        path.write_bytes(GOOD)
        await watch.look()
        assert worker.read == []
        await watch.look()
        await watch.look()

    run(looking())

    assert worker.read == [["report.json"]]
    assert [found.filter for found in taken.runs] == ["Ha"]


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
        "(N.I.N.A., N.I.N.A. log, Ekos, Ekos focus log, ASIAIR, CCDciel, SGP, FocusMax, "
        "TheSkyX, table, FITS)"
    ]


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


@pytest.mark.parametrize(
    ("table", "said"),
    [
        pytest.param('path = "af"\nrig = "two"', "rig 'two' is no .*there are: one", id="rig"),
        pytest.param('path = "af"\nrig = "one"\nzone = "Atlantis"', "zone", id="zone"),
        pytest.param('path = "af"\nrig = "one"\nframe = "cooked"', "raw.*logical", id="frame"),
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
