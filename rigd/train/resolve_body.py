"""The devices and the spacers of a train file, resolved."""

from dataclasses import dataclass, replace
from itertools import product

from rigd.errors import TrainError
from rigd.train.file_format import Body, DeviceEntry, PartEntry
from rigd.train.part_facts import BodyFacts, Faces, GuidePort, Lookup
from rigd.train.parts import UNKNOWN_PORT, Port, TrainPart
from rigd.train.question import Device
from rigd.train.resolve_filters import plates_of
from rigd.train.resolve_steps import first_known, require, require_known, um
from rigd.units import um_from_mm


def resolve_body(where: str, entry: Body, lookup: Lookup) -> tuple[BodyFacts, TrainPart]:
    """The facts of an entry, what it states first; and the part with its usual faces.

    A length that nobody knows is None in the facts, and 0 in the part.

    Raises:
        TrainError: an id that the catalog does not know and whose figures are not given.
    """
    own = entry.optical_length_mm is not None
    known = None
    if entry.id is not None:
        known = require_known(where, entry.id, lookup.part(entry.id), spelt_out=own)
    length_um = um(entry.optical_length_mm)
    if length_um is None and known is not None:
        length_um = known.optical_length_um
    if length_um is not None:
        length_um -= um_from_mm(entry.recess_mm)
        if length_um < 0:
            raise TrainError(
                f"{where}.recess_mm: {entry.recess_mm:g} mm is above the part's length"
            )
    aperture_um = um(entry.clear_aperture_mm)
    if aperture_um is None and known is not None:
        aperture_um = known.clear_aperture_um
    reversible = entry.reversible
    if reversible is None:
        reversible = known is not None and known.reversible
    base = known or BodyFacts(faces=(Faces(front=UNKNOWN_PORT, back=UNKNOWN_PORT),))
    faces = _faces(where, entry, base)
    if own:  # what a person measures is the length as it is built
        faces = tuple(dict.fromkeys(replace(one, adapters_um=0) for one in faces))
    facts = replace(
        base,
        name=entry.name or base.name,
        faces=faces,
        optical_length_um=length_um,
        length_doubt=None if own else base.length_doubt,
        other_lengths_um=()
        if own
        else tuple(other - um_from_mm(entry.recess_mm) for other in base.other_lengths_um),
        clear_aperture_um=aperture_um,
        reversible=reversible,
    )
    return facts, facts.as_part(require(f"{where}.id", entry.id or entry.name))


def resolve_device(where: str, entry: DeviceEntry, lookup: Lookup) -> Device:
    """A device with every choice of ends that it offers; unknown ends fit, unknown lengths stay so.

    Raises:
        TrainError: as of `resolve_body`.
    """
    facts, part = resolve_body(where, entry, lookup)
    port = facts.guide_port or GuidePort()
    return Device(
        part=part,
        kind=entry.kind or facts.kind,
        maker=facts.maker,
        measured=facts.optical_length_um is not None,
        usual_length=facts.usual_length,
        inside_camera=facts.inside_camera and facts.optical_length_um is None,
        other_ends=tuple(facts.as_part(part.id, faces) for faces in facts.faces[1:]),
        plates=plates_of(part.id, entry.glass),
        before=entry.before,
        prism_um=first_known(um(entry.prism_from_back_mm), port.prism_to_back_um),
        guide_face_um=first_known(um(entry.guide_face_mm), port.prism_to_face_um),
        guide_slide_um=first_known(um(entry.guide_slide_mm), port.slide_um),
        guide_camera_parts=tuple(
            known.name or id
            for id in facts.guide_camera_parts
            if (known := lookup.part(id)) is not None
        ),
        filter_openings=facts.filter_openings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A part at hand that is not known well enough to be used."""

    sentence: str


def resolve_stock(where: str, entry: PartEntry, lookup: Lookup) -> TrainPart | LeftOut:
    """A loose part, if its length and both of its ends are known.

    Raises:
        TrainError: as of `resolve_body`.
    """
    facts, part = resolve_body(where, entry, lookup)
    if facts.optical_length_um is None:
        return LeftOut(sentence=f"{part.label} is left out: its length is not known")
    if not facts.may_be_stock:
        return LeftOut(sentence=f"{part.label} is left out: no source says {_unknown_ends(facts)}")
    return replace(part, owned=entry.count, buyable=entry.buyable, box=entry.box)


def _unknown_ends(facts: BodyFacts) -> str:
    sides = (("telescope", facts.front), ("camera", facts.back))
    return " nor ".join(f"its end towards the {side}" for side, port in sides if port.doubt)


def _faces(where: str, entry: Body, known: BodyFacts) -> tuple[Faces, ...]:
    """The choices of ends, with what the entry states in place of what nobody knows.

    Raises:
        TrainError: the entry contradicts every choice that the catalog knows.
    """
    sides = []
    for side, end in (("front", entry.front), ("back", entry.back)):
        ports = [getattr(faces, side) for faces in known.faces]
        stated = None if end is None else Port(end=end)
        if stated is not None and not any(_may_be(port, stated) for port in ports):
            ends = ", ".join(sorted({str(port) for port in ports}))
            raise TrainError(
                f"{where}.{side}: {stated} contradicts the catalog's {ends};"
                " with optical_length_mm and another id it is a part of your own"
            )
        sides.append(stated)
    front, back = sides
    found = [
        replace(faces, front=front or faces.front, back=back or faces.back)
        for faces in known.faces
        if (front is None or _may_be(faces.front, front))
        and (back is None or _may_be(faces.back, back))
    ]
    found = found or [
        Faces(front=front or one.front, back=back or other.back)
        for one, other in product(known.faces, known.faces)
    ]
    depths = (um(entry.front_depth_mm), um(entry.back_depth_mm))
    return tuple(dict.fromkeys(_with_depths(faces, depths) for faces in found))


def _may_be(known: Port, stated: Port) -> bool:
    """Whether a stated end is one that the catalog knows, or fills in what it does not."""
    return known.end is None or known.end == stated.end


def _with_depths(faces: Faces, depths_um: tuple[int | None, int | None]) -> Faces:
    front_um, back_um = depths_um
    return replace(
        faces,
        front=faces.front if front_um is None else replace(faces.front, depth_um=front_um),
        back=faces.back if back_um is None else replace(faces.back, depth_um=back_um),
    )
