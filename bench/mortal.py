"""The daemon with a fuse: it kills itself just before or just after its n-th write of the journal.

`python -m bench.mortal FUSE run --config …`. FUSE is a file; while it is there, writes are counted.
It holds `before N`, `after N`, or `count`; every write adds a line with its kinds to FUSE.writes.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from rigd.cli.app import main
from rigd.service import applier
from rigd.store.database import Store


def put_fuse(path: Path) -> None:
    """Have every write of the store look at the fuse."""
    write = applier.write_effects

    def counted(store: Store, rig: str, mode: Any, light_path_id: str, effects: Any) -> None:
        try:
            when, _, number = path.read_text(encoding="utf-8").partition(" ")
        except FileNotFoundError:
            write(store, rig, mode, light_path_id, effects)
            return
        written = path.with_suffix(".writes")
        mine = str(len(written.read_text(encoding="utf-8").splitlines()) + 1) == number
        if mine and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        write(store, rig, mode, light_path_id, effects)
        if mine and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        kinds = " ".join(type(effect).__name__ for effect in effects)
        with written.open("a", encoding="utf-8") as file:
            file.write(f"{kinds}\n")

    applier.write_effects = counted  # the one place of every rig's writes


if __name__ == "__main__":
    put_fuse(Path(sys.argv.pop(1)))
    main()
