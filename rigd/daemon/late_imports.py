"""What the loop may need some time, imported beside it once rigd answers.

No start waits for it, and no reply does: imported on the loop, at the first light path with
apertures, NumPy would hold up everything else.
"""

import asyncio
from importlib import import_module

LATE = ("numpy",)


async def import_late(answers: asyncio.Event) -> None:
    """Import it after the first answer."""
    await answers.wait()
    for name in LATE:
        await asyncio.to_thread(import_module, name)
