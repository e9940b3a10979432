"""A daemon on the simulated driver inside the test, reached over HTTP like any other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from rigd.drivers.simulated.driver import SimulatedDriver

import rigd.daemon.run
from rigd.cli import daemon_client
from rigd.config import ServerConfig, load_config
from rigd.service.observatory import LiveObservatory
from tests.limits import LIMIT_S

PROFILE = """name = "Learner"
reference_filter = "l"
[optic]
focal_ratio = 6.0
[camera]
address = { server = "sim", device = "Simulated Camera", connect = true }
[wheel]
address = { server = "sim", device = "Simulated Wheel", connect = true }
slots = ["l", "r", "g", "b", "ha"]
[focuser]
address = { server = "sim", device = "Simulated Focuser", connect = true }
moves = "drawtube"
step_size_um = 4.0
direction = "outward"
tolerance_steps = 2
[filters.l]
name = "L"
thickness_mm = 2.0
glass = "N-BK7"
band_centre_nm = 550.0
[filters.r]
name = "R"
thickness_mm = 2.0
glass = "N-BK7"
band_centre_nm = 630.0
[filters.g]
name = "G"
thickness_mm = 2.0
glass = "N-BK7"
band_centre_nm = 530.0
[filters.b]
name = "B"
[filters.ha]
name = "Ha"
thickness_mm = 3.0
glass = "N-BK7"
band_centre_nm = 656.3
"""
NAMES = ("L", "R", "G", "B", "Ha")


@dataclass
class Live:
    """A running daemon and what stands behind it."""

    port: int
    driver: SimulatedDriver
    observatory: LiveObservatory

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def raw_steps(self) -> int:
        return self.driver._focuser.position_steps

    async def ask(self, path: str, body: object = None) -> dict[str, object]:
        return await asyncio.to_thread(daemon_client.ask, self.url, path, body)

    async def put(self, device: str, action: str, **form: object) -> None:
        data = urlencode({**form, "ClientID": 1, "ClientTransactionID": 1}).encode()
        request = Request(  # noqa: S310 - http on loopback
            f"{self.url}/api/v1/{device}/0/{action}", data=data, method="PUT"
        )
        with await asyncio.to_thread(urlopen, request, timeout=LIMIT_S) as reply:
            text = reply.read().decode()
            assert '"ErrorNumber":0' in text.replace(" ", ""), text

    async def until_filter(self, filter_position: int) -> None:
        """Wait until the virtual wheel shows a filter."""
        while self.observatory.rigs()[0].wheel.filter_position != filter_position:
            await self.observatory.changed()

    async def until_still(self, raw_steps: int) -> None:
        """Wait until the virtual focuser rests with the real one at a position."""
        while self.observatory.rigs()[0].focuser.moving or self.raw_steps != raw_steps:
            await self.observatory.changed()

    async def offsets(self) -> dict[str, dict[str, object]]:
        rows = (await self.ask("/rigs/one/offsets"))["offsets"]
        assert isinstance(rows, list)
        return {row["name"]: row for row in rows}


@asynccontextmanager
async def living(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    more: str = "",
    profile: str = PROFILE,
    complete: bool = True,
) -> AsyncIterator[Live]:
    """A daemon that answers; ends with the block. If `complete`, its devices are found first."""
    (directory / "one.toml").write_text(profile, encoding="utf-8")
    config = directory / "rigd.toml"
    config.write_text(
        'store = "rigd.db"\n[listen]\nport = 0\ndiscovery_port = 0\n'
        '[[servers]]\nname = "sim"\ndriver = "simulated"\n'
        '[[rigs]]\nname = "one"\nmode = "apply"\nprofile = "one.toml"\n' + more,
        encoding="utf-8",
    )
    found: list[object] = []
    find_driver = rigd.daemon.run.find_driver

    def finding(server: ServerConfig) -> object:
        make, address = find_driver(server)

        def made(address: object, emit: object) -> object:
            driver = make(address, emit)  # type: ignore[arg-type]
            found.extend((driver, emit.__self__))  # type: ignore[attr-defined]
            return driver

        return made, address

    monkeypatch.setattr(rigd.daemon.run, "find_driver", finding)
    monkeypatch.setattr(daemon_client, "LIMIT_S", LIMIT_S)
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(rigd.daemon.run.run(load_config(config), started.set_result))
    try:
        await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        driver, observatory = found[:2]
        assert isinstance(driver, SimulatedDriver)
        assert isinstance(observatory, LiveObservatory)
        live = Live(port=started.result(), driver=driver, observatory=observatory)
        if complete:
            await live.until_filter(0)
            while not observatory.snapshot("one").ledger_checked:
                await observatory.changed()
            for device in ("filterwheel", "focuser"):
                await live.put(device, "connected", Connected=True)
        yield live
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
