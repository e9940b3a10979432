"""Programs that are asked, again and again, what they do with filter offsets of their own.

rigd only reads from them. One that does not answer, or makes no sense, is unknown: nothing follows
from it. One missed answer is a program that is busy; two in a row are one that is gone.
"""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from rigd.devices.driver import ServerAddress
from rigd.devices.events import Event, OffsetsDeclared, ProgramOffset, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceUnavailableError

log = logging.getLogger(__name__)

MISSED_UNTIL_DOWN = 2
"""So many questions in a row without an answer, and the program is gone."""
FIRST_WAIT_S = 0.5


class NoUsableAnswerError(Exception):
    """What came back is not what this program answers."""


class PolledProgramOptions(BaseModel):
    """How long and how often a program is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_s: float = Field(
        default=5.0, gt=0, le=60, description="Longest wait for a whole answer, in seconds."
    )
    poll_s: float = Field(
        default=10.0, gt=0, le=600, description="Seconds from an answer to the next question."
    )
    retry_max_s: float = Field(
        default=30.0, gt=0, le=600, description="Longest wait before a silent program is asked."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetsAnswer:
    """An answer."""

    program: str
    address: str
    applies: bool | None
    offsets: tuple[ProgramOffset, ...]


class PolledProgram:
    """One program; what it says is told when it says something else than before."""

    Options: ClassVar[type[BaseModel]] = PolledProgramOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, PolledProgramOptions):
            raise TypeError(options)
        self._server = address.name
        self._every = options
        self._emit = emit
        self._last_answer: OffsetsAnswer | None = None
        self._missed = 0
        self._loss_reported = False

    @abstractmethod
    async def ask(self) -> OffsetsAnswer:
        """Put the question once; the caller limits the time.

        Raises:
            OSError, EOFError: no answer.
            NoUsableAnswerError: not the answer of this program; says what is wrong with it.
        """

    async def run(self) -> None:
        """Ask, with a capped back-off while there is no answer, until cancelled."""
        wait_s = FIRST_WAIT_S
        while True:
            reason = await self._ask_once()
            if reason is None:
                wait_s = FIRST_WAIT_S
                await asyncio.sleep(self._every.poll_s)
                continue
            self._missed += 1
            if self._missed >= MISSED_UNTIL_DOWN:
                self._report_down(reason)
            log.debug("%s: %s", self._server, reason)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self._every.retry_max_s)

    async def connect(self, ref: DeviceRef) -> None:
        """It connects its own equipment."""

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """There is no wheel."""
        raise _only_asked(ref, f"turn to {filter_position}")

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """There is no focuser."""
        raise _only_asked(ref, f"move to {position_steps} steps")

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """There is no focuser."""
        raise _only_asked(ref, "halt")

    async def read_focuser(self, ref: DeviceRef) -> None:
        """There is no focuser."""
        raise _only_asked(ref, "read a focuser")

    async def _ask_once(self) -> str | None:
        """Why there was no usable answer, None if there was one."""
        limit_s = self._every.answer_s
        try:
            async with asyncio.timeout(limit_s):
                said = await self.ask()
        except NoUsableAnswerError as wrong:
            return str(wrong)
        except TimeoutError:
            return f"no whole answer within {limit_s:g} s"
        except (OSError, EOFError, UnicodeError) as lost:
            return f"no answer ({lost!r})"
        self._take_answer(said)
        return None

    def _take_answer(self, said: OffsetsAnswer) -> None:
        now_s = monotonic()
        first = self._last_answer is None
        self._missed, self._loss_reported = 0, False
        if said == self._last_answer:
            return
        self._last_answer = said
        if first:
            self._emit(ServerUp(at_s=now_s, server=self._server))
        self._emit(
            OffsetsDeclared(
                at_s=now_s,
                server=self._server,
                program=said.program,
                address=said.address,
                applies=said.applies,
                offsets=said.offsets,
            )
        )

    def _report_down(self, reason: str) -> None:
        self._last_answer = None
        if not self._loss_reported:
            self._loss_reported = True
            self._emit(ServerDown(at_s=monotonic(), server=self._server, reason=reason))


def printable_name(name: str) -> str:
    """A name that somebody typed, fit for a line of the diary."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:60]


def _only_asked(ref: DeviceRef, what: str) -> DeviceUnavailableError:
    return DeviceUnavailableError(f"{ref.key}: cannot {what}: this program is only asked")
