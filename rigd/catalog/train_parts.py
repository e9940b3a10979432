"""Catalog entries as parts of a train: ids become lengths, ends and glass."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from rigd.catalog.catalog import Catalog
from rigd.catalog.disputed_front import FLANGE, disputed_fronts
from rigd.catalog.length_doubt import length_doubt, other_lengths_mm
from rigd.catalog.models.camera import Camera as CameraEntry
from rigd.catalog.models.camera import MountConfiguration
from rigd.catalog.models.filter import Filter, Substrate
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.open_end import OpenEnd, Standard
from rigd.catalog.models.optic import Optic as OpticEntry
from rigd.catalog.models.part import Part as PartEntry
from rigd.catalog.models.part import PartKind
from rigd.catalog.models.sourced import Confidence, Entry
from rigd.catalog.optic_ends import with_options
from rigd.catalog.provenance import covers, facts_of, is_marked, supporters
from rigd.catalog.sensor_sizes import diagonal_mm_of, format_of
from rigd.catalog.train_ends import TrainEnds
from rigd.catalog.usual_lengths import usual_distance, usual_length
from rigd.optics.back_focus import Plate
from rigd.train.connection import Coupling, End, Gender
from rigd.train.filter_size import FilterSize, opening_of
from rigd.train.part_facts import (
    BackFocusPlane,
    BodyFacts,
    Completion,
    Faces,
    FilterFacts,
    GuidePort,
    OpticFacts,
)
from rigd.train.parts import CameraMount, Port
from rigd.train.question import (
    OpticKind,
    TrainCamera,
    TrainDeviceKind,
)
from rigd.units import um_from_mm

PASSIVE = (PartKind.SPACER, PartKind.ADAPTER, PartKind.SHIM, PartKind.TILTER, PartKind.T_RING)
_TRUSTED = (Confidence.HIGH, Confidence.MEDIUM)
"""A step size moves the focuser: one of a weak source is asked for instead."""
RINGS = (PartKind.SPACER, PartKind.ADAPTER)
"""What is nothing but a ring with two threads."""
DEVICE_KINDS = {
    PartKind.OAG: TrainDeviceKind.GUIDER,
    PartKind.FILTER_DRAWER: TrainDeviceKind.DRAWER,
    PartKind.TILTER: TrainDeviceKind.TILTER,
    PartKind.ROTATOR: TrainDeviceKind.ROTATOR,
}


class CatalogLookup:
    """Answers from the catalog; what an entry does not know stays None."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._ends = TrainEnds(catalog)

    @property
    def catalog(self) -> Catalog:
        """What it answers from."""
        return self._catalog

    def optic(self, id: str) -> OpticFacts | None:
        """Return a telescope or a corrector."""
        entry = self._catalog.find(OpticEntry, id)
        if entry is None:
            return None
        design_mm = entry.design_includes_glass_mm
        facts = OpticFacts(
            name=str(entry),
            port=self._ends.usual(
                entry, "camera_end", entry.camera_end, entry.camera_open_end, Gender.MALE
            ),
            kind=OpticKind.PETZVAL if entry.requires_back_focus is False else OpticKind.SPACED,
            planes=tuple(
                BackFocusPlane(
                    back_focus_um=um_from_mm(plane.back_focus_mm),
                    measured_from=_join_words(plane.measured_from, plane.condition),
                    port=self._ends.known(entry, f"back_focus.{place}.end", plane.end)
                    if plane.end
                    else None,
                    doubt=length_doubt(
                        self._catalog,
                        entry,
                        f"back_focus.{place}.back_focus_mm",
                        plane.back_focus_mm,
                        contested="back_focus",
                        also_mm=[one.back_focus_mm for one in entry.back_focus],
                    ),
                    other_lengths_um=self._others_um(
                        entry,
                        "back_focus",
                        plane.back_focus_mm,
                        [one.back_focus_mm for one in entry.back_focus],
                    ),
                )
                for place, plane in enumerate(entry.back_focus)
            ),
            distance_set_by=entry.distance_set_by,
            focal_ratio=entry.focal_ratio,
            focal_length_mm=entry.focal_length_mm,
            tolerance_um=_um(entry.tolerance_mm),
            tolerance_basis=entry.tolerance_basis,
            available_um=_um(entry.available_mm),
            adjuster_um=None
            if entry.adjuster is None
            else (um_from_mm(entry.adjuster.min_mm), um_from_mm(entry.adjuster.max_mm)),
            adjuster_settings=tuple(
                f"{one.setting_mm:g} mm for {one.telescope}" for one in entry.adjuster_settings
            ),
            design_plates=()
            if not design_mm
            else (Plate(name="glass of the design", thickness_mm=design_mm),),
        )
        return with_options(self._ends, entry, facts)

    def camera(self, id: str) -> TrainCamera | None:
        """Return a camera with each mount configuration whose length is known."""
        entry = self._catalog.find(CameraEntry, id)
        if entry is None:
            return None
        mounts = [
            CameraMount(
                id=mount.name,
                port=self._ends.front(entry, place),
                flange_distance_um=um_from_mm(mount.flange_distance_mm),
                note=self._preparation(mount),
                cost=mount.cost,
                loses_tilt=self._tilts(mount.removed_parts) and not self._tilts(mount.added_parts),
                length_doubt=length_doubt(
                    self._catalog,
                    entry,
                    f"mount_configurations.{place}.flange_distance_mm",
                    mount.flange_distance_mm,
                    contested=FLANGE,
                    also_mm=[one.flange_distance_mm for one in entry.mount_configurations],
                ),
                other_lengths_um=self._others_um(
                    entry,
                    FLANGE,
                    mount.flange_distance_mm,
                    [one.flange_distance_mm for one in entry.mount_configurations],
                ),
                as_shipped=mount.as_shipped,
                added=mount.added_parts,
                removed=mount.removed_parts,
                devices=mount.counted_devices,
            )
            for place, mount in enumerate(entry.mount_configurations)
            if mount.flange_distance_mm is not None
        ]
        face = self._ends.front(entry, 0)
        disputed = () if mounts else disputed_fronts(self._catalog, entry, face)
        return TrainCamera(
            name=str(entry),
            maker=entry.maker,
            mounts=tuple(mounts or disputed),
            disputed=any(front.reading for front in disputed),
            face=face,
            usual_distance=None if mounts or disputed else usual_distance(self._catalog),
            diagonal_mm=diagonal_mm_of(entry.sensor),
            formats=tuple(map(format_of, entry.sensor_formats)),
            box_parts=entry.box.parts if entry.box else (),
        )

    def _others_um(
        self,
        entry: Entry,
        field: str,
        value_mm: float | None,
        also_mm: Sequence[float | None] = (),
    ) -> tuple[int, ...]:
        """What others say of a length."""
        return tuple(map(um_from_mm, other_lengths_mm(entry, field, value_mm, also_mm=also_mm)))

    def _preparation(self, mount: MountConfiguration) -> str | None:
        """What must come off."""
        removed = [str(self._catalog.find(PartEntry, id) or id) for id in mount.removed_parts]
        return f"take off {', '.join(removed)}" if removed else None

    def _tilts(self, ids: Sequence[str]) -> bool:
        parts = [self._catalog.find(PartEntry, id) for id in ids]
        return any(part is not None and part.kind is PartKind.TILTER for part in parts)

    def part(self, id: str) -> BodyFacts | None:
        """Return a spacer, an adapter, a guider, a drawer, a rotator or a wheel."""
        entry = self._catalog.find(PartEntry, id) or self._catalog.find(FilterWheel, id)
        if entry is None:
            return None
        part = entry if isinstance(entry, PartEntry) else None
        nested_mm = part.nested_length_mm if part else None
        return BodyFacts(
            name=str(entry),
            maker=entry.maker,
            faces=tuple(self._faces(entry)),
            kind=DEVICE_KINDS.get(part.kind, TrainDeviceKind.OTHER)
            if part
            else TrainDeviceKind.WHEEL,
            optical_length_um=_um(entry.optical_length_mm),
            inside_camera=isinstance(entry, FilterWheel) and entry.inside_camera,
            usual_length=usual_length(self._catalog, part.kind if part else None)
            if entry.optical_length_mm is None
            else None,
            length_doubt=length_doubt(
                self._catalog, entry, "optical_length_mm", entry.optical_length_mm
            ),
            other_lengths_um=self._others_um(entry, "optical_length_mm", entry.optical_length_mm),
            clear_aperture_um=_um(part.clear_aperture_mm) if part else None,
            reversible=_is_reversible(part),
            box_parts=entry.included_parts,
            guide_camera_parts=part.guide_camera_parts if part else (),
            filter_openings=tuple(opening_of(size) for size in _filter_sizes(entry)),
            guide_port=_guide_port(part),
            completes=tuple(_completions(part)),
            nests_in=part.nests_in if part and nested_mm is not None else (),
            nested_length_um=um_from_mm(nested_mm or 0.0),
        )

    def _faces(self, entry: PartEntry | FilterWheel) -> Iterator[Faces]:
        """Yield every pair of ends that go together, the usual one first."""
        if isinstance(entry, PartEntry) and entry.fits_over_male_thread:
            # Between a male thread and what it goes into, either way round.
            name = entry.fits_over_male_thread
            over, into = (
                Port(end=End(standard=name, gender=one)) for one in (Gender.FEMALE, Gender.MALE)
            )
            yield Faces(front=over, back=into)
            return
        fronts = self._ends.choices(
            entry, "telescope_end", entry.telescope_end, entry.telescope_open_end
        )
        backs = self._ends.choices(entry, "camera_end", entry.camera_end, entry.camera_open_end)
        sides = [(fronts, backs)]
        if isinstance(entry, FilterWheel):
            fronts += self._ends.several(entry, "other_telescope_ends", entry.other_telescope_ends)
            backs += self._ends.several(entry, "other_camera_ends", entry.other_camera_ends)
            for place, one in enumerate(entry.other_generations):
                field = f"other_generations.{place}"
                sides.append(
                    (
                        self._ends.several(entry, f"{field}.telescope_ends", one.telescope_ends),
                        self._ends.several(entry, f"{field}.camera_ends", one.camera_ends),
                    )
                )
        for some_fronts, some_backs in sides:
            for front, back in product(some_fronts, some_backs):
                plates_um = _plate_um(front, entry.telescope_open_end)
                plates_um += _plate_um(back, entry.camera_open_end)
                yield Faces(front=front, back=back, adapters_um=plates_um)

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
            clear_aperture_um=_um(entry.clear_aperture_mm),
            thickness_by_size={one.size: one.thickness_mm for one in entry.thickness_by_size},
            series=f"{entry.maker} {entry.series}".casefold() if entry.series else None,
        )

    def step_size_um(self, id: str) -> float | None:
        """Return what a step of a focuser moves its drawtube by, where that is its own property."""
        entry = self._catalog.find(Focuser, id)
        if entry is None or self._catalog.confidence(entry, "step_size_um") not in _TRUSTED:
            return None
        return entry.step_size_um

    def guiders(self) -> Sequence[tuple[str, str]]:
        """Return the id and name of every off-axis guider whose length and ends are known."""
        return [
            (entry.id, str(entry))
            for entry in self._catalog.all(PartEntry)
            if entry.kind is PartKind.OAG
            if entry.optical_length_mm is not None
        ]

    def is_wheel(self, id: str) -> bool:
        """Return whether an id is a filter wheel's."""
        return self._catalog.find(FilterWheel, id) is not None

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Return every spacer, adapter and shim."""
        return _for_sale(self._catalog)

    def who_says(self, id: str, field: str) -> str | None:
        """Return the addresses of the sources of a field; or that it is derived, or assumed."""
        for _, entry in self._catalog.show(id):
            told = [fact for fact in facts_of(entry) if covers(field, fact)]
            for marks in (entry.assumed, entry.derived):
                if all(is_marked(marks, fact) for fact in told or (field,)):
                    return "assumed" if marks is entry.assumed else "derived"
            sources = self._catalog.sources
            named = [key for fact in told for key in supporters(entry, fact, sources)]
            if named:
                first, *others = dict.fromkeys(named)
                more = f" and {len(others)} more" if others else ""
                return sources[first].address + more
        return None

    def standards(self) -> tuple[str, ...]:
        """Return names of every joint that the catalog knows."""
        return tuple(standard.name for standard in self._catalog.all(Standard))


def _filter_sizes(entry: PartEntry | FilterWheel) -> tuple[FilterSize, ...]:
    """Return every size of filter that a wheel, with any of its carousels, or a drawer may hold."""
    if entry.filter_sizes or isinstance(entry, PartEntry):
        return entry.filter_sizes
    return tuple(dict.fromkeys(size for one in entry.carousels for size in one.filter_sizes))


def _guide_port(part: PartEntry | None) -> GuidePort | None:
    if part is None or part.guide_port is None:
        return None
    port = part.guide_port
    return GuidePort(
        prism_to_back_um=_um(port.prism_to_camera_side_mm),
        prism_to_face_um=_um(port.prism_to_face_mm),
        slide_um=_um(port.slide_mm),
    )


@lru_cache(maxsize=16)
def _for_sale(catalog: Catalog) -> tuple[tuple[str, BodyFacts], ...]:
    """The same for every rig that is derived from a catalog, and derived with each device."""
    lookup = CatalogLookup(catalog)
    return tuple(
        (entry.id, facts)
        for entry in catalog.all(PartEntry)
        if entry.kind in PASSIVE and entry.sold and (facts := lookup.part(entry.id)) is not None
    )


def _completions(part: PartEntry | None) -> Iterator[Completion]:
    for one in part.completes if part else ():
        counted = Plate(name="filter of the design", thickness_mm=one.includes_glass_mm)
        yield Completion(
            optic=one.optic,
            cameras=one.cameras,
            says=one.says,
            plates=(counted,) if one.includes_glass_mm else (),
        )


def _plate_um(port: Port, known: OpenEnd | None) -> int:
    """What the plate adds that a thread needs, where one can be bolted on without."""
    if known is None or known.adapter_mm is None or port.end is None:
        return 0
    threaded = port.end.coupling is Coupling.THREAD and port.end.standard in known.options
    return um_from_mm(known.adapter_mm) if threaded else 0


def _is_reversible(part: PartEntry | None) -> bool:
    """Whether a part may be turned round: a shim, and a ring with a thread at either side."""
    if part is None or part.fits_over_male_thread:
        return part is not None
    ends = (part.telescope_end, part.camera_end)
    return part.kind in RINGS and all(
        end is not None and end.coupling is Coupling.THREAD for end in ends
    )


def _um(length_mm: float | None) -> int | None:
    return None if length_mm is None else um_from_mm(length_mm)


def _only_value(values: Sequence[float]) -> float | None:
    """Return the value, if all sizes have the same."""
    return values[0] if len(set(values)) == 1 else None


def _join_words(plane: str | None, condition: str | None) -> str | None:
    return ", ".join(words for words in (plane, condition) if words) or None
