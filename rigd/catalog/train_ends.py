"""Ends of catalog entries as ports of a train: what nobody states of them is marked."""

from collections.abc import Sequence

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.open_end import OpenEnd, Standard
from rigd.catalog.models.sourced import Confidence, Entry
from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import UNKNOWN_PORT, Doubt, Port

_SAID_BY_NONE = (Confidence.ASSUMED, Confidence.UNSOURCED)


class TrainEnds:
    """Ends with the marks that follow from their sources."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._couplings = {one.name: one.coupling for one in catalog.all(Standard)}

    def known(self, entry: Entry, field: str, end: End) -> Port:
        """Return an end that is known, with a mark where nobody states its gender."""
        if end.gender is Gender.NONE:
            return Port(end=end)
        gender = self._catalog.confidence(entry, f"{field}.gender")
        return Port(end=end, doubt=Doubt.GENDER if gender in _SAID_BY_NONE else None)

    def several(self, entry: Entry, field: str, ends: Sequence[End]) -> list[Port]:
        """Return every end of a list."""
        return [self.known(entry, f"{field}.{place}", end) for place, end in enumerate(ends)]

    def choices(
        self, entry: Entry, field: str, end: End | None, open_end: OpenEnd | None
    ) -> list[Port]:
        """What an end is or may be: of an unknown gender both, and its neighbour decides."""
        if end is not None:
            return [self.known(entry, field, end)]
        if open_end is None:
            return [UNKNOWN_PORT]
        names = (open_end.standard,) if open_end.standard else open_end.options
        doubt = Doubt.GENDER if open_end.gender is None else None
        found = [
            Port(end=End(coupling=coupling, standard=name, gender=gender), doubt=doubt)
            for name in names
            if (coupling := open_end.coupling or self._couplings.get(name)) is not None
            for gender in _genders(coupling, open_end.gender)
        ]
        return found or [UNKNOWN_PORT]

    def usual(
        self, entry: Entry, field: str, end: End | None, open_end: OpenEnd | None, gender: Gender
    ) -> Port:
        """An end as it is, or of the usual gender where no source states one; that is marked."""
        if end is not None:
            return self.known(entry, field, end)
        if open_end is None or open_end.standard is None:
            return UNKNOWN_PORT
        coupling = open_end.coupling or Coupling.THREAD
        if coupling is Coupling.BOLTS:
            gender = Gender.NONE
        found = End(coupling=coupling, standard=open_end.standard, gender=open_end.gender or gender)
        return Port(end=found, doubt=Doubt.GENDER if open_end.gender is None else None)

    def front(self, camera: Camera, place: int) -> Port:
        """The front of a camera in one of its mount configurations."""
        mount = camera.mount_configurations[place]
        field = f"mount_configurations.{place}.end"
        return self.usual(camera, field, mount.end, mount.open_end, Gender.FEMALE)


def _genders(coupling: Coupling, known: Gender | None) -> tuple[Gender, ...]:
    if coupling is Coupling.BOLTS:
        return (Gender.NONE,)
    return (known,) if known else (Gender.FEMALE, Gender.MALE)
