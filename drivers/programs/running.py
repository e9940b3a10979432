"""Whether a program runs on this computer that keeps in memory what its file says."""

from contextlib import suppress
from pathlib import Path

from rigd.errors import DeviceUnavailableError

PROCESSES = Path("/proc")


def refuse_while_running(process: str, program: str) -> None:
    """Refuse to write beside a program that keeps what it has read, and writes it back.

    Args:
        process: the name of its process.
        program: what people call it.

    Raises:
        DeviceUnavailableError: it runs, or that cannot be seen.
    """
    if not PROCESSES.is_dir():
        raise DeviceUnavailableError(
            f"whether {program} is running cannot be seen on this computer, so nothing is written"
        )
    for found in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            if (found / "comm").read_text().strip() == process:
                raise DeviceUnavailableError(
                    f"{program} is running (process {found.name}): the table is written once it "
                    "has been closed"
                )
