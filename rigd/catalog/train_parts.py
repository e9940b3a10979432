"""Catalog entries as parts of a train: ids become lengths, ends and glass."""

from collections.abc import Sequence

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera as CameraEntry
from rigd.catalog.models.camera import MountConfiguration
from rigd.catalog.models.filter import Filter, Substrate
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.optic import Optic as OpticEntry
from rigd.catalog.models.part import Part as PartEntry
from rigd.catalog.models.part import PartKind
from rigd.optics.back_focus import Plate
from rigd.optics.vignetting import diagonal_of
from rigd.train.connection import End
from rigd.train.part_facts import BackFocusPlane, BodyFacts, FilterFacts, OpticFacts
from rigd.train.parts import CameraMount, Port
from rigd.train.question import OpticKind, TrainCamera
from rigd.units import um_from_mm

FLANGE = "mount_configurations.flange_distance_mm"
PASSIVE = (PartKind.SPACER, PartKind.ADAPTER, PartKind.SHIM)


class CatalogLookup:
    """Answers from the catalog; what an entry does not know stays None."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def optic(self, id: str) -> OpticFacts | None:
        """Return a telescope or a corrector."""
        entry = self._catalog.find(OpticEntry, id)
        if entry is None:
            return None
        design_mm = entry.design_includes_glass_mm
        return OpticFacts(
            name=str(entry),
            port=_port(entry.camera_end),
            kind=OpticKind.PETZVAL if entry.requires_back_focus is False else OpticKind.SPACED,
            planes=tuple(
                BackFocusPlane(
                    back_focus_um=um_from_mm(plane.back_focus_mm),
                    measured_from=_join_words(plane.measured_from, plane.condition),
                )
                for plane in entry.back_focus
            ),
            focal_ratio=entry.focal_ratio,
            focal_length_mm=entry.focal_length_mm,
            tolerance_um=_um(entry.tolerance_mm),
            available_um=_um(entry.available_mm),
            design_plates=()
            if not design_mm
            else (Plate(name="glass of the design", thickness_mm=design_mm),),
        )

    def camera(self, id: str, front: Port | None = None) -> TrainCamera | None:
        """Return a camera with those of its mount configurations that can be joined."""
        entry = self._catalog.find(CameraEntry, id)
        if entry is None:
            return None
        mounts = [
            CameraMount(
                id=mount.name,
                port=port,
                flange_distance_um=um_from_mm(mount.flange_distance_mm),
                note=_preparation(mount),
                added=mount.added_parts,
            )
            for mount in entry.mount_configurations
            if (port := _port(mount.end) or front) is not None
            if mount.flange_distance_mm is not None
        ]
        disputed = [] if mounts else _disputed_mounts(entry, front)
        sensor = entry.sensor
        diagonal_mm = None
        if sensor and sensor.width_mm and sensor.height_mm:
            diagonal_mm = diagonal_of(sensor.width_mm, sensor.height_mm)
        return TrainCamera(
            name=str(entry),
            mounts=tuple(mounts or disputed),
            disputed=bool(disputed),
            diagonal_mm=diagonal_mm,
            box_parts=entry.box.parts if entry.box else (),
        )

    def part(self, id: str) -> BodyFacts | None:
        """Return a spacer, an adapter, a guider, a drawer, a rotator or a wheel."""
        entry = self._catalog.find(PartEntry, id) or self._catalog.find(FilterWheel, id)
        if entry is None:
            return None
        part = entry if isinstance(entry, PartEntry) else None
        nested_mm = part.nested_length_mm if part else None
        return BodyFacts(
            optical_length_um=_um(entry.optical_length_mm),
            front=_port(entry.telescope_end),
            back=_port(entry.camera_end),
            other_fronts=() if part else _ports(entry, "other_telescope_ends"),
            other_backs=() if part else _ports(entry, "other_camera_ends"),
            clear_aperture_um=_um(part.clear_aperture_mm) if part else None,
            box_parts=entry.included_parts if isinstance(entry, FilterWheel) else (),
            nests_in=part.nests_in if part and nested_mm is not None else (),
            nested_length_um=um_from_mm(nested_mm or 0.0),
        )

    def filter(self, id: str) -> FilterFacts | None:
        """Return a filter: its glass if it is known by name, its band if it has one alone."""
        entry = self._catalog.find(Filter, id)
        if entry is None:
            return None
        substrate = None
        if entry.substrate is not None:
            substrate = self._catalog.find(Substrate, entry.substrate)
        bands = entry.bands
        return FilterFacts(
            name=str(entry),
            thickness_mm=entry.thickness_mm
            or _only_value([s.thickness_mm for s in entry.thickness_by_size]),
            glass=substrate.glass if substrate else None,
            index=substrate.n_d if substrate and not substrate.glass else None,
            band_centre_nm=bands[0].centre_nm if len(bands) == 1 else None,
            series=f"{entry.maker} {entry.series}".casefold() if entry.series else None,
        )

    def guiders(self) -> Sequence[tuple[str, str]]:
        """Return the id and name of every off-axis guider whose length and ends are known."""
        return [
            (entry.id, str(entry))
            for entry in self._catalog.all(PartEntry)
            if entry.kind is PartKind.OAG
            if None not in (entry.optical_length_mm, entry.telescope_end, entry.camera_end)
        ]

    def is_wheel(self, id: str) -> bool:
        """Return whether an id is a filter wheel's."""
        return self._catalog.find(FilterWheel, id) is not None

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Return every spacer, adapter and shim."""
        return [
            (entry.id, facts)
            for entry in self._catalog.all(PartEntry)
            if entry.kind in PASSIVE and (facts := self.part(entry.id)) is not None
        ]

    def standards(self) -> tuple[str, ...]:
        """Return names of every joint that the catalog knows."""
        return tuple(standard.name for standard in self._catalog.all(Standard))


def _preparation(mount: MountConfiguration) -> str | None:
    """Return what must come off, and what that costs."""
    off = f"take off {', '.join(mount.removed_parts)}" if mount.removed_parts else None
    return "; ".join(words for words in (off, mount.cost) if words) or None


def _disputed_mounts(entry: CameraEntry, front: Port | None) -> list[CameraMount]:
    """Return one mount for each figure, if sources disagree about the only configuration."""
    (mount, *others) = entry.mount_configurations
    claims = [
        claim
        for conflict in entry.conflicts
        if conflict.field == FLANGE and conflict.used is None
        for claim in conflict.values
        if isinstance(claim.value, float)
    ]
    port = _port(mount.end) or front
    if others or port is None or len(claims) < 2:
        return []
    return [
        CameraMount(
            id=f"{mount.name} at {claim.value:g} mm",
            port=port,
            flange_distance_um=um_from_mm(float(claim.value)),
            note=f"sources disagree: {claim.value:g} mm says {', '.join(claim.source)}",
        )
        for claim in claims
    ]


def _ports(entry: object, side: str) -> tuple[Port, ...]:
    ends: tuple[End, ...] = getattr(entry, side, ())
    return tuple(Port(end=end) for end in ends)


def _port(end: End | None) -> Port | None:
    return None if end is None else Port(end=end)


def _um(length_mm: float | None) -> int | None:
    return None if length_mm is None else um_from_mm(length_mm)


def _only_value(values: Sequence[float]) -> float | None:
    """Return the value, if all sizes have the same."""
    return values[0] if len(set(values)) == 1 else None


def _join_words(plane: str | None, condition: str | None) -> str | None:
    return ", ".join(words for words in (plane, condition) if words) or None
