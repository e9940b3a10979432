"""Names that say another thing than the figures of their entry."""

import re
from collections.abc import Iterator
from typing import Final

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.optic import Optic, OpticKind
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry

_ROUNDED: Final = 0.03
"""A telescope of f/9.84 is sold as one of f/10."""
_BODY_MM: Final = 50.0
"""No body is deeper; what is has an adapter, a wheel or a guider on it."""
_IN_FRONT: Final = re.compile(r"\b(adapter|wheel|guider|OAG|plate)\b|\+", re.IGNORECASE)
_MONO: Final = re.compile(r"\dMM\b")
_RATIO: Final = re.compile(r"\bf/ ?(\d+(?:\.\d+)?)", re.IGNORECASE)
_APERTURE_AND_LENGTH: Final = re.compile(r"\b\d{2,3}/(\d{3,4})\b")
_THREADS: Final = re.compile(r"(?<![A-Za-z0-9])M(\d{2,3}(?:\.\d+)?)(?![0-9.])")
_GENDERS: Final = re.compile(r"(?:(?<=\d)|\b)([MF])-(?:M\d+(?:\.\d+)?)?([MF])\b")
_GENDER_OF_A_THREAD: Final = re.compile(
    r"\bM(\d{2,3})(?:x[\d.]+)?[ -](female|male)\b", re.IGNORECASE
)
_SIZES: Final = re.compile(r"\b\d{1,2} ?x ?(1\.25|2|36|31|50)(?![\d.])")
_JOINING: Final = (PartKind.SPACER, PartKind.ADAPTER, PartKind.SHIM)


def named_figures(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield fields that are at odds with the name, each with what the name says."""
    match entry:
        case Camera():
            yield from _of_camera(entry)
        case FilterWheel():
            sizes = set(_SIZES.findall(entry.model.replace("\N{MULTIPLICATION SIGN}", "x")))
            stated = [str(one) for one in entry.filter_sizes]
            if sizes and stated and not any(one.startswith(tuple(sizes)) for one in stated):
                yield "filter_sizes", f"{', '.join(stated)}, but its name says {sizes.pop()}"
        case Optic():
            yield from _of_optic(entry)
        case Part():
            yield from _of_part(entry)
        case _:
            pass


def _of_camera(entry: Camera) -> Iterator[tuple[str, str]]:
    if entry.sensor is not None and entry.sensor.colour and _MONO.search(entry.model):
        yield "sensor.colour", "its name says mono (MM)"
    for at, way in enumerate(entry.mount_configurations):
        distance = way.flange_distance_mm
        if distance is None or distance <= _BODY_MM or way.counted_devices:
            continue
        if not _IN_FRONT.search(f"{way.name} {entry.model}"):
            says = f"no body is {distance:g} mm deep: is it a back focus, or what is in front?"
            yield f"mount_configurations.{at}.flange_distance_mm", says


def _of_optic(entry: Optic) -> Iterator[tuple[str, str]]:
    if entry.kind is OpticKind.REDUCER and (entry.magnification or 0) > 1:
        yield "magnification", f"a reducer does not lengthen: {entry.magnification:g}"
    if entry.magnification not in (None, 1):
        return  # its name may have the figures of the telescope that it is for
    for field, stated, named in (
        ("focal_ratio", entry.focal_ratio, _RATIO.findall(entry.model)),
        ("focal_length_mm", entry.focal_length_mm, _APERTURE_AND_LENGTH.findall(entry.model)),
    ):
        figures = {float(one) for one in named}
        if stated is not None and len(figures) == 1:
            (figure,) = figures
            if abs(figure - stated) > _ROUNDED * figure:
                yield field, f"{stated:g}, but its name says {figure:g}"


def _of_part(entry: Part) -> Iterator[tuple[str, str]]:
    ends = [one for one in (entry.telescope_end, entry.camera_end) if one is not None]
    threads = {
        float(found[1]) for one in ends if (found := re.match(r"M([\d.]+)x", one.standard or ""))
    }
    if entry.clear_aperture_mm is not None and threads and entry.clear_aperture_mm >= min(threads):
        says = f"{entry.clear_aperture_mm:g} mm do not go through a thread of {min(threads):g} mm"
        yield "clear_aperture_mm", says
    if entry.kind not in _JOINING or len(ends) < len(("telescope", "camera")):
        return
    named = {float(one) for one in _THREADS.findall(entry.model)}
    if named and not threads <= named:
        other = min(threads - named)
        yield "telescope_end", f"an end of M{other:g}, but its name has no such thread"
    genders = [sorted(one) for one in _GENDERS.findall(entry.model)]
    stated = sorted(str(one.gender)[0].upper() for one in ends)
    if len(genders) == 1 and genders[0] != stated:
        yield "telescope_end", f"{' and '.join(stated)}, but its name says {'-'.join(genders[0])}"
    for thread, gender in _GENDER_OF_A_THREAD.findall(entry.model):
        own = [one for one in ends if (one.standard or "").startswith(f"M{thread}x")]
        if own and all(one.gender != gender.casefold() for one in own):
            yield "telescope_end", f"M{thread} {own[0].gender}, but its name says {gender}"
