"""Parts and devices of a train that are named by their catalog id alone."""

from itertools import product

from rigd.errors import TrainError
from rigd.train.part_facts import BodyFacts, Lookup
from rigd.train.parts import Port, TrainPart
from rigd.train.question import Device


def catalog_part(where: str, id: str, lookup: Lookup) -> TrainPart:
    """A spacer, an adapter or the body of a device.

    Raises:
        TrainError: the catalog does not know it, or lacks its length or an end; names `where`.
    """
    return _part(where, id, _facts(where, id, lookup))


def catalog_device(where: str, id: str, lookup: Lookup) -> Device:
    """A device with every other end that it offers.

    Raises:
        TrainError: as of `catalog_part`.
    """
    known = _facts(where, id, lookup)
    part = _part(where, id, known)
    fronts, backs = (part.front, *known.other_fronts), (part.back, *known.other_backs)
    other_ends = tuple(
        TrainPart(
            id=part.id,
            front=front,
            back=back,
            optical_length_um=part.optical_length_um,
            clear_aperture_um=part.clear_aperture_um,
            reversible=part.reversible,
        )
        for front, back in product(fronts, backs)
        if (front, back) != (part.front, part.back)
    )
    return Device(part=part, other_ends=other_ends)


def _facts(where: str, id: str, lookup: Lookup) -> BodyFacts:
    known = lookup.part(id)
    if known is None:
        raise TrainError(f"{where}.id: {id!r} is not in the catalog, and its figures are not given")
    return known


def _part(where: str, id: str, known: BodyFacts) -> TrainPart:
    if known.optical_length_um is None:
        raise TrainError(f"{where}.optical_length_mm: is needed and not given")
    return TrainPart(
        id=id,
        front=_end(f"{where}.front", known.front),
        back=_end(f"{where}.back", known.back),
        optical_length_um=known.optical_length_um,
        clear_aperture_um=known.clear_aperture_um,
        reversible=known.reversible,
    )


def _end(where: str, port: Port | None) -> Port:
    if port is None:
        raise TrainError(f"{where}: is needed and not given")
    return port
