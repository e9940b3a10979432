"""INDIGO's Imager Agent: whether it moves its focuser by its wheel's offsets, and these offsets.

Over INDIGO's own XML protocol 2.0, since with INDI's 1.7 the names are mapped (indigo-astronomy/
indigo, `indigo_docs/PROTOCOLS.md`). The agent shows what it has selected under its own name
(`indigo_libs/indigo_filter.c`), and moves by new minus old `WHEEL_SLOT_OFFSET` before the wheel
turns if `AGENT_PROCESS_FEATURES.APPLY_FILTER_OFFSETS` is on and a focuser is selected
(`indigo_drivers/agent_imager/indigo_agent_imager.c:filter_handler`). An answer goes to every client
of the bus: so rigd asks when it comes, listens, and asks one thing again now and then.

The offsets are written in one message, which the wheel takes as a whole and shows again
(`indigo_libs/indigo_wheel_driver.c`, 039fdfa; from -1,000,000 to 1,000,000 steps). The agent looks
both offsets up when it changes the filter, so that they may be written whichever is in the light.
"""

import asyncio
import codecs
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import quoteattr

from pydantic import BaseModel, Field

from rigd.devices.driver import ProgramDriver, ProgramTable, ServerAddress, TableDriver
from rigd.devices.events import Event, ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import (
    FIRST_WAIT_S,
    NoUsableAnswerError,
    OffsetsAnswer,
    PolledProgram,
    PolledProgramOptions,
    printable_name,
)

PORT = 7624
FEATURES = "AGENT_PROCESS_FEATURES"
APPLY = "APPLY_FILTER_OFFSETS"
WHEELS = "FILTER_WHEEL_LIST"
FOCUSERS = "FILTER_FOCUSER_LIST"
OFFSETS = "WHEEL_SLOT_OFFSET"
NAMES = "WHEEL_SLOT_NAME"
ASKED = (NAMES, OFFSETS, WHEELS, FOCUSERS, FEATURES)
NONE = "NONE"
"""The item of a device list that stands for no device."""
MOST_STEPS = 1_000_000
"""What a wheel of INDIGO takes, either way."""
MAX_VALUE_CHARS = 1 << 16
"""Of a value; longer ones (images that were not asked for) are not kept."""
MAX_ITEMS = 256
MAX_UNFINISHED_BYTES = 1 << 20
"""Of a tag that does not end."""
_VECTOR = re.compile(r"(?:def|set)(?:Switch|Number|Text)Vector")
_ITEM = re.compile(r"(?:def|one)(?:Switch|Number|Text)")
_SLOT = re.compile(r"SLOT_(?:OFFSET|NAME)_([1-9]\d?)")


class IndigoOptions(PolledProgramOptions):
    """The keys of a `[[servers]]` table with `driver = "indigo"`."""

    host: str = Field(default="localhost", description="Computer that indigo_server runs on.")
    port: int = Field(default=PORT, ge=1, le=65535, description="Its TCP port.")
    agent: str = Field(
        default="Imager Agent", min_length=1, max_length=127, description="Which agent."
    )
    poll_s: float = Field(
        default=60.0, gt=0, le=600, description="Seconds between two questions; changes come alone."
    )


class AgentProperties:
    """What one device of the bus says, out of the stream of all."""

    def __init__(self, device: str) -> None:
        self._device = device
        self.properties: dict[str, dict[str, str]] = {}
        """The items of each property, by name."""
        self._name: str | None = None
        self._items: dict[str, str] = {}
        self._item: str | None = None
        self._value: list[str] = []
        self._chars = self._unread = 0
        self._partial_tag = ""
        """The beginning of a tag."""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._parser = ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse("<bus>", False)

    def feed(self, data: bytes) -> None:
        """More of the stream.

        Raises:
            NoUsableAnswerError: it is not INDIGO's protocol.
        """
        self._unread += len(data)
        # Given half a tag, newer expats wait for more than its other half.
        text = self._partial_tag + self._decode(data)
        half = text.rfind("<")
        if half <= text.rfind(">"):
            half = len(text)
        self._partial_tag = text[half:]
        try:
            self._parser.Parse(text[:half], False)
        except ExpatError as wrong:
            msg = f"what answers is not an INDIGO server ({wrong})"
            raise NoUsableAnswerError(msg) from None
        if self._unread > MAX_UNFINISHED_BYTES:
            msg = f"what answers is not an INDIGO server (a tag of more than {self._unread} bytes)"
            raise NoUsableAnswerError(msg)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._unread = 0
        mine = attributes.get("device") == self._device
        name = attributes.get("name", "")
        if _VECTOR.fullmatch(tag):
            self._name = name if mine and name in ASKED else None
            known = self.properties.get(name, {}) if tag.startswith("set") else {}
            self._items = dict(known)
        elif _ITEM.fullmatch(tag) and self._name is not None and len(self._items) < MAX_ITEMS:
            self._item, self._value, self._chars = name, [], 0
        elif tag in {"delProperty", "deleteProperty"} and mine:
            for gone in [name] if name else list(self.properties):
                self.properties.pop(gone, None)

    def _text(self, text: str) -> None:
        self._unread = 0
        self._chars += len(text)
        if self._item is not None and self._chars <= MAX_VALUE_CHARS:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        if self._item is not None and _ITEM.fullmatch(tag):
            self._items[self._item] = "".join(self._value).strip()
            self._item = None
        elif self._name is not None and _VECTOR.fullmatch(tag):
            self.properties[self._name] = self._items
            self._name = None

    def _refuse(self, *_: object) -> None:
        msg = "what answers is not an INDIGO server (a document type)"
        raise NoUsableAnswerError(msg)


class IndigoDriver(PolledProgram):
    """One Imager Agent of one INDIGO server."""

    Options: ClassVar[type[BaseModel]] = IndigoOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        super().__init__(address, emit)
        options = address.options
        if not isinstance(options, IndigoOptions):
            raise TypeError(options)
        self._options = options
        self._quoted = quoteattr(options.agent)
        self._bus = AgentProperties(options.agent)
        self._writer: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()
        self._heard = 0
        """How often more of the stream has come."""
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Stay connected, with a capped back-off, until cancelled."""
        wait_s = FIRST_WAIT_S
        while True:
            reason = await self._run_connection()
            if self._last_answer is not None:
                wait_s = FIRST_WAIT_S
            self._report_down(reason)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self._options.retry_max_s)

    async def ask(self) -> OffsetsAnswer:
        """Ask the agent for what is not known of it, or else for its features, and wait for it."""
        writer, found = self._writer, self._bus.properties
        if writer is None:
            msg = "the connection to INDIGO was lost"
            raise ConnectionError(msg)
        found.pop(FEATURES, None)
        question = f"<getProperties version='2.0' client='rigd' device={self._quoted} name='%s'/>\n"
        for name in ASKED:
            if name not in found:
                writer.write((question % name).encode())
        while not self._is_complete():
            self._news.clear()
            await self._news.wait()
        return self._current_answer(str(writer.get_extra_info("peername")[0]))

    async def read_table(self) -> ProgramTable:
        """The offsets of the wheel that the agent has selected."""
        return self._table()

    async def write_table(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        """Write offsets in one message, and wait until the wheel shows them."""
        for slot, offset in steps.items():
            if abs(offset) > MOST_STEPS:
                msg = f"INDIGO takes offsets up to {MOST_STEPS} steps; slot {slot + 1}: {offset:+d}"
                raise DeviceError(msg)
        table, writer = self._table(), self._writer
        if table != before:
            msg = f"{before.program}: the table is another one than was read a moment ago"
            raise DeviceError(msg)
        known = {row.filter_position for row in table.offsets}
        if missing := sorted(steps.keys() - known):
            msg = f"{table.program} has no filter in slot {missing[0] + 1}"
            raise DeviceError(msg)
        if writer is None:
            raise DeviceUnavailableError("the connection to INDIGO was lost")
        items = "".join(
            f"<oneNumber name='SLOT_OFFSET_{slot + 1}'>{offset}</oneNumber>"
            for slot, offset in steps.items()
        )
        vector = (
            f"<newNumberVector device={self._quoted} name='{OFFSETS}'>{items}</newNumberVector>\n"
        )
        writer.write(vector.encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.answer_s):
                while not self._has(steps):
                    await self._wait_for_news()
        return self._table()

    async def _wait_for_news(self) -> None:
        """Wait for more of the stream, beside whoever else does."""
        before = self._heard
        async with self._changed:
            await self._changed.wait_for(lambda: self._heard != before)

    def _has(self, steps: Mapping[int, int]) -> bool:
        now = _by_slot(self._bus.properties.get(OFFSETS, {}))
        return all(_steps(now.get(slot, "")) == offset for slot, offset in steps.items())

    def _table(self) -> ProgramTable:
        """What is known of the table now.

        Raises:
            DeviceUnavailableError: nothing is, or the agent has no wheel.
        """
        if self._writer is None or not self._is_complete():
            where = f"{self._options.host}:{self._options.port}"
            msg = f"no answer of {self._options.agent!r} on INDIGO at {where} yet"
            raise DeviceUnavailableError(msg)
        answer = self._current_answer("")
        if not answer.offsets:
            msg = f"{answer.program} has selected no filter wheel"
            raise DeviceUnavailableError(msg)
        return ProgramTable(program=answer.program, applies=answer.applies, offsets=answer.offsets)

    async def _run_connection(self) -> str:
        """One connection; why it ended."""
        options = self._options
        try:
            async with asyncio.timeout(options.answer_s):
                reader, writer = await asyncio.open_connection(options.host, options.port)
        except (OSError, UnicodeError) as refused:
            return f"no INDIGO server on {options.host}:{options.port} ({refused!r})"
        self._bus, self._writer = AgentProperties(options.agent), writer
        writer.write(b"<enableBLOB>Never</enableBLOB>\n")
        try:
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(self._keep_asking(writer))
                reason = await self._listen(reader)
                asking.cancel()
        finally:
            self._writer = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        silent = asking.result() if asking.done() and not asking.cancelled() else None
        return silent or reason

    async def _listen(self, reader: asyncio.StreamReader) -> str:
        try:
            while data := await reader.read(1 << 16):
                self._bus.feed(data)
                self._news.set()
                self._heard += 1
                async with self._changed:
                    self._changed.notify_all()
        except NoUsableAnswerError as wrong:
            return str(wrong)
        except OSError as lost:
            return f"the connection to INDIGO was lost ({lost!r})"
        return "INDIGO ended the connection"

    async def _keep_asking(self, writer: asyncio.StreamWriter) -> str:
        """Tell what is new; hang up on an agent that is silent, and say so."""
        limit_s, address = self._options.answer_s, str(writer.get_extra_info("peername")[0])
        while True:
            try:
                async with asyncio.timeout(limit_s):
                    self._take_answer(await self.ask())
            except (OSError, TimeoutError):
                writer.close()
                return f"no answer of {self._options.agent!r} on INDIGO within {limit_s:g} s"
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.poll_s):
                    while True:
                        await self._news.wait()
                        self._news.clear()
                        if self._is_complete():
                            self._take_answer(self._current_answer(address))

    def _is_complete(self) -> bool:
        """Whether all is there that the answer needs: the wheel's table, if it has a wheel."""
        found = self._bus.properties
        if not {FEATURES, WHEELS, FOCUSERS} <= found.keys():
            return False
        return OFFSETS in found or not _selected(found[WHEELS])

    def _current_answer(self, address: str) -> OffsetsAnswer:
        found = self._bus.properties
        switch = found[FEATURES].get(APPLY)
        moves = _selected(found[FOCUSERS])
        names = _by_slot(found.get(NAMES, {}))
        return OffsetsAnswer(
            program=f"INDIGO ({printable_name(self._options.agent)})",
            address=address,
            applies=None if switch is None else switch == "On" and moves,
            offsets=tuple(
                ProgramOffset(
                    filter_position=slot, name=printable_name(names.get(slot, "")), steps=steps
                )
                for slot, text in sorted(_by_slot(found.get(OFFSETS, {})).items())
                if (steps := _steps(text)) is not None
            ),
        )


def _selected(devices: Mapping[str, str]) -> bool:
    """Whether a device of a list is selected."""
    return any(value == "On" for name, value in devices.items() if name != NONE)


def _by_slot(items: Mapping[str, str]) -> dict[int, str]:
    """The values by 0-based slot; INDIGO counts from 1."""
    found = ((_SLOT.fullmatch(name), value) for name, value in items.items())
    return {int(match[1]) - 1: value for match, value in found if match}


def _steps(text: str) -> int | None:
    """The steps of a slot; an offset that is no whole number still moves the focuser."""
    try:
        return round(float(text))
    except (ValueError, OverflowError):
        return None


_conforms: type[ProgramDriver] = IndigoDriver
_writes: type[TableDriver] = IndigoDriver
