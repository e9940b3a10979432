"""Figures that a person states though the catalog has others: theirs count, and both are said."""

from collections.abc import Iterator
from dataclasses import dataclass

from rigd.train.file_format import (
    Body,
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    OpticEntry,
    TrainFile,
)
from rigd.train.part_facts import GuidePort, Lookup, OpticFacts
from rigd.train.question import OpticKind, TrainCamera, TrainDeviceKind
from rigd.train.resolve_camera import stated_diagonal_mm
from rigd.units import mm_from_um

Value = float | str | None
FLANGE = "mount_configurations.flange_distance_mm"
SAME = 1e-6
"""Figures that differ by less are one figure, written twice."""
DIAGONAL_SLACK_MM = 0.1
"""Data sheets round the sides of a sensor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One figure that is stated, beside those that the catalog has in its place."""

    id: str
    """Of the entry that has them."""
    name: str
    field: str
    what: str
    said: Value
    known: tuple[Value, ...]
    unit: str
    slack: float

    @property
    def is_overruled(self) -> bool:
        """Whether something else is said than any source has."""
        known = [one for one in self.known if one is not None]
        return self.said is not None and bool(known) and not any(map(self._is_said, known))

    def words(self, who_says: str | None) -> str:
        """Say both, and which of them counts."""
        known = dict.fromkeys(self._show(one) for one in self.known if one is not None)
        source = f" ({who_says})" if who_says else ""
        return (
            f"{self.what} of {self.name}: you say {self._show(self.said)}, the catalog says"
            f" {' or '.join(known)}{source}; yours counts, since you have the thing before you"
        )

    def _is_said(self, known: float | str) -> bool:
        if isinstance(known, str) or isinstance(self.said, str) or self.said is None:
            return known == self.said
        return abs(known - self.said) < self.slack

    def _show(self, value: Value) -> str:
        return self.unit.format(value if isinstance(value, str) else f"{value:.6g}")


@dataclass(frozen=True, slots=True)
class _Thing:
    """What figures are about: an entry of the catalog."""

    id: str
    name: str

    def figure(
        self,
        what: str,
        field: str,
        said: Value,
        *known: Value,
        unit: str = "{} mm",
        slack: float = SAME,
    ) -> _Figure:
        return _Figure(
            id=self.id,
            name=self.name,
            field=field,
            what=what,
            said=said,
            known=known,
            unit=unit,
            slack=slack,
        )


def find_overruled(file: TrainFile, lookup: Lookup) -> tuple[str, ...]:
    """Return a sentence on each figure of a file that stands in place of the catalog's."""
    return tuple(
        one.words(lookup.who_says(one.id, one.field))
        for one in _figures(file, lookup)
        if one.is_overruled
    )


def _figures(file: TrainFile, lookup: Lookup) -> Iterator[_Figure]:
    yield from _of_optic(file.optic, lookup)
    camera, guide = file.camera, file.guide_camera
    if camera.id is not None and (known := lookup.camera(camera.id)) is not None:
        yield from _of_camera(camera, _Thing(camera.id, known.name), known)
    for device in file.devices:
        yield from _of_body(device, lookup)
    for part in file.parts:
        yield from _of_body(part, lookup)
    for one in file.filters:
        yield from _of_filter(one, lookup)
    if guide is not None and guide.id and (known := lookup.camera(guide.id)) is not None:
        thing = _Thing(guide.id, known.name)
        yield thing.figure("flange distance", FLANGE, guide.flange_distance_mm, *_flanges_mm(known))


def _of_optic(entry: OpticEntry, lookup: Lookup) -> Iterator[_Figure]:
    known = lookup.optic(entry.id) if entry.id else None
    if entry.id is None or known is None:
        return
    figure = _Thing(entry.id, known.name).figure
    planes_mm = [_mm(plane.back_focus_um) for plane in known.planes]
    yield figure("back focus", "back_focus", entry.required_back_focus_mm, *planes_mm)
    if entry.adjustable_mm is not None:
        shortest_mm, longest_mm = entry.adjustable_mm
        said = f"{shortest_mm:g} to {longest_mm:g}"
        yield figure("range of back focus", "back_focus", said, *_ranges(known))
    is_known = bool(known.planes) or known.kind is OpticKind.PETZVAL
    yield figure("kind", "back_focus", entry.kind, known.kind if is_known else None, unit="{}")
    ratio, length_mm = known.focal_ratio, known.focal_length_mm
    yield figure("focal ratio", "focal_ratio", entry.focal_ratio, ratio, unit="f/{}")
    yield figure("focal length", "focal_length_mm", entry.focal_length_mm, length_mm)
    yield figure("tolerance", "tolerance_mm", entry.tolerance_mm, _mm(known.tolerance_um))
    room_mm = entry.available_back_focus_mm
    yield figure("room behind it", "available_mm", room_mm, _mm(known.available_um))
    if entry.design_glass is not None:
        said_mm = sum(plate.thickness_mm for plate in entry.design_glass)
        known_mm = sum(plate.thickness_mm for plate in known.design_plates) or None
        yield figure("glass in the design", "design_includes_glass_mm", said_mm, known_mm)


def _ranges(known: OpticFacts) -> Iterator[str]:
    """Yield the back focus from each plane of an optic, as a range if it has an adjuster."""
    least_um, most_um = known.adjuster_um or (0, 0)
    for plane in known.planes:
        if plane.back_focus_um is not None:
            ends_um = dict.fromkeys((plane.back_focus_um - most_um, plane.back_focus_um - least_um))
            yield " to ".join(f"{mm_from_um(um):g}" for um in ends_um)


def _of_camera(entry: CameraEntry, thing: _Thing, known: TrainCamera) -> Iterator[_Figure]:
    stated = entry.flange_distance_mm
    lengths_mm = stated if isinstance(stated, tuple) else (stated,)
    for said_mm in (*lengths_mm, *(mount.flange_distance_mm for mount in entry.mounts)):
        yield thing.figure("flange distance", FLANGE, said_mm, *_flanges_mm(known))
    diagonal_mm = known.diagonal_mm
    yield thing.figure(
        "diagonal of the sensor",
        "sensor",
        stated_diagonal_mm(entry),
        None if diagonal_mm is None else round(diagonal_mm, 2),
        slack=DIAGONAL_SLACK_MM,
    )


def _flanges_mm(camera: TrainCamera) -> list[float]:
    return [mm_from_um(mount.flange_distance_um) for mount in camera.mounts]


def _of_body(entry: Body, lookup: Lookup) -> Iterator[_Figure]:
    known = lookup.part(entry.id) if entry.id else None
    if entry.id is None or known is None:
        return
    figure = _Thing(entry.id, known.name or entry.id).figure
    length_mm, opening_mm = _mm(known.optical_length_um), _mm(known.clear_aperture_um)
    yield figure("length", "optical_length_mm", entry.optical_length_mm, length_mm)
    yield figure("opening", "clear_aperture_mm", entry.clear_aperture_mm, opening_mm)
    if not isinstance(entry, DeviceEntry):
        return
    kind = None if known.kind is TrainDeviceKind.OTHER else known.kind
    yield figure("kind", "kind", entry.kind, kind, unit="{}")
    port = known.guide_port or GuidePort()
    for what, field, said_mm, known_um in (
        (
            "way from prism to camera side",
            "prism_to_camera_side_mm",
            entry.prism_from_back_mm,
            port.prism_to_back_um,
        ),
        (
            "way from prism to guide port",
            "prism_to_face_mm",
            entry.guide_face_mm,
            port.prism_to_face_um,
        ),
        ("slide of the guide port", "slide_mm", entry.guide_slide_mm, port.slide_um),
    ):
        yield figure(what, f"guide_port.{field}", said_mm, _mm(known_um))


def _of_filter(entry: FilterEntry, lookup: Lookup) -> Iterator[_Figure]:
    known = lookup.filter(entry.id) if entry.id else None
    if entry.id is None or known is None or entry.empty:
        return
    figure = _Thing(entry.id, known.name).figure
    lengths_mm = (known.thickness_mm, *known.thickness_by_size.values())
    opening_mm = _mm(known.clear_aperture_um)
    yield figure("thickness", "thickness_mm", entry.thickness_mm, *lengths_mm)
    yield figure("glass", "substrate", entry.glass, known.glass, unit="{}")
    yield figure("index", "substrate", entry.index, known.index, unit="{}")
    yield figure("opening", "clear_aperture_mm", entry.clear_aperture_mm, opening_mm)
    yield figure("band", "bands", entry.band_centre_nm, known.band_centre_nm, unit="{} nm")


def _mm(length_um: int | None) -> float | None:
    return None if length_um is None else mm_from_um(length_um)
