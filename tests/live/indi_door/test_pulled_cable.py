"""Driver and daemon on two computers, here two networks, and the cable between is pulled."""

import asyncio
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.limits import LIMIT_S

pytestmark = pytest.mark.live

HERE, THERE = "192.0.2.1", "192.0.2.2"
"""Of the range for examples (RFC 5737), which no real computer has."""
PORT, TOKEN = "7625", "correct"


def ip(*words: str) -> bool:
    done = subprocess.run(["ip", *words], capture_output=True, timeout=LIMIT_S, check=False)
    return done.returncode == 0


@contextmanager
def two_computers() -> Iterator[tuple[str, str]]:
    """The names of two networks with a cable between them."""
    pier, desk = f"rigd-pier-{os.getpid()}", f"rigd-desk-{os.getpid()}"
    ends = ((pier, HERE), (desk, THERE))
    try:
        made = shutil.which("ip") is not None and all(ip("netns", "add", one) for one, _ in ends)
        cable = ("link", "add", "cable", "netns", pier, "type", "veth")
        made = made and ip(*cable, "peer", "name", "cable", "netns", desk)
        for name, address in ends:
            made = made and ip("-n", name, "addr", "add", f"{address}/30", "dev", "cable")
            made = made and ip("-n", name, "link", "set", "cable", "up")
        if not made:
            pytest.skip("needs the right to make networks")
        yield pier, desk
    finally:
        if shutil.which("ip") is not None:
            ip("netns", "del", pier)
            ip("netns", "del", desk)


@asynccontextmanager
async def running(network: str, *words: str, **more: str) -> AsyncIterator[Process]:
    """A module of Python in a network."""
    process = await asyncio.create_subprocess_exec(
        *("ip", "netns", "exec", network, sys.executable, "-m", *words),
        env={**os.environ, **more},
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


async def test_both_ends_notice_it_and_go_on_once_it_is_back(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text(TOKEN)
    rigd = ("tests.live.indi_door.far_rigd", HERE, PORT, TOKEN, f"{THERE}/32")
    place = {"RIGD_INDI": f"{HERE}:{PORT}", "RIGD_TOKEN_FILE": str(kept)}
    with two_computers() as (pier, desk):
        async with (
            running(pier, *rigd) as daemon,
            running(desk, "rigd.api.indi.driver", **place) as driver,
            asyncio.timeout(2 * LIMIT_S),
        ):
            assert driver.stdin is not None
            assert driver.stdout is not None
            assert daemon.stdout is not None
            await driver.stdout.readuntil(b'name="RIGD_STATUS"')
            driver.stdin.write(
                b'<newSwitchVector device="rig0 wheel" name="CONNECTION">'
                b'<oneSwitch name="CONNECT">On</oneSwitch></newSwitchVector>'
            )
            await driver.stdout.readuntil(b'name="FILTER_SLOT" state="Ok"')
            connected = await daemon.stdout.readline()

            ip("-n", pier, "link", "set", "cable", "down")
            await driver.stdout.readuntil(b'message="[WARNING] rigd does not answer"')
            await driver.stdout.readuntil(b'name="FILTER_SLOT" state="Alert"')
            lost = await daemon.stdout.readline()

            ip("-n", pier, "link", "set", "cable", "up")
            await driver.stdout.readuntil(b'name="FILTER_SLOT" state="Ok"')
            back = await daemon.stdout.readline()
    assert connected == b"\n"
    assert lost.decode().rstrip() == (
        "the computer with the driver of rigd's INDI devices is out of reach while a program there "
        "has them open: every frame goes through Luminance until it is back"
    )
    assert back == b"\n"
