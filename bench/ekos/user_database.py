"""KStars' own database, written while KStars is stopped: profile, optical train and offsets."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.live.indiserver import CAMERA, MOUNT, WHEEL

PROFILE = "Beside rigd"
PROFILE_ID = 2
"""KStars' own profile is the first. A second one also keeps its profile wizard from opening."""
MODULES = '{"0":1,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1}'
"""Every module of Ekos uses the first train."""


@dataclass(frozen=True, slots=True)
class FilterRow:
    """What Ekos keeps of a filter."""

    name: str
    offset_steps: int = 0
    is_focused: bool = False
    """Whether Ekos focuses whenever it has changed to this filter."""
    focus_filter: str = "--"
    """Behind which filter it then focuses; its own if none."""


def write(
    path: Path, port: int, focuser: str, filters: Sequence[FilterRow], wheel: str = WHEEL
) -> None:
    """Write what a user clicks together: the profile, the train and the table of filters."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "insert into profile (id, name, host, port, autoconnect, guidertype, indihub,"
            " portselector) values (?, ?, 'localhost', ?, 1, 0, 0, 0)",
            (PROFILE_ID, PROFILE, port),
        )
        # A host that is empty would make KStars start an indiserver of its own.
        drivers = {"Mount": MOUNT, "CCD": CAMERA, "Focuser": focuser, "Filter": wheel}
        database.executemany(
            "insert into driver (label, role, profile) values (?, ?, ?)",
            [(name, role, PROFILE_ID) for role, name in drivers.items()],
        )
        # Without a train Ekos makes one, perhaps with the wheel that the camera simulator has.
        database.execute(
            "insert into opticaltrains (profile, name, mount, dustcap, lightbox, scope, reducer,"
            " rotator, focuser, filterwheel, camera, guider) values"
            " (?, 'Primary', ?, '--', '--', 'Sample Primary 700@F/5.8', 1, '--', ?, ?, ?, ?)",
            (PROFILE_ID, MOUNT, focuser, wheel, CAMERA, CAMERA),
        )
        database.execute(
            "insert into profilesettings (profile, settings) values (?, ?)", (PROFILE_ID, MODULES)
        )
        database.executemany(
            'insert into filter (Vendor, Model, Type, Color, Exposure, "Offset", UseAutoFocus,'
            " LockedFilter, AbsoluteFocusPosition) values (?, '', '', ?, 1.0, ?, ?, ?, 0)",
            [
                (wheel, row.name, row.offset_steps, int(row.is_focused), row.focus_filter)
                for row in filters
            ],
        )
