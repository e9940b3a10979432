"""The diary as it is written, for everybody who listens."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from rigd.focus.state.effects import DiaryLine
from rigd.store.archive import Archive
from rigd.store.diary import newest_line, read_diary
from rigd.view.diary import DiaryEvent, DiaryRow

LISTENER_LINES = 256
"""How far a listener may fall behind before it loses the oldest lines."""
KEPT_LINES = 100
"""So many lines of each rig are kept at hand: what is written is stored a little later."""


class DiaryStream:
    """Hands each line to every listener; a slow one holds nobody up."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._before = 0
        """The newest line that was stored before this start."""
        self._written: dict[str, deque[DiaryEvent]] = {}
        """What was written since, by rig, newest first."""
        self._listeners: set[asyncio.Queue[DiaryEvent]] = set()

    async def recall(self) -> None:
        """Read where the diary ended; call it before anything is written."""
        self._before = await self._archive.run(newest_line)

    async def lines(self) -> AsyncIterator[DiaryEvent]:
        """Every line from now on."""
        queue: asyncio.Queue[DiaryEvent] = asyncio.Queue(maxsize=LISTENER_LINES)
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    async def newest(self, rig: str, most: int) -> tuple[DiaryEvent | DiaryRow, ...]:
        """The newest lines of a rig, newest first, also those that are not stored yet.

        A line of this start is the very object that listeners get. `most` is `KEPT_LINES` at most.
        """
        earlier = await self._archive.run(lambda store: read_diary(store, rig, most, self._before))
        return (*self._written.get(rig, ()), *earlier)[: min(most, KEPT_LINES)]

    def publish(self, rig: str, line: DiaryLine) -> None:
        """Hand a line of a rig's diary to all listeners."""
        described = DiaryEvent(
            rig=rig,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            weight=line.severity,
            result=line.result,
            sentence=line.sentence,
        )
        self._written.setdefault(rig, deque(maxlen=KEPT_LINES)).appendleft(described)
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(described)
