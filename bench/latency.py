"""From "the wheel says Ok" to "the focuser is commanded": rigd beside a raw socket client.

One command: `./dev bench latency`. A scripted INDI server (its own process and clock) says that the
wheel has arrived and takes the time until the focuser's `newNumberVector` has come in whole. rigd
does all that it does at night: the child process, the gates, the durable journal before the
command. The raw client parses and answers, and does nothing else: it is the floor.
"""

import asyncio
import re
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

CHANGES = 300
WARM_UP = 20
SLOTS = ("red", "luminance")

PROFILE = """
name = "bench"
reference_filter = "luminance"
[optic]
focal_ratio = 6.0
[camera]
address = { server = "bench", device = "Camera" }
[wheel]
address = { server = "bench", device = "Wheel" }
slots = ["red", "luminance"]
[focuser]
address = { server = "bench", device = "Focuser" }
moves = "drawtube"
step_size_um = 4.0
direction = "outward"
[filters.red]
name = "Red"
thickness_mm = 3.0
glass = "N-BK7"
band_centre_nm = 630.0
[filters.luminance]
name = "Luminance"
thickness_mm = 2.0
glass = "N-BK7"
band_centre_nm = 550.0
"""


def defined(device: str, interface: int) -> str:
    return (
        f'<defSwitchVector device="{device}" name="CONNECTION" label="" group="" state="Ok" '
        'perm="rw" rule="OneOfMany" timeout="0"><defSwitch name="CONNECT">On</defSwitch>'
        '<defSwitch name="DISCONNECT">Off</defSwitch></defSwitchVector>'
        f'<defTextVector device="{device}" name="DRIVER_INFO" label="" group="" state="Ok" '
        f'perm="ro" timeout="0"><defText name="DRIVER_EXEC">bench</defText>'
        f'<defText name="DRIVER_INTERFACE">{interface}</defText></defTextVector>'
    )


def number(device: str, name: str, element: str, value: int, high: int, low: int = 0) -> str:
    return (
        f'<defNumberVector device="{device}" name="{name}" label="" group="" state="Ok" perm="rw" '
        f'timeout="60"><defNumber name="{element}" label="" format="%g" min="{low}" max="{high}" '
        f'step="1">{value}</defNumber></defNumberVector>'
    )


def update(device: str, name: str, element: str, value: int, state: str = "Ok") -> str:
    return (
        f'<setNumberVector device="{device}" name="{name}" state="{state}">'
        f'<oneNumber name="{element}">{value}</oneNumber></setNumberVector>'
    )


DEFINITIONS = (
    defined("Wheel", 16)
    + number("Wheel", "FILTER_SLOT", "FILTER_SLOT_VALUE", 1, 2, 1)
    + defined("Focuser", 8)
    + number("Focuser", "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", 30000, 60000)
    + defined("Camera", 2)
    + number("Camera", "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 1, 3600)
)


class ScriptedServer:
    """Speaks just enough INDI, on TCP and on an abstract Unix socket."""

    def __init__(self) -> None:
        self.commanded = asyncio.Event()
        self.at_s = 0.0
        self.position = 30000
        self.connected = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writer = writer
        text = ""
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                text += data.decode()
                text = self._answer(text)
        writer.close()

    def _answer(self, text: str) -> str:
        while True:
            if "<getProperties" in text and "/>" in text:
                text = text[text.index("/>", text.index("<getProperties")) + 2 :]
                self.say(DEFINITIONS)
                self.connected.set()
            elif (
                ping := re.search(r'<pingRequest uid=[\'"]([^\'"]*)[\'"]\s*/>', text)
            ) is not None:
                text = text[: ping.start()] + text[ping.end() :]
                self.say(f'<pingReply uid="{ping[1]}"/>')
            elif (end := text.find("</newNumberVector>")) >= 0:
                self.at_s = perf_counter()
                if "ABS_FOCUS_POSITION" in text[:end]:
                    value = re.search(r">\s*([-\d.e+]+)\s*</oneNumber>", text[:end])
                    assert value is not None
                    self.position = round(float(value[1]))
                    self.commanded.set()
                text = text[end + len("</newNumberVector>") :]
            else:
                return text

    def say(self, text: str) -> None:
        assert self._writer is not None
        self._writer.write(text.encode() + b"\n")

    async def measure(self, changes: int) -> list[float]:
        """Milliseconds of each change."""
        taken = []
        slot = 1
        for _ in range(changes):
            slot = 3 - slot
            self.say(update("Wheel", "FILTER_SLOT", "FILTER_SLOT_VALUE", 3 - slot, "Busy"))
            await asyncio.sleep(0.01)
            self.commanded.clear()
            began_s = perf_counter()
            self.say(update("Wheel", "FILTER_SLOT", "FILTER_SLOT_VALUE", slot))
            async with asyncio.timeout(10):
                await self.commanded.wait()
            taken.append((self.at_s - began_s) * 1000)
            element = "FOCUS_ABSOLUTE_POSITION"
            self.say(update("Focuser", "ABS_FOCUS_POSITION", element, self.position))
            await asyncio.sleep(0.02)
        return taken[WARM_UP:]


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
    slot = re.compile(r'FILTER_SLOT" state="Ok">.*?>(\\d)</oneNumber></setNumberVector>')
    while data := await reader.read(65536):
        text += data.decode()
        while (found := slot.search(text)):
            text = text[found.end():]
            value = 30000 + 85 * int(found[1])
            writer.write(('<newNumberVector device="Focuser" name="ABS_FOCUS_POSITION">'
                '<oneNumber name="FOCUS_ABSOLUTE_POSITION">%d</oneNumber></newNumberVector>'
                % value).encode())
asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
"""


async def run(who: str, *, unix: bool) -> list[float]:
    server = ScriptedServer()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        path = str(directory / "socket")
        tcp = await asyncio.start_server(server.accept, "127.0.0.1", 0)
        port = tcp.sockets[0].getsockname()[1]
        door = socket.socket(socket.AF_UNIX)
        door.bind("\0" + path)
        local = await asyncio.start_unix_server(server.accept, sock=door)
        (directory / "bench.toml").write_text(PROFILE)
        (directory / "rigd.toml").write_text(
            f'store = "rigd.db"\n[listen]\nport = 0\ndiscovery_port = 0\n'
            f'[[servers]]\nname = "bench"\ndriver = "indi"\nport = {port}\n'
            f'unix_socket = "{path if unix else ""}"\n'
            '[[rigs]]\nname = "bench"\nmode = "apply"\nprofile = "bench.toml"\n'
        )
        command = [sys.executable, "-c", RAW_CLIENT, str(port), path if unix else ""]
        if who == "rigd":
            config = str(directory / "rigd.toml")
            command = [sys.executable, "-m", "rigd", "run", "--config", config]
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            async with asyncio.timeout(20):
                await server.connected.wait()
            await asyncio.sleep(1.5)
            return await server.measure(CHANGES + WARM_UP)
        finally:
            process.terminate()
            process.wait(timeout=20)
            tcp.close()
            local.close()


async def main() -> None:
    print(f"{CHANGES} changes each; milliseconds from wheel Ok to the whole focuser command\n")
    print(f"{'':22}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}{'p50 / raw':>12}")
    for unix in (True, False):
        raw_ms = 0.0
        for who in ("raw", "rigd"):
            taken = await run(who, unix=unix)
            cuts = quantiles(taken, n=100)
            raw_ms = raw_ms or median(taken)
            label = f"{who}, {'unix socket' if unix else 'TCP'}"
            print(
                f"{label:22}{median(taken):8.2f}{cuts[89]:8.2f}{cuts[98]:8.2f}{max(taken):8.2f}"
                f"{median(taken) / raw_ms:12.1f}"
            )


if __name__ == "__main__":
    asyncio.run(main())
