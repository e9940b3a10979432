"""A daemon beside N.I.N.A.: what it says of its own offsets is heeded, and shown."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from tests.drivers.indigo_bus import IndigoBus
from tests.drivers.nina_api import PATH, NinaApi
from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon
from tests.rigd_process import run_rigd

pytestmark = pytest.mark.live

SERVER = (
    '\n[[servers]]\nname = "{name}"\ndriver = "{name}"\nhost = "127.0.0.1"\nport = {port}\n'
    "poll_s = 0.1\nretry_max_s = 0.2\n"
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def prepared(directory: Path, api: NinaApi | IndigoBus, mode: str = "apply") -> SimulatedDaemon:
    name = "nina" if isinstance(api, NinaApi) else "indigo"
    server = SERVER.format(name=name, port=api.port)
    daemon = SimulatedDaemon(directory, mode, more_servers=server)
    config = daemon.config.read_text(encoding="utf-8")
    rig = 'profile = "demo.toml"\n'
    assert rig in config
    with_program = config.replace(rig, rig + f'programs = ["{name}"]\n')
    daemon.config.write_text(with_program, encoding="utf-8")
    return daemon


def rigd(daemon: SimulatedDaemon, *words: str) -> subprocess.CompletedProcess[str]:
    return run_rigd(*words, "--url", f"127.0.0.1:{daemon.port}", timeout=LIMIT_S)


def leave(daemon: SimulatedDaemon) -> None:
    """Close rigd's devices, whose shift is frozen for whoever has them open."""
    for device in ("filterwheel", "focuser"):
        daemon.ask("PUT", f"/api/v1/{device}/0/connected", "Connected=false", FORM)


async def become(daemon: SimulatedDaemon, key: str, wanted: object) -> dict[str, object]:
    """Wait until the rig shows it."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            rig = await asyncio.to_thread(daemon.read, "/rigd/v1/rigs/demo")
            if rig[key] == wanted:
                return rig
            await asyncio.sleep(0.05)


async def heard(daemon: SimulatedDaemon, *, applies: bool | None) -> None:
    async with asyncio.timeout(LIMIT_S):
        while True:
            rig = await asyncio.to_thread(daemon.read, "/rigd/v1/rigs/demo")
            programs = rig["programs"]
            assert isinstance(programs, list)
            if programs[0]["applies"] is applies and rig["focus_known"]:
                return
            await asyncio.sleep(0.05)


async def shown(daemon: SimulatedDaemon, words: str) -> str:
    """Wait until `rigd status` says so; what it says."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            status = (await asyncio.to_thread(rigd, daemon, "status")).stdout
            if words in status:
                return status
            await asyncio.sleep(0.05)


async def test_rigd_stands_down_beside_a_nina_with_offsets_on_and_applies_once_they_are_off(
    tmp_path: Path,
) -> None:
    async with NinaApi(use_offsets=True) as api:
        with prepared(tmp_path, api) as daemon:
            await asyncio.to_thread(daemon.connect)
            start = await asyncio.to_thread(daemon.raw_steps)
            await become(daemon, "mode", "observe")
            await asyncio.to_thread(leave, daemon)
            status = await asyncio.to_thread(rigd, daemon, "status")
            refused = await asyncio.to_thread(rigd, daemon, "mode", "apply")
            api.use_offsets = False
            await heard(daemon, applies=False)
            switched = await asyncio.to_thread(rigd, daemon, "mode", "apply")
            last = await asyncio.to_thread(rigd, daemon, "status")
            moved = await asyncio.to_thread(daemon.raw_steps)

    assert "rig demo, mode observe, chosen by rigd" in status.stdout
    said = "N.I.N.A. (profile Refractor) says that it applies filter offsets of its own"
    assert f"other programs    {said} (L +0, Ha +120 steps)" in status.stdout
    assert (
        "N.I.N.A. (profile Refractor): its filter offsets are on (L +0, R +12, Ha +120)"
        in status.stdout
    )
    assert refused.returncode != 0
    assert "switch them off there first" in refused.stderr
    assert (switched.returncode, switched.stdout[:5]) == (0, "apply")
    assert "which are off: leave them off" in last.stdout
    assert moved == start, "a mode moves nothing"
    assert set(api.asked) == {f"GET {PATH}"}


async def test_publish_to_apply_needs_no_word_once_nina_says_zero(tmp_path: Path) -> None:
    async with NinaApi(use_offsets=True) as api:
        with prepared(tmp_path, api, "publish") as daemon:
            await asyncio.to_thread(daemon.connect)
            status, answer = await asyncio.to_thread(
                daemon.ask, "GET", "/api/v1/filterwheel/0/focusoffsets"
            )
            assert status == 200
            assert any(json.loads(answer)["Value"]), "nobody would keep zeros"
            await asyncio.to_thread(leave, daemon)
            await heard(daemon, applies=True)
            refused = await asyncio.to_thread(rigd, daemon, "mode", "apply", "--confirm")
            api.offsets = dict.fromkeys(api.offsets, 0)
            await shown(daemon, "Ha +0")
            switched = await asyncio.to_thread(rigd, daemon, "mode", "apply")
            history = await asyncio.to_thread(rigd, daemon, "explain", "--history")

    assert "switch them off there first" in refused.stderr
    assert (switched.returncode, switched.stdout[:5]) == (0, "apply")
    assert "says that its filter offsets are all the same" in history.stdout


async def test_rigd_stands_down_beside_an_indigo_agent_with_offsets_on(tmp_path: Path) -> None:
    async with IndigoBus(applies=True) as bus:
        with prepared(tmp_path, bus) as daemon:
            await asyncio.to_thread(daemon.connect)
            await become(daemon, "mode", "observe")
            await asyncio.to_thread(leave, daemon)
            status = await shown(daemon, "INDIGO (Imager Agent): its filter offsets are on")
            bus.applies = False
            bus.push("AGENT_PROCESS_FEATURES")
            await heard(daemon, applies=False)
            switched = await asyncio.to_thread(rigd, daemon, "mode", "apply")

    assert "INDIGO (Imager Agent) says that it applies filter offsets of its own" in status
    assert (switched.returncode, switched.stdout[:5]) == (0, "apply")


async def test_a_nina_that_does_not_run_is_shown_and_changes_nothing(tmp_path: Path) -> None:
    async with NinaApi() as api:
        pass
    with prepared(tmp_path, api) as daemon:
        await asyncio.to_thread(daemon.connect)
        rig = await become(daemon, "focus_known", wanted=True)
        status = await shown(daemon, "server nina is down")

    assert rig["mode"] == "apply"
    assert "nina: its program does not say whether it applies filter offsets" in status
