"""What the daemon has not imported when it first answers: a start would wait for it."""

import asyncio
import json
import subprocess
import sys

import pytest

from rigd.daemon.late_imports import LATE, import_late
from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon
from tests.service.live import PROFILE

NOT_NEEDED = (
    "alpaca",
    "apscheduler",
    "astropy",
    "jinja2",
    "numpy",
    "rich",
    "rigd.autofocus_logs.reader",
    "rigd.daemon.demo",
    "rigd.learning.fit_job",
    "rigd.learning.frame_inspection",
    "rigd.service.file_reading",
    "scipy",
)
"""Fits, readers of logs, jobs by the clock, pages, and what draws a terminal."""

RUN = """
import json, os, signal, sys
from pathlib import Path
from rigd.cli.collector import resume_collector
import rigd.cli.run as command

def answered():
    print(json.dumps(sorted(sys.modules)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    resume_collector()

command.resume_collector = answered
command.run_command(config=Path({config!r}))
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Names of the modules that a daemon has when it first answers."""
    daemon = SimulatedDaemon(tmp_path_factory.mktemp("rigd"))
    profile = PROFILE.replace('server = "sim"', 'server = "simulators"')
    (daemon.directory / "demo.toml").write_text(profile, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(config=str(daemon.config))],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout))


@pytest.mark.parametrize("name", NOT_NEEDED)
def test_the_first_answer_waits_for_no_import_that_it_does_not_need(
    imported: frozenset[str], name: str
) -> None:
    assert name not in imported


def test_what_a_filter_change_needs_is_imported_before_the_first_answer(
    imported: frozenset[str],
) -> None:
    assert {"rigd.focus.filter_change", "rigd.service.applier", "rigd.store.effects"} <= imported


def test_what_the_loop_may_need_some_time_is_imported_after_the_first_answer() -> None:
    answers = asyncio.Event()

    async def answer() -> None:
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as group:
            group.create_task(import_late(answers))
            answers.set()

    asyncio.run(answer())

    assert set(LATE) <= set(sys.modules)
