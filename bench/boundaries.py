"""kill -9 of the daemon at every boundary of its journal, judged on the wire.

One command: `./dev bench boundaries [SCENARIO ...]`. Each scenario runs once to count its writes,
then once for every write with the daemon killed just before it, and once just after. After each
restart nothing may move until somebody asks; the ledger must be right or say that it is unknown; a
client that polls goes on; and the same filter asked for again ends at the exact position.
"""

import asyncio
import json
import sys
import tempfile
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from time import monotonic

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, WHEEL, IndiServer, RawListener

HOME_SLOT = 0
OTHER_SLOT = 3
CLIENT_STEPS = 500
TRIM_STEPS = 40
US_PER_STEP = 500
LOOK_S = 0.3
NOT_CONNECTED = 0x407
COMMANDED = ("newNumberVector", FOCUSER)
BACKLASH = '\n[focuser.backlash]\nowner = "rigd"\nsteps = 40\nfinal_direction = "down"\n'
SEQUENTIAL = "\n[gates]\nsequential = true\n"


class MortalDaemon(Daemon):
    """A daemon whose fuse is a file beside its configuration."""

    @property
    def fuse(self) -> Path:
        """While it is there, writes are counted."""
        return self.directory / "fuse"

    @property
    def program(self) -> tuple[str, ...]:
        """The daemon with a fuse."""
        return ("bench.mortal", str(self.fuse))

    def arm(self, fuse: str) -> None:
        """From now on writes are counted."""
        self.fuse.with_suffix(".writes").write_text("", encoding="utf-8")
        self.fuse.write_text(fuse, encoding="utf-8")

    def disarm(self) -> list[str]:
        """The kinds of the writes since it was armed."""
        self.fuse.unlink(missing_ok=True)
        return self.fuse.with_suffix(".writes").read_text(encoding="utf-8").splitlines()


@dataclass(slots=True)
class Site:
    """The daemon, the wire, and what is known of the rig from outside."""

    daemon: MortalDaemon
    wire: RawListener
    base: int = 0
    offsets: list[int] = field(default_factory=list)

    async def get(self, path: str) -> dict[str, object]:
        """What rigd tells of the rig."""
        return await asyncio.to_thread(_ask, f"{self.daemon.url}/rigd/v1/rigs/demo{path}", None)

    async def post(self, path: str, body: dict[str, object]) -> None:
        """Tell rigd something."""
        await asyncio.to_thread(_ask, f"{self.daemon.url}/rigd/v1/rigs/demo{path}", body)

    async def put(self, device: str, member: str, value: object) -> None:
        """Ask a virtual device, as a client does."""
        url = f"http://{self.daemon.url}/api/v1/{device}/0/{member}"
        name = {"move": "Position"}.get(member, member.capitalize())
        request = urllib.request.Request(url, f"{name}={value}&ClientID=7".encode(), method="PUT")
        answer = await asyncio.to_thread(_answer, request)
        _must(answer["ErrorNumber"] == 0, f"{member}: {answer}")

    async def position(self) -> dict[str, object]:
        """What a polling client reads of the virtual focuser."""
        url = f"{self.daemon.url}/api/v1/focuser/0/position?ClientID=7"
        return await asyncio.to_thread(_ask, url, None)

    async def wheel(self) -> dict[str, object]:
        """What a polling client reads of the virtual wheel."""
        url = f"{self.daemon.url}/api/v1/filterwheel/0/position?ClientID=7"
        return await asyncio.to_thread(_ask, url, None)

    async def settled(self) -> dict[str, object]:
        """The ledger once rigd has looked at the focuser, and nothing of its own is under way."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                with suppress(OSError, HTTPException):
                    told, view = await self.get("/explain"), await self.get("")
                    wheel = await self.wheel()
                    at_rest = told["moving_to_steps"] is None and told["raw_steps"] is not None
                    devices = told["focus_checked"] and told["filter_in_light"] is not None
                    turning = wheel["ErrorNumber"] == 0 and wheel["Value"] == -1
                    if at_rest and devices and view["filter_position"] is not None and not turning:
                        return told
                await asyncio.sleep(0.05)

    @property
    def raw(self) -> float | None:
        """Where the focuser stands, as the wire has it."""
        return self.wire.number(FOCUSER, "ABS_FOCUS_POSITION")


def _ask(url: str, body: dict[str, object] | None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://{url}", data=data, headers=headers)
    return _answer(request)


def _answer(request: urllib.request.Request) -> dict[str, object]:
    with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:  # noqa: S310 - loopback
        return json.loads(reply.read())  # type: ignore[no-any-return]


def _must(true: bool, wrong: str) -> None:
    if not true:
        raise AssertionError(wrong)


def _whole(value: object) -> int:
    _must(isinstance(value, int), f"{value!r} is no number of steps")
    return value  # type: ignore[return-value]  # it is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is going on when the daemon dies."""

    act: Callable[[Site], Awaitable[None]]
    profile: str = ""
    """Added to the example profile."""
    bases: tuple[int, ...] = (0,)
    """By how much the base may have changed afterwards: it was done, or it was not."""
    trims: tuple[int, ...] = (0,)
    closes: bool = False
    """Whether it closes the focuser for its clients."""


async def _in_path(site: Site) -> None:
    await site.put("filterwheel", "position", OTHER_SLOT)


async def _reactive(site: Site) -> None:
    site.wire.set_number(WHEEL, "FILTER_SLOT", "FILTER_SLOT_VALUE", OTHER_SLOT + 1)
    await site.wire.until(WHEEL, "FILTER_SLOT", OTHER_SLOT + 1)


async def _client(site: Site) -> None:
    await site.put("focuser", "move", site.base + CLIENT_STEPS)


async def _mode(site: Site) -> None:
    await site.post("/mode", {"mode": "observe", "confirm": True})


async def _hold(site: Site) -> None:
    await site.post("/hold", {"hold": True})


async def _adopt(site: Site) -> None:
    await site.post("/adopt", {})


async def _trim(site: Site) -> None:
    await site.post("/trim", {"trim_steps": TRIM_STEPS})


SCENARIOS = {
    "in-path": Scenario(act=_in_path),
    "reactive": Scenario(act=_reactive),
    "backlash": Scenario(act=_in_path, profile=BACKLASH),
    "sequential": Scenario(act=_in_path, profile=SEQUENTIAL),
    "client": Scenario(act=_client, bases=(0, CLIENT_STEPS)),
    "mode": Scenario(act=_mode, closes=True),
    "hold": Scenario(act=_hold),
    "adopt": Scenario(act=_adopt),
    "trim": Scenario(act=_trim, trims=(0, TRIM_STEPS)),
}


@dataclass(slots=True)
class Tally:
    """How a scenario went."""

    writes: list[str] = field(default_factory=list)
    right: int = 0
    unknown: int = 0
    longest_s: float = 0.0
    """Until a polling client had its answer, from the start of the new process."""


async def measure(name: str, most: int | None = None) -> Tally:
    """One scenario at every boundary; raises AssertionError for a wrong ledger or a blind move.

    Args:
        name: of the scenario.
        most: so many writes from the first on; None: all of them.
    """
    scenario, tally = SCENARIOS[name], Tally()
    with tempfile.TemporaryDirectory() as directory, IndiServer(Path(directory)) as server:
        daemon = MortalDaemon(Path(directory), server)
        text = daemon.profile.read_text(encoding="utf-8")
        daemon.profile.write_text(text + scenario.profile, encoding="utf-8")
        async with RawListener(server.port) as wire:
            with daemon:
                site = await _opened(daemon, wire)
                tally.writes = await _counted(site, scenario)
                for number in range(1, min(len(tally.writes), most or len(tally.writes)) + 1):
                    for when in ("before", "after"):
                        await _killed(site, scenario, f"{when} {number}", tally)
    return tally


async def _opened(daemon: MortalDaemon, wire: RawListener) -> Site:
    site = Site(daemon=daemon, wire=wire)
    told = await site.settled()
    rows = (await site.get("/offsets"))["offsets"]
    _must(isinstance(rows, list), f"no offsets: {rows}")
    site.offsets = [row["focus_offset_steps"] for row in rows]  # type: ignore[attr-defined]  # a list
    site.base = FOCUSER_START_STEPS - site.offsets[HOME_SLOT]
    _must(told["base_steps"] == site.base, f"begins wrong: {told}")
    async with asyncio.timeout(LIMIT_S):
        while daemon.said().count("is not in the catalog") < 3:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.05)
    wire.set_number(FOCUSER, "DELAY", "DELAY_VALUE", US_PER_STEP)
    await _open(site)
    return site


async def _open(site: Site) -> None:
    for device in ("filterwheel", "focuser"):
        await site.put(device, "connected", "True")


async def _counted(site: Site, scenario: Scenario) -> list[str]:
    """The writes of a whole scenario."""
    site.daemon.arm("count")
    await scenario.act(site)
    await _quiet(site)
    writes = site.daemon.disarm()
    await _home(site)
    return writes


async def _quiet(site: Site) -> None:
    """Everything is done and written."""
    writes = site.daemon.fuse.with_suffix(".writes")
    before = None
    while before != (before := (writes.read_bytes(), site.raw)):
        await site.settled()
        await asyncio.sleep(1.0)


async def _home(site: Site) -> None:
    """Back to where every scenario begins, through rigd."""
    if (await site.get(""))["hold_by"] is not None:
        await site.post("/hold", {"hold": False})
    if (await site.get(""))["mode"] != "apply":
        await site.post("/mode", {"mode": "apply", "confirm": True})
        await _open(site)
    if (await site.get("/explain"))["embodied_steps"] is None:
        target = site.base + site.offsets[_whole((await site.get(""))["filter_position"])]
        site.wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", target)
        await site.wire.until(FOCUSER, "ABS_FOCUS_POSITION", target)
        await site.settled()
        await site.post("/adopt", {})
    await site.settled()
    if (await site.get("/explain"))["trim_steps"] != 0:
        await site.post("/trim", {"trim_steps": 0})
        await site.settled()
    await site.put("focuser", "move", site.base)
    await site.settled()
    await _changed(site, HOME_SLOT)


async def _changed(site: Site, slot: int) -> None:
    """A filter asked for ends at the exact position."""
    told = await site.get("/explain")
    target = _whole(told["base_steps"]) + _whole(told["trim_steps"]) + site.offsets[slot]
    await site.put("filterwheel", "position", slot)
    await site.wire.until(WHEEL, "FILTER_SLOT", slot + 1)
    await site.settled()
    _must(site.raw == target, f"slot {slot + 1} at {site.raw} instead of {target} steps")


async def _killed(site: Site, scenario: Scenario, fuse: str, tally: Tally) -> None:
    site.daemon.arm(fuse)
    with suppress(OSError, HTTPException):
        await scenario.act(site)
    async with asyncio.timeout(LIMIT_S):
        while site.daemon.running:  # noqa: ASYNC110 - a process has no events
            await asyncio.sleep(0.01)
    site.daemon.disarm()
    await asyncio.sleep(LOOK_S)  # what it had sent is heard
    begin, began_s = len(site.wire.history), monotonic()
    site.daemon.start()
    while True:
        _must(site.daemon.running, f"{fuse}: it does not start again: {site.daemon.said()}")
        with suppress(OSError, HTTPException):
            answers = {0, NOT_CONNECTED} if scenario.closes else {0}
            if (await site.position())["ErrorNumber"] in answers:
                break
        await asyncio.sleep(0.02)
    tally.longest_s = max(tally.longest_s, monotonic() - began_s)
    told = await site.settled()
    if scenario.closes:
        await _open(site)
    await asyncio.sleep(LOOK_S)
    blind = [h for h in site.wire.history[begin:] if (h.what, h.device) == COMMANDED]
    _must(not blind, f"{fuse}: a blind move after the restart: {blind}")
    _judge(site, scenario, told, fuse)
    tally.right += told["embodied_steps"] is not None
    tally.unknown += told["embodied_steps"] is None
    if told["embodied_steps"] is not None and (await site.get(""))["mode"] == "apply":
        if (await site.get(""))["hold_by"] is not None:
            await site.post("/hold", {"hold": False})
        await _changed(site, OTHER_SLOT)
    await _home(site)


def _judge(site: Site, scenario: Scenario, told: dict[str, object], fuse: str) -> None:
    """The ledger is right or unknown."""
    _must(told["raw_steps"] == site.raw, f"{fuse}: rigd says {told}, the wire says {site.raw}")
    if told["embodied_steps"] is None:
        return
    bases = [site.base + change for change in scenario.bases]
    _must(told["base_steps"] in bases, f"{fuse}: {told} instead of a base of {bases}")
    _must(told["trim_steps"] in scenario.trims, f"{fuse}: {told}")


async def main() -> None:
    """Print how it went."""
    for name in sys.argv[1:] or SCENARIOS:
        tally = await measure(name)
        kills = tally.right + tally.unknown
        print(
            f"{name:12s} {len(tally.writes):2d} writes, {kills:3d} kills: {tally.right} right, "
            f"{tally.unknown} unknown; a polling client went on after {tally.longest_s:.1f} s",
            flush=True,
        )
    print("every ledger right or unknown, no blind move")


if __name__ == "__main__":
    asyncio.run(main())
