"""From "the wheel says Ok" to "the focuser is commanded": rigd beside a raw socket client.

One command: `./dev bench latency`. A real indiserver with its simulators; the wheel is the one in
the CCD simulator, which turns at once. A listener on a connection of its own, with its own clock,
takes the time from seeing the wheel's Ok to seeing the focuser's command (indiserver shows every
client's commands to all others). The raw client parses and answers and does nothing else: it is the
floor. rigd does all that it does at night: child process, gates, durable journal, command.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from tests.live.indiserver import CAMERA, FOCUSER, IndiServer, RawListener

CHANGES = 200
WARM_UP = 10
SLOTS = (1, 2)

PROFILE = f"""
name = "bench"
reference_filter = "luminance"
[optic]
focal_ratio = 6.0
[camera]
address = {{ server = "bench", device = "{CAMERA}", connect = true }}
[wheel]
address = {{ server = "bench", device = "{CAMERA}", connect = true }}
slots = ["luminance", "red"]
[focuser]
address = {{ server = "bench", device = "{FOCUSER}", connect = true }}
moves = "drawtube"
step_size_um = 60.0
direction = "outward"
tolerance_steps = 0
[filters.red]
name = "Red"
thickness_mm = 3.0
glass = "N-BK7"
[filters.luminance]
name = "Luminance"
thickness_mm = 2.0
glass = "N-BK7"
"""

RAW_CLIENT = """
import asyncio, re, socket, sys
async def main(port, path):
    if path:
        door = socket.socket(socket.AF_UNIX); door.connect(chr(0) + path)
        reader, writer = await asyncio.open_unix_connection(sock=door)
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    writer.write(b"<getProperties version='1.7'/>")
    text = ""
    slot = re.compile(r'name="FILTER_SLOT" state="Ok".*?>\\s*(\\d)\\s*</oneNumber>', re.S)
    while data := await reader.read(65536):
        text = (text + data.decode())[-65536:]
        while found := slot.search(text):
            text = text[found.end():]
            writer.write(b'<newNumberVector device="Focuser Simulator" name="ABS_FOCUS_POSITION">'
                b'<oneNumber name="FOCUS_ABSOLUTE_POSITION">%d</oneNumber></newNumberVector>'
                % (50000 + 6 * int(found[1])))
asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
"""


async def run(who: str, server: IndiServer, directory: Path, *, unix: bool) -> list[float]:
    """Milliseconds of each change as `who` reacts."""
    (directory / "bench.toml").write_text(PROFILE, encoding="utf-8")
    config = directory / "rigd.toml"
    config.write_text(
        f'store = "{who}-{unix}.db"\n[listen]\nport = 0\ndiscovery_port = 0\n'
        f'[[servers]]\nname = "bench"\ndriver = "indi"\nport = {server.port}\n'
        f'unix_socket = "{server.path if unix else ""}"\n'
        '[[rigs]]\nname = "bench"\nmode = "apply"\nprofile = "bench.toml"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-c", RAW_CLIENT, str(server.port), server.path if unix else ""]
    if who == "rigd":
        command = [sys.executable, "-m", "rigd", "run", "--config", str(config)]
    async with RawListener(server.port) as wire:
        for device in (CAMERA, FOCUSER):
            await wire.wait(lambda d=device: wire.latest(d, "CONNECTION") is not None, device)
            wire.set_switch(device, "CONNECTION", "CONNECT")
        await wire.wait(lambda: wire.latest(CAMERA, "FILTER_SLOT") is not None, "a wheel")
        await wire.wait(lambda: wire.latest(FOCUSER, "ABS_FOCUS_POSITION") is not None, "a focuser")
        await _change(wire, SLOTS[0])
        with (directory / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            await _until_ready(who, directory / "log")
            taken = [
                await _reaction_ms(wire, SLOTS[(number + 1) % 2])
                for number in range(CHANGES + WARM_UP)
            ]
            return taken[WARM_UP:]
        finally:
            process.terminate()
            await process.wait()


async def _until_ready(who: str, log: Path) -> None:
    """Wait until the reactor follows the wheel: rigd says so, the raw client is quick."""
    async with asyncio.timeout(60):
        while who == "rigd" and "first sight" not in log.read_text(encoding="utf-8"):  # noqa: ASYNC110, ASYNC240 - a file has no events
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def _change(wire: RawListener, slot: int) -> None:
    wire.set_number(CAMERA, "FILTER_SLOT", "FILTER_SLOT_VALUE", slot)
    await wire.until(CAMERA, "FILTER_SLOT", slot)


async def _reaction_ms(wire: RawListener, slot: int) -> float:
    begin = len(wire.history)
    wire.set_number(CAMERA, "FILTER_SLOT", "FILTER_SLOT_VALUE", slot)

    def first(what: str, name: str, state: str | None) -> float | None:
        for heard in wire.history[begin:]:
            if (heard.what, heard.name) == (what, name) and state in {None, heard.state}:
                return heard.at_s
        return None

    await wire.wait(
        lambda: (
            first("newNumberVector", "ABS_FOCUS_POSITION", None) is not None
            and first("setNumberVector", "ABS_FOCUS_POSITION", "Ok") is not None
        ),
        "the focuser is commanded and answers",
    )
    await asyncio.sleep(0.05)
    ok_s = first("setNumberVector", "FILTER_SLOT", "Ok")
    commanded_s = first("newNumberVector", "ABS_FOCUS_POSITION", None)
    if ok_s is None or commanded_s is None:
        raise RuntimeError(slot)
    return (commanded_s - ok_s) * 1000


async def main() -> None:
    """Print the table."""
    print(f"{CHANGES} changes each; ms from the wheel's Ok to the focuser's command, on the wire\n")
    print(f"{'':22}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}{'p50 / raw':>12}")
    for unix in (True, False):
        raw_ms = 0.0
        for who in ("raw", "rigd"):
            with tempfile.TemporaryDirectory() as name, IndiServer(Path(name)) as server:
                taken = await run(who, server, Path(name), unix=unix)
            cuts = quantiles(taken, n=100)
            raw_ms = raw_ms or median(taken)
            label = f"{who}, {'unix socket' if unix else 'TCP'}"
            print(
                f"{label:22}{median(taken):8.2f}{cuts[89]:8.2f}{cuts[98]:8.2f}{max(taken):8.2f}"
                f"{median(taken) / raw_ms:12.1f}"
            )


if __name__ == "__main__":
    asyncio.run(main())
