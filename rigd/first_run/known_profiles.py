"""The equipment that other programs' profiles describe, in their usual places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rigd.equipment.imports.imported import ImportedTrain
from rigd.equipment.imports.reader import read_path
from rigd.errors import InvalidValueError
from rigd.first_run.usual_places import PROFILES, find_places

_TELLING = ("wheel", "focuser", "camera")
"""The roles whose devices tell two light paths apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrain:
    """One light path that another program knows."""

    program: str
    path: Path
    train: ImportedTrain
    warnings: tuple[str, ...] = ()
    """What a person should look at, as the importer says it."""

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.train.profile.name

    @property
    def words(self) -> str:
        """What it holds, in one line."""
        profile = self.train.profile
        found = [
            profile.filters[key].name for key in (profile.wheel.slots if profile.wheel else ())
        ]
        optic = profile.optic
        parts = [
            optic.name,
            None if optic.focal_length_mm is None else f"{optic.focal_length_mm:g} mm",
            None if optic.focal_ratio is None else f"f/{optic.focal_ratio:.3g}",
            f"filters {', '.join(found)}" if found else "no filters",
            f"{len(self.train.offsets)} offsets" if self.train.offsets else None,
            *(f"{role} {one.device}" for role, one in profile.addresses() if role in _TELLING),
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProfiles:
    """What was found, and what could not be read."""

    trains: tuple[KnownTrain, ...]
    unread: tuple[str, ...] = ()


def find_profiles(below: tuple[Path, ...], named: Sequence[Path] = ()) -> ReadProfiles:
    """Read every profile in the usual places, and those named.

    Args:
        below: homes.
        named: files that a person named.
    """
    trains: list[KnownTrain] = []
    unread: list[str] = []
    for path in dict.fromkeys((*named, *(found for _, found in find_places(PROFILES, below)))):
        try:
            trains += _read(path)
        except InvalidValueError as error:
            unread.append(f"{path}: {str(error).partition(': ')[2] or error}")
    return ReadProfiles(trains=tuple(trains), unread=tuple(unread))


def _read(path: Path) -> Iterator[KnownTrain]:
    imported = read_path(path)
    for train in imported.trains:
        others = [one.profile.name for one in imported.trains if one is not train]
        mine = [
            line
            for line in imported.warnings
            if not any(line.startswith(f"{name}: ") for name in others)
        ]
        yield KnownTrain(program=imported.program, path=path, train=train, warnings=tuple(mine))
