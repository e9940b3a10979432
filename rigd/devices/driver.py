"""The contract between rigd and a driver: what can be asked of a device."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from rigd.devices.events import Event, ProgramOffset
from rigd.devices.identity import DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where one driver instance connects to; `options` is the driver's own validated model."""

    name: str
    options: BaseModel


class Driver(Protocol):
    """One live connection to one server. Commands return when the device has been told.

    Completion is seen in the reports that follow. Each command raises `DeviceUnavailableError`
    when the device cannot be told (nothing was sent), `DeviceError` when it refuses, and
    `TimeoutError` when it was sent and nobody can say whether it arrived.
    """

    Options: ClassVar[type[BaseModel]]
    """The keys of a `[[servers]]` table that this driver understands (extra keys forbidden)."""

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None: ...

    async def run(self) -> None:
        """Connect, emit events, reconnect with back-off, until cancelled; a fault never ends it."""

    async def connect(self, ref: DeviceRef) -> None:
        """Ask the device to connect to its hardware."""

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Turn the wheel to a 0-based position."""

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """Move the focuser to an absolute position."""

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """Stop the focuser's motor."""

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Emit a fresh `FocuserReport`, later than every update already under way (a read-back)."""


@runtime_checkable
class PacedDriver(Driver, Protocol):
    """A driver that takes a turn now and then, whatever its server does: it can be seen to hang."""

    def is_hanging(self, now_s: float) -> bool:
        """Whether it has taken no turn for longer than it ever should."""


@runtime_checkable
class ManualWheelDriver(Driver, Protocol):
    """A driver of wheels that a human turns, and says so."""

    def confirm(
        self, ref: DeviceRef, filter_position: int | None, *, baseline: bool = False
    ) -> None:
        """Emit that this filter is in the light; None: it is not known."""


@runtime_checkable
class Guider(Driver, Protocol):
    """A driver of a program that guides."""

    async def pause_guiding(self, ref: DeviceRef, *, paused: bool) -> None:
        """Ask it to pause, or to go on."""


@runtime_checkable
class ProgramDriver(Driver, Protocol):
    """A driver of a program that is asked what it does with filter offsets of its own."""

    async def ask(self) -> object:
        """Put the question once; what is new about the answer is emitted by `run`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramTable:
    """A program's own table of filter offsets, as it was read."""

    program: str
    """Its name, with the part of it that this is, as a person knows it."""
    offsets: tuple[ProgramOffset, ...]
    """By slot."""
    applies: bool | None = None
    """Whether the program moves the focuser by them; None: it does not say."""


@runtime_checkable
class TableDriver(Driver, Protocol):
    """A driver of a program whose own table of filter offsets can be written."""

    async def read_table(self) -> ProgramTable:
        """Read the table.

        Raises:
            DeviceUnavailableError: it cannot be read now; says what would help.
            DeviceError: what is there is no such table, or of an unknown version.
        """

    async def write_table(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        """Write offsets, wholly or not at all; return what is then read back.

        Args:
            steps: by 0-based slot; the others stay as they are.
            before: the table as it was read: another one is not written over.

        Raises:
            DeviceUnavailableError: nothing was written; says what would help.
            DeviceError: nothing was written, for the table is another than `before`, or of an
                unknown version.
        """


Message = Mapping[str, object]
"""What a server said, as plain JSON values."""


@runtime_checkable
class RecordedDriver(Driver, Protocol):
    """A driver that can show what its server says, and take it again without the server."""

    def keep_messages(self, keep: Callable[[float, Message], None]) -> None:
        """Show every message of the server from now on, with its time on the monotonic clock."""

    def replay(self, message: Message, at_s: float) -> None:
        """Take a kept message as if it came at a time, and emit what follows. Nothing is sent."""


DriverFactory = Callable[[ServerAddress, Callable[[Event], None]], Driver]
