"""A real indiserver with its simulators, and a listener on the wire that is independent of rigd."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from xml.etree.ElementTree import Element, XMLPullParser

from tests.limits import LIMIT_S
from tests.ports import free_port

SIMULATORS = (
    "indi_simulator_ccd",
    "indi_simulator_wheel",
    "indi_simulator_focus",
    "indi_simulator_telescope",
)
WHEEL, FOCUSER, CAMERA, MOUNT = (
    "Filter Simulator",
    "Focuser Simulator",
    "CCD Simulator",
    "Telescope Simulator",
)
FOCUSER_START_STEPS = 50000
POLLING_MS = 100


class IndiServer:
    """indiserver with the CCD, wheel, focuser and telescope simulators; ends what it started."""

    def __init__(
        self,
        directory: Path,
        simulators: tuple[str, ...] = SIMULATORS,
        named: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """`named` are further simulators, each with a device name of its own (INDIDEV)."""
        self.directory = directory
        self.named = named
        self.port = free_port()
        self.path = str(directory / "indi.sock")
        self.simulators = simulators
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "IndiServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        assert shutil.which("indiserver"), "indi-bin is not installed"
        command = ["indiserver", "-p", str(self.port), "-u", self.path]
        fifo = self.directory / "indi.fifo"
        if self.named:
            fifo.unlink(missing_ok=True)
            os.mkfifo(fifo)
            command += ["-f", str(fifo)]
        command += self.simulators
        for name in (FOCUSER, *(name for _, name in self.named)):
            self._set_polling(name)
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "HOME": str(self.directory)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_open()
        for simulator, name in self.named:
            fifo.write_text(f'start {simulator} -n "{name}"\n', encoding="utf-8")

    def _set_polling(self, device: str) -> None:
        """Make a driver poll often, as a user's saved settings do: rigd waits for its polls."""
        kept = self.directory / ".indi"
        kept.mkdir(exist_ok=True)
        (kept / f"{device}_config.xml").write_text(
            f"<INDIDriver><newNumberVector device='{device}' name='POLLING_PERIOD'>"
            f"<oneNumber name='PERIOD_MS'>{POLLING_MS}</oneNumber>"
            "</newNumberVector></INDIDriver>\n",
            encoding="utf-8",
        )

    def kill(self) -> None:
        """kill -9 the server; its simulators end as their pipes close."""
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(timeout=LIMIT_S)
        self._process = None

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=LIMIT_S)
        self._process = None

    def _wait_until_open(self) -> None:
        deadline = monotonic() + LIMIT_S
        while monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
                return
        self.stop()
        raise AssertionError("indiserver did not open its port within 30 s")


@dataclass(frozen=True)
class Heard:
    """One property vector as it crossed the wire."""

    at_s: float
    what: str
    device: str
    name: str
    state: str
    values: dict[str, str]


class RawListener:
    """A plain INDI client on a TCP socket of its own, with a clock of its own; judges rigd."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.history: list[Heard] = []
        self.sentences: list[str] = []
        """What devices said in words."""
        self._news = asyncio.Event()
        self._pings = self._answered = 0

    async def __aenter__(self) -> "RawListener":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writer.write(b"<getProperties version='1.7'/>\n")
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def set_number(self, device: str, name: str, element: str, value: float) -> None:
        self._send("Number", device, name, element, f"{value:g}")

    def set_switch(self, device: str, name: str, element: str) -> None:
        self._send("Switch", device, name, element, "On")

    def set_text(self, device: str, name: str, **values: str) -> None:
        texts = "".join(f'<oneText name="{key}">{value}</oneText>' for key, value in values.items())
        self._writer.write(
            f'<newTextVector device="{device}" name="{name}">{texts}</newTextVector>\n'.encode()
        )

    def latest(self, device: str, name: str) -> Heard | None:
        for heard in reversed(self.history):
            if (heard.device, heard.name) == (device, name):
                return heard
        return None

    def number(self, device: str, name: str) -> float | None:
        heard = self.latest(device, name)
        return float(next(iter(heard.values.values()))) if heard else None

    async def caught_up(self) -> None:
        """Wait until everything is read that the server has sent so far."""
        self._pings += 1
        self._writer.write(f"<pingRequest uid='{self._pings}'/>\n".encode())
        await self.wait(lambda: self._answered == self._pings, "the answer to a ping")

    async def number_now(self, device: str, name: str) -> float | None:
        """A number as it stands by now: what rigd has heard of it, this listener has, too."""
        await self.caught_up()
        return self.number(device, name)

    async def until(self, device: str, name: str, value: float, limit_s: float = LIMIT_S) -> Heard:
        """Wait until a number property is Ok (or Idle) at a value."""

        def there() -> bool:
            heard = self.latest(device, name)
            at_rest = heard is not None and heard.state in {"Ok", "Idle"}
            return at_rest and self.number(device, name) == value

        await self.wait(there, f"{device}.{name} = {value}", limit_s)
        heard = self.latest(device, name)
        assert heard is not None
        return heard

    async def wait(self, true, what: str, limit_s: float = LIMIT_S) -> None:  # type: ignore[no-untyped-def]
        try:
            async with asyncio.timeout(limit_s):
                while not true():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not within {limit_s} s: {what}; {self.history[-5:]}") from None

    async def _listen(self) -> None:
        parser = XMLPullParser(["end"])
        parser.feed("<wire>")
        depth_names = ("Vector", "delProperty", "message")
        while data := await self._read():
            parser.feed(data)
            for _, element in parser.read_events():
                if element.tag == "pingReply":
                    self._answered = int(element.get("uid", "0"))
                    self._news.set()
                if element.tag.endswith(depth_names):
                    self._note(element)
                    element.clear()

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(1 << 16)
        except ConnectionResetError:  # a server that is killed ends the stream so, too
            return b""

    def _note(self, element: Element) -> None:
        if element.tag == "message":
            self.sentences.append(element.get("message", ""))
        self.history.append(
            Heard(
                at_s=monotonic(),
                what=element.tag,
                device=element.get("device", ""),
                name=element.get("name", ""),
                state=element.get("state", ""),
                values={child.get("name", ""): (child.text or "").strip() for child in element},
            )
        )
        self._news.set()

    def _send(self, kind: str, device: str, name: str, element: str, value: str) -> None:
        text = (
            f'<new{kind}Vector device="{device}" name="{name}"><one{kind} name="{element}">'
            f"{value}</one{kind}></new{kind}Vector>\n"
        )
        self._writer.write(text.encode())
