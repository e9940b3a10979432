"""Where programs usually keep their profiles and logs, in the homes of all users.

The places are those of `docs/logs.md`, whose sources stand there, and of the programs' defaults.
"""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

EKOS, NINA, CCDCIEL = "Ekos", "N.I.N.A.", "CCDciel"
_KSTARS: Final = (".local/share/kstars", ".var/app/org.kde.kstars/data/kstars")
_WINDOWS: Final = ("AppData/Local", ".wine/drive_c/users/*/AppData/Local")
PROFILES: Final[tuple[tuple[str, str], ...]] = (
    *((EKOS, f"{data}/userdb.sqlite") for data in _KSTARS),
    (EKOS, "AppData/Local/kstars/userdb.sqlite"),
    *((NINA, f"{local}/NINA/Profiles/*.profile") for local in _WINDOWS),
    (CCDCIEL, ".config/ccdciel/ccdciel.conf"),
    (CCDCIEL, "AppData/Local/ccdciel/ccdciel.conf"),
)
"""Program and pattern below a home."""
LOGS: Final[tuple[tuple[str, str], ...]] = (
    *((EKOS, f"{data}/{logs}") for data in _KSTARS for logs in ("analyze", "focuslogs")),
    (EKOS, "AppData/Local/kstars/analyze"),
    *((NINA, f"{local}/NINA/AutoFocus") for local in _WINDOWS),
    (CCDCIEL, ".config/ccdciel/Log"),
    (CCDCIEL, "AppData/Local/ccdciel/Log"),
)


def homes() -> tuple[Path, ...]:
    """Return the home directories of this computer's users, one's own first."""
    found = [Path.home()]
    if sys.platform == "win32":
        found += _directories(Path.home().parent)
    else:
        found += [Path("/root"), *_directories(Path("/home"))]
    return tuple(dict.fromkeys(found))


def find_places(
    places: tuple[tuple[str, str], ...], below: tuple[Path, ...]
) -> Iterator[tuple[str, Path]]:
    """Yield each usual place that exists and may be looked into, with the program.

    Args:
        places: program and pattern.
        below: homes.
    """
    for home in below:
        for program, pattern in places:
            with suppress(OSError):  # a home that may not be read
                for path in sorted(home.glob(pattern)):
                    yield program, path


def _directories(parent: Path) -> list[Path]:
    with suppress(OSError):
        return [one for one in sorted(parent.iterdir()) if one.is_dir()]
    return []
