"""The end of a child process, which nobody waits for long."""

import asyncio
from contextlib import suppress

END_S = 0.5
"""How long a child process may take to end by itself: it does so as soon as its pipe is closed."""


async def end_child(child: asyncio.subprocess.Process) -> None:
    """Wait for a child that ends by itself, kill one that does not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            await child.wait()
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
