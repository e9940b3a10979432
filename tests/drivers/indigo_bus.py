"""A scripted INDIGO server with an Imager Agent: its XML protocol over loopback.

Written after indigo-astronomy/indigo: `indigo_docs/PROTOCOLS.md`, `indigo_libs/indigo_xml.c`
(`getProperties` with device and name), `indigo_libs/indigo_filter.c` (lists with `NONE`, and the
selected devices' properties under the agent's name), `indigo_drivers/agent_imager/`. The values are
made up. What is asked for by nobody is not answered, as there.
"""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.limits import LIMIT_S
from tests.ports import free_port
from tests.streams import serving

QUESTION = re.compile(
    rb"<getProperties version='2\.0' client='rigd' device=([\"'])(.+?)\1 name='(\w+)'/>"
)
WRITTEN = re.compile(
    rb"<newNumberVector device=([\"'])(.+?)\1 name='WHEEL_SLOT_OFFSET'>(.*?)</newNumberVector>"
)
ITEM = re.compile(rb"<oneNumber name='SLOT_OFFSET_(\d+)'>([^<]*)</oneNumber>")
WHEEL = "CCD Imager Simulator (wheel)"


@dataclass(slots=True)
class IndigoBus:
    """Answers what the agent has, pushes what a test changes; notes what it was sent."""

    agent: str = "Imager Agent"
    applies: bool = False
    wheel: str | None = WHEEL
    focuser: str | None = "CCD Imager Simulator (focuser)"
    offsets: list[float] = field(default_factory=lambda: [0.0, 12.0, 120.0])
    names: list[str] = field(default_factory=lambda: ["L", "R & B", "Ha"])
    silent: bool = False
    deaf: bool = False
    """Takes no offsets, and says nothing of it."""
    writes: int = 0
    greeting: bytes = b""
    """Sent to whoever connects."""
    port: int = field(default_factory=free_port)
    sent: bytes = b""
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "IndigoBus":
        await self._open.enter_async_context(serving(self._serve, self.port))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def asked(self) -> list[str]:
        """The properties that were asked for, of any device."""
        return [match[3].decode() for match in QUESTION.finditer(self.sent)]

    async def asked_again(self, times: int = 1) -> None:
        wanted = len(self.asked) + times
        async with asyncio.timeout(LIMIT_S):
            while len(self.asked) < wanted:
                self._news.clear()
                await self._news.wait()

    def push(self, name: str) -> None:
        """The agent sets a property, for every client."""
        self.say(self._vector("set", name))

    def delete(self, name: str) -> None:
        self.say(f"<delProperty device='{self.agent}' name='{name}'/>\n".encode())

    def say(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def _vector(self, what: str, name: str) -> bytes:
        kind, items = "Switch", dict[str, str]()
        match name:
            case "AGENT_PROCESS_FEATURES":
                items = {"ENABLE_DITHERING": "Off", "APPLY_FILTER_OFFSETS": _on(self.applies)}
            case "FILTER_WHEEL_LIST":
                items = {"NONE": _on(self.wheel is None), WHEEL: "Off", "Another Wheel": "Off"}
                items |= {self.wheel: "On"} if self.wheel else {}
            case "FILTER_FOCUSER_LIST":
                items = {"NONE": _on(self.focuser is None)}
                items |= {self.focuser: "On"} if self.focuser else {}
            case "WHEEL_SLOT_OFFSET" if self.wheel:
                kind = "Number"
                items = {f"SLOT_OFFSET_{n}": f"{o:g}" for n, o in enumerate(self.offsets, 1)}
            case "WHEEL_SLOT_NAME" if self.wheel:
                kind = "Text"
                items = {
                    f"SLOT_NAME_{n}": name.replace("&", "&amp;")
                    for n, name in enumerate(self.names, 1)
                }
            case _:
                return b""
        one = f"def{kind}" if what == "def" else f"one{kind}"
        more = " group='Agent' label='x' perm='rw'" if what == "def" else ""
        inner = "".join(f"<{one} name='{k}'>{v}</{one}>\n" for k, v in items.items())
        return (
            f"<{what}{kind}Vector device='{self.agent}' name='{name}'{more} state='Ok'>\n"
            f"{inner}</{what}{kind}Vector>\n"
        ).encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        pending = b""
        writer.write(self.greeting)
        try:
            while data := await reader.read(4096):
                self.sent += data
                self._news.set()
                pending += data
                while found := WRITTEN.search(pending):
                    pending = pending[: found.start()] + pending[found.end() :]
                    self._write(found[3])
                while found := QUESTION.search(pending):
                    pending = pending[found.end() :]
                    if found[2].decode() == self.agent and not self.silent:
                        writer.write(self._vector("def", found[3].decode()))
        except ConnectionError:
            pass
        finally:
            self._writers.remove(writer)
            writer.close()

    def _write(self, items: bytes) -> None:
        """`indigo_property_copy_values`: what is not named stays."""
        self.writes += 1
        if self.deaf:
            return
        for number, value in ITEM.findall(items):
            self.offsets[int(number) - 1] = float(value)
        self.push("WHEEL_SLOT_OFFSET")


def _on(value: bool) -> str:
    return "On" if value else "Off"
