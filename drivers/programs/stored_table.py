"""Programs whose table of filter offsets lies in a file of this computer."""

import asyncio
from abc import abstractmethod
from collections.abc import Mapping

from rigd.devices.driver import ProgramTable
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import NoUsableAnswerError, OffsetsAnswer, PolledProgram


class StoredTable(PolledProgram):
    """One file with a table; it is read and written beside the event loop."""

    async def ask(self) -> OffsetsAnswer:
        """What the table says now."""
        try:
            table = await self.read_table()
        except (DeviceError, DeviceUnavailableError) as error:
            raise NoUsableAnswerError(str(error)) from None
        return OffsetsAnswer(
            program=table.program,
            address="127.0.0.1",
            applies=table.applies,
            offsets=table.offsets,
        )

    async def read_table(self) -> ProgramTable:
        """Read the table."""
        return await asyncio.to_thread(self._read)

    async def write_table(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        """Write offsets, wholly or not at all; return what is then read back."""
        return await asyncio.to_thread(self._write, dict(steps), before)

    @abstractmethod
    def _read(self) -> ProgramTable:
        """Read the table; it may block."""

    @abstractmethod
    def _write(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        """Write it, if it is still `before`; it may block."""
