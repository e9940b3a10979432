"""What a client that asks for a filter knows a little earlier than rigd does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from rigd.focus.state.rig import Rig
from rigd.focus.waking import CATCH_UP_S, is_catching_up

CAMERA_NEWS_S = 0.8
"""How late rigd may hear that an exposure has ended; below ASCOM's second for a PUT."""
FIRST_READING_S = 4.0
"""How long a focuser that was just connected may take to say where it stands: two polls of an INDI
driver, 1 s each as a rule, and its answer."""


async def wait_for_news(rig: Callable[[], Rig], changed: Callable[[], Awaitable[None]]) -> None:
    """Wait a little for the end of an exposure, and for the first reading of the focuser.

    Clients ask the moment their exposure has ended, or their devices are connected: what rigd has
    not heard yet must not refuse them.
    """
    await _wait_while(lambda: _has_busy_camera(rig()), changed, CAMERA_NEWS_S)
    await _wait_while(lambda: _has_unread_focuser(rig()), changed, FIRST_READING_S)


async def catch_up(rig: Callable[[], Rig], changed: Callable[[], Awaitable[None]]) -> bool:
    """Wait until all is read that was said while rigd did not run; whether it had to.

    Another program's exposure may be what rigd has still to hear of.
    """
    behind = is_catching_up(rig(), monotonic())
    await _wait_while(lambda: is_catching_up(rig(), monotonic()), changed, CATCH_UP_S)
    return behind


async def _wait_while(
    waits: Callable[[], bool], changed: Callable[[], Awaitable[None]], limit_s: float
) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            while waits():
                await changed()


def _has_busy_camera(rig: Rig) -> bool:
    return rig.camera is not None and rig.camera.busy is True


def _has_unread_focuser(rig: Rig) -> bool:
    return rig.focuser is not None and rig.focuser.position_unread
