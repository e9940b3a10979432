"""The optic of a train file, resolved."""

import re
from dataclasses import replace

from rigd.errors import TrainError
from rigd.train.connection import Gender
from rigd.train.file_format import OpticEntry
from rigd.train.part_facts import BackFocusPlane, Lookup, OpticFacts
from rigd.train.parts import Port
from rigd.train.question import TrainOptic
from rigd.train.resolve_filters import plates_of
from rigd.train.resolve_steps import StatedEnd, first_known, require_known, um
from rigd.units import mm_from_um, um_from_mm

_FOCAL_LENGTHS = re.compile(
    r"focal length (?:below (?P<below>\d+)|above (?P<above>\d+)|(?P<least>\d+) to (?P<most>\d+)) mm"
)


def resolve_optic(entry: OpticEntry, lookup: Lookup) -> TrainOptic:
    """Return the optic of an entry: what the entry states, else what the lookup knows.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    said = StatedEnd(where="optic", end=entry.end, thread=entry.thread, gender=entry.gender)
    known = None
    if entry.id is not None:
        known = require_known("optic", entry.id, lookup.optic(entry.id), spelt_out=bool(said))
    if known is None:
        known = OpticFacts(name=entry.name or entry.id or "optic")
    if entry.required_back_focus_mm is not None or entry.adjustable_mm is not None:
        stated = BackFocusPlane(
            back_focus_um=um(entry.required_back_focus_mm), measured_from=entry.measured_from
        )
        return _optic_at(entry, known, stated, said)
    planes = choose_planes(known, entry.measured_from, entry.focal_length_mm)
    # Of several ends the owner's words may name one.
    if said:
        fitting = tuple(one for one in planes if one.port and said.agrees_with(one.port))
        planes = fitting or _without_options(planes)
    first, *others = (_optic_at(entry, known, plane, said) for plane in planes)
    return replace(first, other_ends=tuple(others))


def _without_options(planes: tuple[BackFocusPlane, ...]) -> tuple[BackFocusPlane, ...]:
    """Return one plane without an end where several ends are options at the same one.

    They are those of adapters that are sold for it: its owner may have another.
    """
    bare = {replace(plane, port=None) for plane in planes}
    return tuple(bare) if len(planes) > len(bare) else planes


def _optic_at(
    entry: OpticEntry, known: OpticFacts, plane: BackFocusPlane, said: StatedEnd
) -> TrainOptic:
    """The optic, its distance measured from one plane."""
    back_focus_um = plane.back_focus_um
    adjustable = None
    if entry.adjustable_mm is not None:
        shortest_mm, longest_mm = entry.adjustable_mm
        adjustable = um_from_mm(shortest_mm), um_from_mm(longest_mm)
    zero_um = None
    if known.adjuster_um is not None and back_focus_um is not None and adjustable is None:
        least_um, most_um = known.adjuster_um
        zero_um, adjustable = back_focus_um, (back_focus_um - most_um, back_focus_um - least_um)
    design = known.design_plates
    if entry.design_glass is not None:
        design = plates_of("design glass", entry.design_glass)
    return TrainOptic(
        name=entry.name or known.name,
        port=_choose_port(plane.port or known.port, known.name, said),
        kind=entry.kind or known.kind,
        back_focus_um=back_focus_um,
        back_focus_doubt=plane.doubt,
        other_back_foci_um=plane.other_lengths_um,
        adjustable_um=adjustable,
        adjuster_zero_um=zero_um,
        adjuster_settings=known.adjuster_settings,
        measured_from=plane.measured_from,
        is_of_catalog=plane in known.planes,
        focal_ratio=first_known(entry.focal_ratio, known.focal_ratio),
        focal_length_mm=first_known(entry.focal_length_mm, known.focal_length_mm),
        exit_pupil_mm=entry.exit_pupil_mm,
        tolerance_um=first_known(um(entry.tolerance_mm), known.tolerance_um),
        tolerance_is_own=entry.tolerance_mm is not None,
        tolerance_basis=known.tolerance_basis if entry.tolerance_mm is None else None,
        available_um=first_known(um(entry.available_back_focus_mm), known.available_um),
        design_plates=design,
    )


def planes_for(known: OpticFacts, focal_length_mm: float | None) -> tuple[BackFocusPlane, ...]:
    """Return the planes that hold for a telescope of a focal length; all, if none is for it."""
    if focal_length_mm is None:
        return known.planes
    found = tuple(
        plane for plane in known.planes if is_for_focal_length(plane.measured_from, focal_length_mm)
    )
    return found or known.planes


def is_for_focal_length(words: str | None, focal_length_mm: float) -> bool:
    """Return whether words name focal lengths, and this is one: `focal length 450 to 490 mm`."""
    said = _FOCAL_LENGTHS.search(words or "")
    if said is None:
        return False
    if said["below"] is not None:
        return focal_length_mm < float(said["below"])
    if said["above"] is not None:
        return focal_length_mm > float(said["above"])
    return float(said["least"]) <= focal_length_mm <= float(said["most"])


def choose_planes(
    known: OpticFacts, measured_from: str | None, focal_length_mm: float | None
) -> tuple[BackFocusPlane, ...]:
    """Return the planes that may be meant: one, or each that has an end of its own.

    Raises:
        TrainError: Several are known and the file does not say which.
    """
    if measured_from is None and not known.planes:
        return (BackFocusPlane(back_focus_um=None),)
    fitting = planes_for(known, focal_length_mm)
    if measured_from is None and len(fitting) == 1:
        return fitting
    chosen = tuple(plane for plane in known.planes if plane.measured_from == measured_from)
    if measured_from is None:
        chosen = planes_with_ends(known)
    if not chosen and known.planes:
        choices = " or ".join(
            f"{plane.measured_from!r} ({mm_from_um(plane.back_focus_um or 0):g} mm)"
            for plane in known.planes
        )
        raise TrainError(f"optic.measured_from: say which counts for {known.name}: {choices}")
    return chosen or (BackFocusPlane(back_focus_um=None, measured_from=measured_from),)


def planes_with_ends(known: OpticFacts) -> tuple[BackFocusPlane, ...]:
    """Return the planes that have an end of their own: which of them is meant, the end says."""
    return tuple(plane for plane in known.planes if plane.port is not None)


def _choose_port(known: Port, name: str, said: StatedEnd) -> Port:
    """The end of the optic: what is known of it, and what its owner adds.

    Raises:
        TrainError: the owner contradicts what the catalog knows for sure.
    """
    if not said:
        return known
    if not said.agrees_with(known):
        raise TrainError(
            f"{said.field}: {said} contradicts the catalog's {known} of {name};"
            " leave the id out if yours is another"
        )
    return said.complete(known, usual=Gender.MALE)
