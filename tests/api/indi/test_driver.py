"""The driver's process against a daemon that wants a token."""

import asyncio
import subprocess
import sys
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from rigd.api.indi.driver import AGAIN, PING, REFUSED, SILENT
from rigd.api.indi.driver_cache import READY
from rigd.api.indi.server import IndiSettings
from rigd.api.indi.wire import Child, Element
from tests.api.indi.test_door import TOKEN, reach, serving
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S
from tests.ports import free_port

DEFINED = Element(
    "defNumberVector",
    {"device": "w", "name": "FILTER_SLOT", "state": "Ok"},
    (Child("defNumber", {"name": "FILTER_SLOT_VALUE"}, "1"),),
)
ASKED = Element(
    "newNumberVector",
    {"device": "w", "name": "FILTER_SLOT"},
    (Child("oneNumber", {"name": "FILTER_SLOT_VALUE"}, "2"),),
)


async def start_driver(place: str, *, answer_s: float = 10.0, **more: str) -> Process:
    """The driver as indiserver starts it."""
    begin = f"from rigd.api.indi import driver as d; d.ANSWER_S = {answer_s}; d.main()"
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        begin,
        env={"RIGD_INDI": place, **more},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_daemon_that_is_there_and_does_not_answer_counts_as_away(tmp_path: Path) -> None:
    # A stopped process, and a cable behind which nothing comes through, look the same.
    links: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_unix_server(
        lambda reader, writer: links.put_nowait((reader, writer)), tmp_path / "s"
    )
    driver = await start_driver(str(tmp_path / "s"), answer_s=0.1)
    assert driver.stdin is not None
    assert driver.stdout is not None
    assert driver.stderr is not None
    try:
        async with server, asyncio.timeout(LIMIT_S):
            reader, writer = await links.get()
            await reader.readuntil(b"\n")
            writer.write(DEFINED.to_bytes() + Element(READY, {}).to_bytes())
            await driver.stdout.readuntil(b"</defNumberVector>\n")
            driver.stdin.write(ASKED.to_bytes())
            asked = await reader.readuntil(f"<{PING}/>\n".encode())
            said = await driver.stderr.readline()
            told = await driver.stdout.readuntil(b"</setNumberVector>\n")

            again, back = await links.get()
            greeting = await again.readuntil(f"<{AGAIN}/>\n".encode())
            back.write(DEFINED.to_bytes() + Element(READY, {}).to_bytes())
            freed = await driver.stdout.readuntil(b"</setNumberVector>\n")
            driver.stdin.close()
            rest = await again.read()
            await driver.wait()
            for one in (writer, back):
                one.close()
    finally:
        if driver.returncode is None:
            driver.kill()
            await driver.wait()
    assert asked.startswith(b"<newNumberVector")
    assert said.decode() == f"indi_rigd: {SILENT}\n"
    assert b'state="Alert"' in told
    assert b"rigd does not answer" in told
    assert greeting.startswith(b"rigd-indi ")
    assert b'state="Ok"' in freed
    assert rest == b"<rigdEnd/>\n"


async def test_a_token_that_is_corrected_counts_at_once_and_a_wrong_one_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rigd.api.indi.door.WRONG_TOKEN_S", 0.0)
    port, kept = free_port(), tmp_path / "token"
    kept.write_text("wrong")
    async with serving(FakeObservatory(), IndiSettings(port=port, token=TOKEN)):
        (await reach(port))[1].close()
        driver = await start_driver(f"127.0.0.1:{port}", RIGD_TOKEN_FILE=str(kept))
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


def test_started_by_hand_without_a_server_it_says_what_it_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rigd.api.indi.driver"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )

    assert ran.returncode == 1
    assert ran.stderr == (
        "indi_rigd: a driver that indiserver starts (`indiserver indi_rigd`): no server\n"
    )
