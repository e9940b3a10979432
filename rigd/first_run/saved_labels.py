"""What INDI's drivers keep of their wheels' slots: `~/.indi/DEVICE_config.xml`.

A wheel that is not connected says no labels; its driver shows those of this file once it is.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from rigd.equipment.imports.reader import read_path
from rigd.errors import InvalidValueError
from rigd.first_run.usual_places import find_places

INDI: Final = "INDI"
PLACES: Final = ((INDI, ".indi/*_config.xml"),)


def find_saved_labels(below: tuple[Path, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the labels of each wheel by its name; the newest file counts.

    Args:
        below: homes.
    """
    files = [path for _, path in find_places(PLACES, below)]
    with suppress(OSError):
        files.sort(key=lambda path: path.stat().st_mtime)
    found: dict[str, tuple[str, ...]] = {}
    for path in files:
        with suppress(InvalidValueError):  # a driver's that is no wheel
            for train in read_path(path).trains:
                profile = train.profile
                if profile.wheel is not None and profile.wheel.slots:
                    names = (profile.filters[key].name for key in profile.wheel.slots)
                    found[train.profile.name] = tuple(names)
    return found
