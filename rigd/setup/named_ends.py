"""The optic and the cameras of a request: from the catalog, or by a distance of their own. Pure."""

import re

from rigd.catalog.listing import title
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.sourced import Entry, Equipment
from rigd.setup.length_words import (
    NamedLength,
    is_odd_number,
    nameless_fault,
    read_length_mm,
    split_length,
)
from rigd.setup.lens_mount import lens_mount, lens_row
from rigd.setup.named_ratio import named_ratio, said_ratio
from rigd.setup.word_resolver import Missing, WordResolver, is_none

_AT_FOCAL_LENGTH = re.compile(r"(?P<words>.+\S)\s+(?:f\s*=\s*)?(?P<mm>\d{3,4})\s*mm")
"""A flattener with the focal length of the telescope that it is for."""
_FEW_DIGITS = re.compile(r"\d{1,2}")
"""No camera is called so: it is a distance without its unit."""
_MIRRORS = "nothing but mirrors"
"""Why a telescope demands no distance, that may have a corrector all the same."""
LONGEST_MM = 1000.0
"""No optic demands more behind it; our choice: what is above is a slip of the unit."""


def is_back_focus(words: str) -> bool:
    """Whether words are the back focus of an optic instead of its name."""
    return read_length_mm(words) is not None


def is_flange_distance(words: str) -> bool:
    """Whether words are the flange distance of a camera; `2600` without a unit is its name."""
    said = split_length(words)
    return (said is not None and not said.name) or _FEW_DIGITS.fullmatch(words.strip()) is not None


def name_camera(words: str, resolver: WordResolver) -> dict[str, object]:
    """Return the camera of a train file that words mean; what is wrong is added to the faults."""
    flange_mm = read_length_mm(words) if is_flange_distance(words) else None
    if flange_mm is not None and flange_mm > LONGEST_MM:
        resolver.faults.append(
            f"camera: {words!r} is no flange distance: that is 0 to {LONGEST_MM:g} mm"
        )
        return {}
    if flange_mm is not None:
        return {"name": "camera", "flange_distance_mm": flange_mm}
    if (fault := nameless_fault(words)) is not None:
        resolver.faults.append(f"camera: {fault}")
        return {}
    row: dict[str, object] = {}
    if (own := _own_length("camera", words, resolver)) is not None:
        row = {"flange_distance_mm": own.length_mm}
        words = own.name
        if not _knows("camera", words, resolver):
            return {"name": words, **row}
    faults = len(resolver.faults)
    camera = resolver.find(
        "camera", ("camera",), words, lambda _: True, missing=Missing.FAULT_IF_NEAR
    )
    if camera is None and len(resolver.faults) == faults:
        return {"name": words, **row}
    if isinstance(camera, Equipment):
        resolver.maker = camera.maker
    row = {"id": camera.id if camera else "", **row}
    if isinstance(camera, Camera) and camera.any_body and words.strip() != camera.id:
        # The body is known by its mount alone, and called as its owner does.
        row["name"] = words
        resolver.remarks.append(
            f"{words!r} is taken by its mount, as {title(camera)}: the catalog does not know its"
            " sensor"
        )
    return row


def name_guide_camera(words: str, resolver: WordResolver) -> dict[str, object]:
    """Return the guide camera of a train file that words mean."""
    if (fault := nameless_fault(words)) is not None:
        resolver.faults.append(f"guide_camera: {fault}")
        return {}
    row: dict[str, object] = {}
    if (said := split_length(words)) is not None:
        if not said.name:
            return {"name": "guide camera", "flange_distance_mm": said.length_mm}
        if (own := _own_length("camera", words, resolver)) is not None:
            row = {"flange_distance_mm": own.length_mm}
            words = own.name
            if not _knows("camera", words, resolver):
                return {"name": words, **row}
    hint = 'if the catalog does not have it, give its flange distance: "12.5 mm"'
    faults = len(resolver.faults)
    guide = resolver.find(
        "guide_camera",
        ("camera",),
        words,
        lambda _: True,
        hint=hint,
        missing=Missing.FAULT_IF_NEAR,
    )
    if guide is None and len(resolver.faults) == faults:
        return {"name": words, **row}
    return {"id": guide.id if guide else "", **row}


def name_optic(words: str, resolver: WordResolver) -> dict[str, object]:
    """Return the optic of a train file that words mean.

    One that the catalog lacks has a name alone, and so has none at all: then nobody knows what it
    demands, but what the rest takes can be said.
    """
    back_focus_mm = read_length_mm(words)
    if is_odd_number(words) or (
        back_focus_mm is not None and not 0.0 < back_focus_mm <= LONGEST_MM
    ):
        resolver.faults.append(
            f"optic: {words!r} is no back focus: that is above 0 and at most {LONGEST_MM:g} mm"
        )
        return {}
    if back_focus_mm is not None:
        return {"name": "telescope", "required_back_focus_mm": back_focus_mm}
    if is_none(words):
        return {"name": "the telescope"}
    if (fault := nameless_fault(words)) is not None:
        resolver.faults.append(f"optic: {fault}")
        return {}
    row: dict[str, object] = {}
    own = _own_length("optic", words, resolver)
    if own is not None and own.is_apart:
        row = {"required_back_focus_mm": own.length_mm}
        words = own.name
        if not _knows("optic", words, resolver):
            return {"name": words, **said_ratio(words), **row}
    called = words.strip()
    mount = lens_mount(words, resolver.catalog)
    if mount is not None and not _knows("optic", words, resolver):
        return lens_row(words, mount)
    flattener = _AT_FOCAL_LENGTH.fullmatch(words.strip())
    if flattener is not None and not _knows("optic", words, resolver):
        row["focal_length_mm"] = float(flattener["mm"])
        words = flattener["words"]
    entry = resolver.find("optic", ("optic",), words, _is_optic, missing=Missing.LACK)
    if not isinstance(entry, Optic):
        return {"name": called, **said_ratio(called), **row}
    if entry.requires_back_focus is False and _MIRRORS in (entry.none_because or ""):
        resolver.remarks.append(
            f"{title(entry)} alone is nothing but mirrors: a corrector or reducer in its focuser,"
            ' also one that came with it, asks for a distance; name both ("Quattro 8 MPCC")'
        )
    return {"id": entry.id, **named_ratio(entry, called, resolver), **row}


def _own_length(kind: str, words: str, resolver: WordResolver) -> NamedLength | None:
    """Return the length that stands behind a name: `X, 17.5 mm`; None if it is of the name."""
    said = split_length(words)
    if said is None or not said.name or not 0.0 < said.length_mm <= LONGEST_MM:
        return None
    return None if _knows(kind, words, resolver) else said


def _knows(kind: str, words: str, resolver: WordResolver) -> bool:
    """Whether the catalog has anything by these words."""
    return bool(resolver.catalog.search(words, kind=kind))


def _is_optic(entry: Entry) -> bool:
    return isinstance(entry, Optic)
