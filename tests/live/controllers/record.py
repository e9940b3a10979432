"""Makes the recording of real drivers that `tests/recording` takes again.

`python -m tests.live.controllers.record`: a MoonLite and a Xagyl wheel, emulated, under their
drivers of indi-bin; the daemon follows a filter change, and another client moves the focuser.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from rigd.config import load_config
from rigd.recording.recording import Recording, describe, encode
from tests.live.controllers.rig import SLOT, driver_rig
from tests.recording.recorder import recording

TARGET = Path(__file__).parents[2] / "recording" / "moonlite_and_xagyl.jsonl.gz"


async def record(directory: Path) -> Recording:
    """Record a filter change that the daemon follows."""
    async with (
        driver_rig(directory, "moonlite", "xagyl") as rig,
        recording(load_config(rig.daemon.config)) as tape,
    ):
        await tape.until("FocuserReport", position_steps=rig.base, moving=False)
        await tape.until("WheelReport", filter_position=0)
        rig.wire.set_number(rig.wheel_device, SLOT, "FILTER_SLOT_VALUE", 2)
        await tape.until("WheelReport", filter_position=1)
        await tape.until("FocuserReport", position_steps=rig.target("R"), moving=False)
        await rig.settled("R")
        return await tape.finish(f"http://{rig.daemon.url}")


def main() -> None:
    """Record, and say what is in it."""
    with tempfile.TemporaryDirectory() as name:
        made = asyncio.run(record(Path(name)))
    TARGET.write_bytes(encode(made))
    sys.stdout.write("".join(f"{line}\n" for line in describe(made)))


if __name__ == "__main__":
    main()
