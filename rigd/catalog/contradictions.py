"""Entries that contradict themselves: a name, a mark or a figure that says another thing."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera, Sensor
from rigd.catalog.models.filter import Filter
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.sourced import Entry, Equipment
from rigd.catalog.named_figures import named_figures
from rigd.catalog.provenance import covers, facts_of, fields_of
from rigd.catalog.relations import Fault

_LINES_NM: Final[Mapping[str, tuple[float, float]]] = {
    "Ha": (655, 658),
    "Hb": (484, 488),
    "OIII": (494, 503),
    "SII": (670, 674),
    "NII": (657, 660),
    "R": (580, 720),
    "G": (490, 580),
    "B": (400, 500),
}
"""Where the middle of a band of that name lies; of the broad ones roughly."""
_FRAME_ERROR: Final = 0.06
_ROUNDED: Final = 0.03
"""A reducer of 0.82x is sold as one of 0.8x."""
_RECESS_MM: Final = 6.0
"""A wheel adds less than its body where a face lies within it."""
_SUM_ERROR_MM: Final = 0.05
_WIDTH: Final = re.compile(r"(\d+(?:\.\d+)?) ?nm", re.IGNORECASE)
_FACTOR: Final = re.compile(r"\b([01]\.\d+) ?x\b|\bx ?(0\.\d+)\b", re.IGNORECASE)
_SLOTS: Final = re.compile(r"\b(\d{1,2}) ?x ?(?:1\.25|2\b|36|31|50)")
_THREAD: Final = re.compile(r"M(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)")
_LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?) ?mm\b")


def contradictions(catalog: Catalog) -> Iterator[Fault]:
    """Yield what an entry says against its own name, its own figures or its own remarks."""
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            for field, says in (
                *_of_its_kind(entry),
                *named_figures(entry),
                *_of_conflicts(entry),
                *_of_marks(entry),
            ):
                yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)
    yield from _makers_in_two_spellings(catalog)


def _of_its_kind(entry: Entry) -> Iterator[tuple[str, str]]:
    match entry:
        case Camera():
            for field in ("sensor", "guide_sensor"):
                sensor = getattr(entry, field)
                if sensor is not None:
                    yield from ((f"{field}.frames", says) for says in _of_frames(sensor))
        case Filter():
            yield from _of_bands(entry)
        case FilterWheel():
            yield from _of_slots(entry)
        case Optic():
            named = _FACTOR.search(entry.model)
            factor = float(named[1] or named[2]) if named else None
            if factor and entry.magnification and abs(factor - entry.magnification) > _ROUNDED:
                yield "magnification", f"{entry.magnification:g}, but its name says {factor:g}x"
        case Part():
            yield from _of_length(entry)
        case Solution():
            yield from _of_total(entry)
        case Standard():
            yield from _of_thread(entry)
        case _:
            pass


def _of_frames(sensor: Sensor) -> Iterator[str]:
    """Yield frames that are larger than the chip, where the pixels are its own."""
    for frame in sensor.frames:
        own = frame.pixel_um in (None, sensor.pixel_um)
        sides = zip(frame.px, (sensor.width_px, sensor.height_px), strict=True)
        if own and any(all_px and px > all_px * (1 + _FRAME_ERROR) for px, all_px in sides):
            yield f"{frame.px[0]}x{frame.px[1]} is larger than the chip"


def _of_bands(entry: Filter) -> Iterator[tuple[str, str]]:
    for at, band in enumerate(entry.bands):
        low, high = _LINES_NM.get(band.name, (0, 3000))
        if not low <= band.centre_nm <= high:
            yield f"bands.{at}.centre_nm", f"{band.centre_nm:g} nm is not {band.name}"
    widths = {float(one) for one in _WIDTH.findall(entry.model)}
    stated = {band.width_nm for band in entry.bands if band.width_nm is not None}
    if len(widths) == 1 and len(entry.bands) == 1 and stated and widths != stated:
        (named,) = widths
        if named < min(_LINES_NM["B"]):
            yield "bands.0.width_nm", f"{stated.pop():g} nm, but its name says {named:g} nm"
    sizes = {one.thickness_mm for one in entry.thickness_by_size}
    if entry.thickness_mm is not None and sizes and entry.thickness_mm not in sizes:
        yield "thickness_mm", f"{entry.thickness_mm:g} mm is that of none of its sizes"


def _of_slots(entry: FilterWheel) -> Iterator[tuple[str, str]]:
    named = {
        int(one) for one in _SLOTS.findall(entry.model.replace("\N{MULTIPLICATION SIGN}", "x"))
    }
    if len(named) == 1 and entry.slots is not None and entry.slots not in named:
        yield "slots", f"{entry.slots}, but its name says {named.pop()}"
    length, body = entry.optical_length_mm, entry.body_thickness_mm
    if length is not None and body is not None and length < body - _RECESS_MM:
        yield "optical_length_mm", f"{length:g} mm is less than its body of {body:g} mm"


def _of_length(entry: Part) -> Iterator[tuple[str, str]]:
    named = {float(one) for one in _LENGTH.findall(entry.model)}
    length = entry.optical_length_mm
    joining = entry.kind in (PartKind.SPACER, PartKind.ADAPTER)
    if joining and len(named) == 1 and length and length not in named:
        yield "optical_length_mm", f"{length:g} mm, but its name says {named.pop():g} mm"


def _of_total(entry: Solution) -> Iterator[tuple[str, str]]:
    """Yield a total that its steps exceed, or, if all of them are known, do not add up to."""
    known = [step.length_mm for step in entry.steps if step.length_mm is not None]
    if not known or entry.total_mm is None:
        return
    off_mm = sum(known) - entry.total_mm
    if off_mm > _SUM_ERROR_MM or (len(known) == len(entry.steps) and off_mm < -_SUM_ERROR_MM):
        yield "total_mm", f"{entry.total_mm:g} mm, but its steps are {sum(known):g} mm"


def _of_thread(entry: Standard) -> Iterator[tuple[str, str]]:
    named = _THREAD.fullmatch(entry.name)
    for field, text in zip(
        ("diameter_mm", "pitch_mm"), named.groups() if named else (), strict=False
    ):
        stated = getattr(entry, field)
        if stated is not None and stated != float(text):
            yield field, f"{stated:g} mm, but its name says {text} mm"


def _of_conflicts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield figures that a conflict says are used, and are not."""
    facts = facts_of(entry)
    for conflict in entry.conflicts:
        used = conflict.used
        figures = [
            value
            for field, value in facts.items()
            if covers(conflict.field, field) and isinstance(value, int | float)
        ]
        if isinstance(used, int | float) and figures and used not in figures:
            says = f"{used:g} is said to be used, but the entry has {figures[0]:g}"
            yield f"conflicts.{conflict.field}", says


def _of_marks(entry: Entry) -> Iterator[tuple[str, str]]:
    fields = fields_of(entry)
    for derived in entry.derived:
        for assumed in entry.assumed:
            both = [one for one in fields if covers(derived, one) and covers(assumed, one)]
            if both:
                yield f"assumed.{assumed}", f"{both[0]} is derived too: which of both is it?"


def _makers_in_two_spellings(catalog: Catalog) -> Iterator[Fault]:
    spelled: dict[str, str] = {}
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            if not isinstance(entry, Equipment):
                continue
            plain = re.sub(r"[^a-z0-9]", "", entry.maker.casefold())
            usual = spelled.setdefault(plain, entry.maker)
            if usual != entry.maker:
                says = f"{entry.maker!r} is spelled {usual!r} elsewhere"
                yield Fault(kind=kind, entry_id=entry.id, field="maker", says=says)
