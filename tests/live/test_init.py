"""`rigd init` beside a real indiserver whose simulators bear the names of real devices."""

import asyncio
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from rigd.config import Config
from rigd.focus.state.settings import Mode
from tests.first_run.homes import OF_NINA, OFFSETS, RUNS, SLOTS, add_ekos, add_nina, add_runs
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import IndiServer, RawListener
from tests.live.test_main_job import said
from tests.ports import free_port
from tests.rigd_process import run_rigd

pytestmark = [pytest.mark.live, pytest.mark.slow]

REAL_NAMES = (
    ("indi_simulator_focus", "ZWO EAF"),
    ("indi_simulator_wheel", "ZWO EFW"),
    ("indi_simulator_ccd", "ZWO CCD ASI2600MM Pro"),
    ("indi_simulator_telescope", "EQMod Mount"),
)
DOCS = Path(__file__).parents[2] / "docs"
LIGHT, HYDROGEN = OFFSETS
START, END = 0, SLOTS.index(HYDROGEN)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path, simulators=(), named=REAL_NAMES) as running:
        yield running


class WrittenDaemon(Daemon):
    """`rigd run` with a configuration that `rigd init` wrote."""

    def __init__(self, directory: Path, server: IndiServer, config: Path, port: int) -> None:
        super().__init__(directory, server)
        self.config, self.http_port = config, port


def init(server: IndiServer, home: Path, config: Path, port: int, *words: str) -> str:
    done = run_rigd(
        *("init", "--config", str(config), "--server", f"localhost:{server.port}"),
        *("--home", str(home), "--port", str(port), "--discovery-port", "0", *words),
        timeout=4 * LIMIT_S,
        env={**os.environ, "HOME": str(home)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fail_of_pages(config: Path) -> dict[str, str]:
    """Run what the quick starts say, beside the daemon; what failed, with what it said."""
    pages = [page.read_text(encoding="utf-8") for page in DOCS.glob("quick-start-*.md")]
    blocks = [
        block for page in pages for block in re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    ]
    commands = {line.split("#")[0].strip() for block in blocks for line in block.splitlines()}
    assert commands >= {"rigd init", "rigd run", "rigd offsets"}
    failed = {}
    for command in sorted(commands - {"rigd init", "rigd run"}):
        program, *words = command.split()
        assert program == "rigd"
        done = run_rigd(*words, timeout=LIMIT_S, env={**os.environ, "RIGD_CONFIG": str(config)})
        if done.returncode != 0:
            failed[command] = done.stderr
    return failed


def test_what_is_written_anew_is_what_counts(server: IndiServer, tmp_path: Path) -> None:
    home, config, port = tmp_path / "home", tmp_path / "rigd.toml", free_port()
    add_ekos(home)
    init(server, home, config, port, "--yes")
    answers = tmp_path / "answers.toml"
    answers.write_text("offsets = false\n", encoding="utf-8")

    shown = init(server, home, config, port, "--answers", str(answers), "--replace")

    assert "profile 'Pier/Primary' of the database is replaced by that of the file" in shown
    assert "H_Alpha: unknown" in shown


async def test_a_rig_of_real_names_is_found_learns_and_follows_its_first_filter_change(
    server: IndiServer, tmp_path: Path
) -> None:
    home, config, port = tmp_path / "home", tmp_path / "etc" / "rigd.toml", free_port()
    add_nina(home)
    add_runs(home)
    answers = tmp_path / "answers.toml"
    answers.write_text('program = "N.I.N.A."\n', encoding="utf-8")
    async with RawListener(server.port) as wire:
        await wire.wait(lambda: all(wire.latest(n, "CONNECTION") for _, n in REAL_NAMES), "all")

    shown = await asyncio.to_thread(init, server, home, config, port, "--answers", str(answers))

    assert f"{RUNS} runs kept to learn from" in shown
    assert "zwo_asi2600mm_pro" in shown
    assert "it sees ZWO CCD ASI2600MM Pro, ZWO EFW, ZWO EAF, EQMod Mount" in shown
    rig = Config.model_validate(tomllib.loads(config.read_text(encoding="utf-8"))).rigs[0]
    assert rig.mode is Mode.APPLY
    with WrittenDaemon(tmp_path, server, config, port) as daemon:
        async with RawListener(server.port) as wire:
            wheel, focuser = FilterWheel(daemon.url, 0), Focuser(daemon.url, 0)
            await said(daemon, "focuser ZWO EAF is ZWO EAF")
            await asyncio.to_thread(setattr, wheel, "Connected", True)
            await asyncio.to_thread(setattr, focuser, "Connected", True)
            await said(daemon, "first sight")
            before = await wire.number_now("ZWO EAF", "ABS_FOCUS_POSITION")
            offsets = json.loads(rigd(daemon, "offsets", "--json").stdout)["offsets"]
            assert await asyncio.to_thread(fail_of_pages, config) == {}
            await asyncio.to_thread(setattr, wheel, "Position", END)
            await said(daemon, f"{HYDROGEN}: done")
            after = await wire.number_now("ZWO EAF", "ABS_FOCUS_POSITION")

    learnt = {row["name"]: row["focus_offset_steps"] for row in offsets}
    handed = run_rigd("handover", "--config", str(config), timeout=LIMIT_S).stdout
    assert f"{HYDROGEN}: {learnt[HYDROGEN]:+d} steps ± " in handed
    assert f"{SLOTS[START]}: {learnt[SLOTS[START]]:+d} steps\n" in handed
    assert learnt[HYDROGEN] == pytest.approx(OFFSETS[HYDROGEN], abs=6)
    assert before is not None
    assert learnt[SLOTS[START]] == OF_NINA[SLOTS[START]]
    assert after == before + learnt[HYDROGEN] - learnt[SLOTS[START]]


def test_running_it_again_changes_nothing_and_replacing_keeps_a_copy(
    server: IndiServer, tmp_path: Path
) -> None:
    home, config, port = tmp_path / "home", tmp_path / "rigd.toml", free_port()
    add_ekos(home)
    init(server, home, config, port, "--yes", "--no-start")
    before = config.read_text(encoding="utf-8") + "# a line of mine\n"
    config.write_text(before, encoding="utf-8")

    again = init(server, home, config, port, "--yes", "--no-start")
    unchanged = config.read_text(encoding="utf-8")
    replaced = init(server, home, config, port, "--yes", "--no-start", "--replace")

    assert "stays as it is" in again
    assert unchanged == before
    assert "the one before is rigd.toml.before-1" in replaced
    assert (tmp_path / "rigd.toml.before-1").read_text(encoding="utf-8") == before
