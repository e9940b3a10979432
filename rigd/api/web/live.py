"""The page's own events: what stands now when it changes, the diary, and each new line of it.

What is written after the page was made and before its events are asked for would be on neither: so
the events begin with the diary as a whole, also where a page comes back after rigd was away.

A browser that reads slowly holds up its own stream alone, and gets what is then the newest.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from rigd.view.diary import DiaryEvent, DiaryRow
from rigd.view.observatory import Observatory
from rigd.view.rig import RigView

KEEP_ALIVE_S = 15.0
"""A quiet stream says so this often: proxies close what never speaks."""
TOGETHER_S = 0.25
"""Changes that come within this time are shown together."""


async def live_events(
    observatory: Observatory,
    find: Callable[[], RigView | None],
    show: Callable[[RigView], str],
    read_diary: Callable[[], Awaitable[Sequence[DiaryEvent | DiaryRow]]],
    show_lines: Callable[[Sequence[DiaryEvent | DiaryRow]], str],
    *,
    closing: asyncio.Event,
) -> AsyncIterator[bytes]:
    """The events of one rig, until the browser or rigd ends it.

    Args:
        observatory: tells of changes.
        find: the rig as it is now; None once there is none of that name.
        show: the part of the page that is replaced.
        read_diary: the newest lines of the diary, newest first, with what is not stored yet.
        show_lines: lines of the diary as the page has them.
        closing: set when rigd ends.
    """
    diary = aiter(observatory.diary())
    line = asyncio.ensure_future(anext(diary))
    changed = asyncio.ensure_future(observatory.changed())
    end = asyncio.ensure_future(closing.wait())
    shown = ""
    try:
        yield b"retry: 2000\n\n"
        await asyncio.sleep(0)  # the listener comes first: no line is lost between
        written = await read_diary()
        yield _event("diary", show_lines(written))
        while not closing.is_set() and (rig := find()) is not None:
            now = show(rig)
            if now != shown:
                shown = now
                yield _event("now", now)
            await asyncio.wait(
                {line, changed, end}, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED
            )
            if changed.done():
                changed.result()
                changed = asyncio.ensure_future(observatory.changed())
                await asyncio.wait({end}, timeout=TOGETHER_S)
            elif not line.done():
                yield b": still here\n\n"
            while line.done():
                try:
                    told = line.result()
                except StopAsyncIteration:
                    return
                line = asyncio.ensure_future(anext(diary))
                if told.rig == rig.name and not any(told is one for one in written):
                    yield _event("line", show_lines((told,)))
                await asyncio.sleep(0)
    finally:
        for task in (line, changed, end):
            task.cancel()
        await asyncio.gather(line, changed, end, return_exceptions=True)


def _event(name: str, html: str) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + json.dumps(html).encode() + b"\n\n"
