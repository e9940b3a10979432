"""Ends of catalog entries as ports of a train: what nobody states of them is marked."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.open_end import OpenEnd, Standard
from rigd.catalog.models.sourced import Confidence, Entry, Equipment
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
            return Port(end=end, maker=_maker_of(entry))
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
            return [_unknown(entry)]
        doubt = Doubt.GENDER if open_end.gender is None else None
        found = [
            Port(
                end=End(coupling=coupling, standard=name, gender=gender),
                doubt=doubt,
                maker=_maker_of(entry) if coupling is Coupling.BOLTS else None,
            )
            for name in open_end.standards
            if (coupling := open_end.coupling or self._couplings.get(name)) is not None
            for gender in _genders(coupling, open_end.gender)
        ]
        return found or [_unknown(entry)]

    def usual(
        self, entry: Entry, field: str, end: End | None, open_end: OpenEnd | None, gender: Gender
    ) -> Port:
        """An end as it is, or of the usual gender where no source states one; that is marked."""
        if end is not None:
            return self.known(entry, field, end)
        if open_end is None or not (open_end.standard or open_end.diameter_mm):
            return _unknown(entry)
        (standard,) = open_end.standards
        coupling = open_end.coupling or self._couplings.get(standard, Coupling.THREAD)
        is_bolted = coupling is Coupling.BOLTS
        usual = Gender.NONE if is_bolted else gender
        found = End(coupling=coupling, standard=standard, gender=open_end.gender or usual)
        doubt = Doubt.GENDER if open_end.gender is None else None
        return Port(end=found, doubt=doubt, maker=_maker_of(entry) if is_bolted else None)

    def front(self, camera: Camera, place: int) -> Port:
        """The front of a camera in one of its mount configurations."""
        mount = camera.mount_configurations[place]
        field = f"mount_configurations.{place}.end"
        return self.usual(camera, field, mount.end, mount.open_end, Gender.FEMALE)


def _maker_of(entry: Entry) -> str | None:
    """Whose it is: of an end that nobody knows, and of bolts, it matters."""
    return entry.maker if isinstance(entry, Equipment) else None


def _unknown(entry: Entry) -> Port:
    return replace(UNKNOWN_PORT, maker=_maker_of(entry))


def _genders(coupling: Coupling, known: Gender | None) -> tuple[Gender, ...]:
    if coupling is Coupling.BOLTS:
        return (Gender.NONE,)
    return (known,) if known else (Gender.FEMALE, Gender.MALE)
