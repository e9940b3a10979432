"""The diary as it is written, for everybody who listens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from rigd.focus.state.effects import DiaryLine
from rigd.view.diary import DiaryEvent

LISTENER_LINES = 256
"""How far a listener may fall behind before it loses the oldest lines."""


class DiaryStream:
    """Hands each line to every listener; a slow one holds nobody up."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[DiaryEvent]] = set()

    async def lines(self) -> AsyncIterator[DiaryEvent]:
        """Every line from now on."""
        queue: asyncio.Queue[DiaryEvent] = asyncio.Queue(maxsize=LISTENER_LINES)
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    def publish(self, rig: str, line: DiaryLine) -> None:
        """Hand a line of a rig's diary to all listeners."""
        described = DiaryEvent(
            rig=rig,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            weight=line.severity,
            result=line.result,
            sentence=line.sentence,
        )
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(described)
