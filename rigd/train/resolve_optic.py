"""The optic of a train file, resolved."""

from rigd.errors import TrainError
from rigd.train.connection import Gender
from rigd.train.file_format import OpticEntry
from rigd.train.part_facts import BackFocusPlane, Lookup, OpticFacts
from rigd.train.parts import Port
from rigd.train.question import TrainOptic
from rigd.train.resolve_filters import plates_of
from rigd.train.resolve_steps import first_known, require_known, stated_port, um
from rigd.units import mm_from_um, um_from_mm


def resolve_optic(entry: OpticEntry, lookup: Lookup) -> TrainOptic:
    """Return the optic of an entry: what the entry states, else what the lookup knows.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    port = Port(end=entry.end) if entry.end else None
    port = port or stated_port("optic", entry.thread, entry.gender, usual=Gender.MALE)
    known = None
    if entry.id is not None:
        known = require_known("optic", entry.id, lookup.optic(entry.id), spelt_out=port is not None)
    if known is None:
        known = OpticFacts(name=entry.name or entry.id or "optic")
    back_focus_um = um(entry.required_back_focus_mm)
    measured_from, of_catalog = entry.measured_from, False
    if back_focus_um is None and entry.adjustable_mm is None and known.planes:
        of_catalog = True
        plane = choose_plane(known, measured_from)
        back_focus_um, measured_from = plane.back_focus_um, plane.measured_from
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
        port=_choose_port(known, port),
        kind=entry.kind or known.kind,
        back_focus_um=back_focus_um,
        adjustable_um=adjustable,
        adjuster_zero_um=zero_um,
        adjuster_settings=known.adjuster_settings,
        measured_from=measured_from,
        is_of_catalog=of_catalog,
        focal_ratio=first_known(entry.focal_ratio, known.focal_ratio),
        focal_length_mm=first_known(entry.focal_length_mm, known.focal_length_mm),
        exit_pupil_mm=entry.exit_pupil_mm,
        tolerance_um=first_known(um(entry.tolerance_mm), known.tolerance_um),
        available_um=first_known(um(entry.available_back_focus_mm), known.available_um),
        design_plates=design,
    )


def choose_plane(known: OpticFacts, measured_from: str | None) -> BackFocusPlane:
    """Return the plane that is meant.

    Raises:
        TrainError: Several are known and the file does not say which.
    """
    if len(known.planes) == 1 and measured_from is None:
        return known.planes[0]
    chosen = [plane for plane in known.planes if plane.measured_from == measured_from]
    if len(chosen) != 1:
        choices = "; ".join(
            f"{plane.measured_from} ({mm_from_um(plane.back_focus_um):g} mm)"
            for plane in known.planes
        )
        raise TrainError(f"optic.measured_from: say which plane of {known.name}: {choices}")
    return chosen[0]


def _choose_port(known: OpticFacts, stated: Port | None) -> Port:
    """The end of the optic: what is known of it, and what its owner adds.

    Raises:
        TrainError: the owner contradicts what the catalog knows for sure.
    """
    if stated is None:
        return known.port
    sure = known.port.end is not None and known.port.doubt is None
    if sure and known.port.end != stated.end:
        raise TrainError(
            f"optic.thread: {stated} contradicts the catalog's {known.port} of {known.name};"
            " leave the id out if yours is another"
        )
    return stated
