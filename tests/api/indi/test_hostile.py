"""A hundred thousand messages that no sane server sends: driver and daemon stay up."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from rigd.api.indi.server import IndiSettings
from rigd.api.indi.wire import ElementReader
from tests.api.indi.test_door import serving
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S

pytestmark = pytest.mark.slow

MESSAGES = 100_000
SANE = (
    b"<newNumberVector device='rig0 wheel' name='FILTER_SLOT'>"
    b"<oneNumber name='FILTER_SLOT_VALUE'>%s</oneNumber></newNumberVector>\n",
    b"<newNumberVector device='rig0 focuser' name='ABS_FOCUS_POSITION'>"
    b"<oneNumber name='FOCUS_ABSOLUTE_POSITION'>%s</oneNumber></newNumberVector>\n",
    b"<newSwitchVector device='rig0 wheel' name='CONNECTION'>"
    b"<oneSwitch name='CONNECT'>%s</oneSwitch></newSwitchVector>\n",
    b"<newTextVector device='rig0 wheel' name='FILTER_NAME'>"
    b"<oneText name='FILTER_SLOT_NAME_1'>%s</oneText></newTextVector>\n",
    b"<getProperties version='1.7' device='%s'/>\n",
)
VALUES = (b"1", b"99", b"-1", b"nan", b"inf", b"1e400", b"On", b"", b"\xff", b"<", b"&x;")


def hostile(chance: random.Random) -> bytes:
    """One message, whole or spoilt."""
    message = bytearray(chance.choice(SANE) % chance.choice(VALUES))
    match chance.randrange(4):
        case 0:
            message[chance.randrange(len(message))] = chance.randrange(256)
        case 1:
            del message[chance.randrange(len(message)) :]
        case 2:
            message[0:0] = chance.randbytes(chance.randrange(20))
        case _:
            pass
    return bytes(message)


async def test_they_leave_the_driver_and_the_daemon_up(tmp_path: Path) -> None:
    observatory, chance = FakeObservatory(), random.Random(19)  # noqa: S311 - noise
    path = tmp_path / "s"
    async with serving(observatory, IndiSettings(socket=path)):
        driver = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rigd.api.indi.driver",
            env={"RIGD_INDI": str(path)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert driver.stdin is not None
        assert driver.stdout is not None
        drained = asyncio.create_task(last_seen(driver.stdout))
        for _ in range(MESSAGES // 100):
            driver.stdin.write(b"".join(hostile(chance) for _ in range(100)))
            await driver.stdin.drain()
        # Whatever is open is closed by these, and then it is asked as any client would.
        before = connects(observatory)
        driver.stdin.write(b"'\"></x>\n" * 3)
        for _ in range(2):
            driver.stdin.write(
                b"<newSwitchVector device='rig0 focuser' name='CONNECTION'>"
                b"<oneSwitch name='CONNECT'>On</oneSwitch></newSwitchVector>\n"
                b"<getProperties version='1.7' device='rig0 focuser' name='DRIVER_INFO'/>\n"
            )
        await driver.stdin.drain()
        async with asyncio.timeout(LIMIT_S):
            while connects(observatory) == before:  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(0.1)
        assert driver.returncode is None
        driver.stdin.close()
        async with asyncio.timeout(LIMIT_S):
            assert await driver.wait() == 0
            assert await drained > 0


def connects(observatory: FakeObservatory) -> int:
    return sum(one[0] == "connect" for one in observatory.asked)


async def last_seen(stream: asyncio.StreamReader) -> int:
    """How many elements came out, all of them well-formed."""
    reader, count = ElementReader(), 0
    while data := await stream.read(1 << 16):
        count += len(reader.feed(data))
    return count
