"""The driver's process against a daemon that wants a token."""

import asyncio
import sys
from pathlib import Path

import pytest

from rigd.api.indi.driver import REFUSED
from rigd.api.indi.server import IndiSettings
from tests.api.indi.test_door import TOKEN, reach, serving
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S
from tests.ports import free_port


async def test_a_token_that_is_corrected_counts_at_once_and_a_wrong_one_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.WRONG_TOKEN_S", 0.0)
    port, kept = free_port(), tmp_path / "token"
    kept.write_text("wrong")
    async with serving(FakeObservatory(), IndiSettings(port=port, token=TOKEN)):
        (await reach(port))[1].close()
        driver = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rigd.api.indi.driver",
            env={"RIGD_INDI": f"127.0.0.1:{port}", "RIGD_TOKEN_FILE": str(kept)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert driver.stdin is not None
        assert driver.stdout is not None
        assert driver.stderr is not None
        try:
            async with asyncio.timeout(LIMIT_S):
                said = await driver.stderr.readline()
                kept.write_text(f"{TOKEN}\n")
                defined = await driver.stdout.readline()
                driver.stdin.close()
                more = await driver.stderr.read()
                await driver.wait()
        finally:
            if driver.returncode is None:
                driver.kill()
                await driver.wait()
    assert said.decode() == f"indi_rigd: {REFUSED}\n"
    assert defined.startswith(b"<defSwitchVector device=")
    assert more == b""
