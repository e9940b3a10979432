"""A daemon, a real indiserver with simulators and rigd's own driver under it, and a raw client."""

import asyncio
import json
import os
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import SIMULATORS, IndiServer, RawListener

WHEEL_DEVICE, FOCUSER_DEVICE, RIG_DEVICE = "rigd demo wheel", "rigd demo focuser", "rigd demo"
SLOT, POSITION = "FILTER_SLOT", "ABS_FOCUS_POSITION"
RED, GREEN, H_ALPHA, LUMINANCE = 1, 2, 4, 8
"""Slots of the wheel simulator."""


class DoorRig:
    """What a test of the door talks to."""

    def __init__(self, server: IndiServer, daemon: Daemon, wire: RawListener) -> None:
        self.server, self.daemon, self.wire = server, daemon, wire

    async def open(self) -> None:
        """Connect rigd's wheel and focuser, as a capture program does."""
        for device in (WHEEL_DEVICE, FOCUSER_DEVICE):
            await self.wire.wait(
                lambda device=device: self.wire.latest(device, "CONNECTION") is not None,
                f"{device} on the bus",
            )
            self.wire.set_switch(device, "CONNECTION", "CONNECT")
        await self.wire.until(WHEEL_DEVICE, SLOT, 1)
        await self.wire.wait(
            lambda: (heard := self.wire.latest(FOCUSER_DEVICE, POSITION)) and heard.state == "Ok",
            "the virtual focuser at rest",
        )

    def ask(self, slot: float) -> None:
        self.wire.set_number(WHEEL_DEVICE, SLOT, "FILTER_SLOT_VALUE", slot)

    def move(self, steps: float) -> None:
        self.wire.set_number(FOCUSER_DEVICE, POSITION, "FOCUS_ABSOLUTE_POSITION", steps)

    def told(self, page: str = "") -> dict[str, Any]:
        """What rigd says of the rig over HTTP: its status, or one of its pages."""
        url = f"http://{self.daemon.url}/rigd/v1/rigs/demo{page}"
        with urllib.request.urlopen(url, timeout=LIMIT_S) as reply:
            return json.loads(reply.read())  # type: ignore[no-any-return]

    @property
    def offsets(self) -> dict[int, int]:
        """The offset of each slot's filter, in steps."""
        return {
            one["filter_position"] + 1: one["focus_offset_steps"]
            for one in self.told("/offsets")["offsets"]
        }

    @property
    def driver_pid(self) -> int:
        """rigd's driver, a child of indiserver."""
        assert self.server._process is not None
        server = self.server._process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return next(int(one) for one in children if "indi.driver" in _command_of(int(one)))

    def kill_driver(self) -> None:
        os.kill(self.driver_pid, signal.SIGKILL)


def _command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def driver_command(directory: Path) -> str:
    """A driver for indiserver that is the one of this checkout."""
    path = directory / "indi_rigd"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rigd.api.indi.driver\n')
    path.chmod(0o755)
    return str(path)


@asynccontextmanager
async def door_rig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str = "apply"
) -> AsyncIterator[DoorRig]:
    """Everything started, nothing connected by a client yet."""
    monkeypatch.setenv("RIGD_INDI", str(tmp_path / "rigd-indi.sock"))
    server = IndiServer(tmp_path, (*SIMULATORS, driver_command(tmp_path)))
    with server, Daemon(tmp_path, server, mode) as daemon:
        async with RawListener(server.port) as wire:
            yield DoorRig(server, daemon, wire)


async def until(true, what: str) -> None:  # type: ignore[no-untyped-def]
    """Wait until something is so that nobody announces."""
    async with asyncio.timeout(LIMIT_S):
        while not true():  # noqa: ASYNC110 - a process or a file is looked at
            await asyncio.sleep(0.05)
