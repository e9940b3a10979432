"""A train asked for by names: search words become the ids of a train file. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as data_field
from itertools import product
from math import prod
from typing import Any

from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.finding import Finding, find_entry, offer
from rigd.catalog.listing import title
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry, Equipment
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.files.wrong_values import wrong_fields
from rigd.setup.adjustments import adjust, name_rows
from rigd.setup.alike import measures_of
from rigd.setup.boxed_parts import unboxed_words
from rigd.setup.filter_fit import takes_filters
from rigd.setup.filter_words import take_apart
from rigd.setup.length_words import is_odd_number, read_length_mm
from rigd.setup.lens_mount import lens_mount, lens_row
from rigd.setup.open_figures import suppose
from rigd.setup.wheel_size import size_filters
from rigd.train.file_format import TrainFile
from rigd.view.train_request import TrainRequest, Words

_AT_FOCAL_LENGTH = re.compile(r"(?P<words>.+\S)\s+(?:f\s*=\s*)?(?P<mm>\d{3,4})\s*mm")
"""A flattener with the focal length of the telescope that it is for."""
_NONE = ("none", "no", "nothing", "empty", "-")
_COUNT = re.compile(r"(?P<words>.+?)\s*=\s*(?P<count>\d+)")
LOOSE = (PartKind.SPACER, PartKind.ADAPTER, PartKind.SHIM, PartKind.TILTER, PartKind.T_RING)
"""What lies in a drawer at home; the other parts are devices."""
LONGEST_MM = 1000.0
"""No optic demands more behind it; our choice: what is above is a slip of the unit."""
MOST_READINGS = 9
"""Up to so many meanings of a request are answered one by one; our choice: more is no answer."""
MOST_COMBINED = 50
"""So many combinations are looked at for those that belong together; our choice."""
NEEDED = {
    "optic": 'if the catalog does not have it, give its back focus: "55 mm"',
    "camera": 'if the catalog does not have it, give its flange distance: "17.5 mm"',
}
"""What every train has, and how it is asked where the catalog does not have it."""
SINGLE = ("optic", "camera", "rotator", "oag", "wheel", "drawer", "guide_camera")
"""The fields that hold one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One meaning of a request."""

    meant: str | None
    """What its ambiguous words are taken to be, in words; None if none are."""
    settled_by: Mapping[str, str | float] = data_field(default_factory=dict)
    """What settles that: by the field of a request, or of its `adjust` if there is a dot in it."""
    file: TrainFile
    remarks: tuple[str, ...]
    """A sentence on each word that was interpreted."""


class _Resolver:
    """Finds the entries of one request, and collects what is wrong with it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.faults: list[str] = []
        self.remarks: list[str] = []
        self.maker: str | None = None
        self.either: dict[str, tuple[str, Sequence[Sequence[Entry]]]] = {}
        """By field: the words that mean one of several entries, and these, the alike together."""

    def find(
        self, field: str, kinds: Words, words: str, is_wanted: Callable[[Entry], bool]
    ) -> Entry | None:
        """The entry that the words mean; None if there is none, which is a fault."""
        offered: list[Entry] = []
        for kind in kinds:
            found: Finding = find_entry(
                self.catalog, kind, words, maker=self.maker, is_wanted=is_wanted
            )
            if found.entry is not None:
                if found.remark:
                    self.remarks.append(found.remark)
                return found.entry
            if (alike := self._take_alike(words, found.alike)) is not None:
                return alike
            if found.alike and field in SINGLE:
                self.either[field] = words, self._sort_alike(found.alike)
            offered += found.offered
        if field in NEEDED and is_none(words):
            self.faults.append(f"{field}: a train has one; say which")
            return None
        meant = f"; is it one of {offer(offered)}?" if offered else ""
        other = f"; {NEEDED.get(field, '')}" if field in NEEDED and field not in self.either else ""
        self.faults.append(f"{field}: {words!r} is no single entry of the catalog{meant}{other}")
        return None

    def take_filter(self, words: str) -> dict[str, object]:
        """The filter that the words mean; else one of usual thickness, and this is said."""
        found = find_entry(self.catalog, "filter", words, maker=self.maker)
        entry = found.entry or self._take_alike(words, found.alike)
        if found.remark:
            self.remarks.append(found.remark)
        if entry is not None:
            return {"id": entry.id}
        meant = f" (is it one of {offer(found.offered)}?)" if found.offered else ""
        known = f"{words!r} is no single filter of the catalog{meant}"
        self.remarks.append(f"{known}: one of usual thickness is counted")
        return {"name": words}

    def take_named_filter(self, name: str, words: str) -> dict[str, object]:
        """The filter of a name; else one that is so called."""
        found = find_entry(self.catalog, "filter", name, maker=self.maker)
        return {"name": words} if found.entry is None else {"id": found.entry.id}

    def _sort_alike(self, found: Sequence[Entry]) -> list[list[Entry]]:
        """The entries, those together that are the same to a train."""
        lookup = CatalogLookup(self.catalog)
        groups: dict[object, list[Entry]] = {}
        for entry in found:
            groups.setdefault(measures_of(entry, lookup) or entry.id, []).append(entry)
        return list(groups.values())

    def _take_alike(self, words: str, found: Sequence[Entry]) -> Entry | None:
        """The first of several entries that are the same to a train: any of them gives its answer.

        Nothing is alike of which a length or a thickness is not known.
        """
        if len(found) < 2:
            return None
        lookup = CatalogLookup(self.catalog)
        measures = {measures_of(entry, lookup) for entry in found}
        if len(measures) > 1 or None in measures:
            return None
        self.remarks.append(f"{words!r}: {offer(found)} are alike in a train")
        return found[0]


def train_file_of(request: TrainRequest, catalog: Catalog) -> tuple[TrainFile, tuple[str, ...]]:
    """The train file that a request amounts to, and a sentence on each word that was interpreted.

    Raises:
        TrainError: words that mean no single entry, each with the nearest ones, all at once.
    """
    resolver = _Resolver(catalog)
    return _file_of(request, resolver), tuple(resolver.remarks)


def readings_of(request: TrainRequest, catalog: Catalog) -> tuple[Reading, ...]:
    """What a request may mean: one train, or one for each entry that its words fit, if few do.

    Raises:
        TrainError: as of `train_file_of`.
    """
    readings = _suppose_all(_readings_of_words(request, catalog), catalog)
    return readings if len(readings) <= MOST_READINGS else _readings_of_words(request, catalog)


def _suppose_all(readings: Sequence[Reading], catalog: Catalog) -> tuple[Reading, ...]:
    """The readings, each once for every figure that goes round for what no source states."""
    found: list[Reading] = []
    for reading in readings:
        supposed = suppose(reading.file, catalog)
        for one in supposed:
            meant = " and ".join([*([reading.meant] if reading.meant else []), *one.words])
            found.append(
                Reading(
                    meant=meant,
                    file=one.file,
                    remarks=reading.remarks,
                    settled_by={**reading.settled_by, **one.settled_by},
                )
            )
        if not supposed:
            found.append(reading)
    return tuple(found)


def _readings_of_words(request: TrainRequest, catalog: Catalog) -> tuple[Reading, ...]:
    resolver = _Resolver(catalog)
    try:
        file = _file_of(request, resolver)
    except TrainError:
        either = resolver.either
        if len(resolver.faults) != len(either):
            raise
        if prod(len(groups) for _, groups in either.values()) > MOST_COMBINED:
            raise
    else:
        return (Reading(meant=None, file=file, remarks=tuple(resolver.remarks)),)
    readings = []
    for chosen in product(*(groups for _, groups in either.values())):
        ids = {field: alike[0].id for field, alike in zip(either, chosen, strict=True)}
        meant = " and ".join(
            f"{words!r} is {' or '.join(title(entry) for entry in alike)}"
            for (words, _), alike in zip(either.values(), chosen, strict=True)
        )
        file, remarks = train_file_of(request.model_copy(update=ids), catalog)
        readings.append(Reading(meant=meant, file=file, remarks=remarks, settled_by=ids))
    readings = [one for one in readings if _is_made_together(one.file, catalog)] or readings
    lookup = CatalogLookup(catalog)
    readings = [one for one in readings if takes_filters(one.file, lookup)] or readings
    if len(readings) > MOST_READINGS:
        raise TrainError("\n".join(resolver.faults))
    return tuple(readings)


def _is_made_together(file: TrainFile, catalog: Catalog) -> bool:
    """Whether each part stands with wheels of its maker that the maker names it for."""
    ids = [row.id for row in file.devices if row.id is not None]
    parts = [part for id in ids if (part := catalog.find(Part, id)) is not None]
    wheels = [wheel for id in ids if (wheel := catalog.find(FilterWheel, id)) is not None]
    return all(
        not part.works_with or part.maker != wheel.maker or wheel.id in part.works_with
        for part, wheel in product(parts, wheels)
    )


def _file_of(request: TrainRequest, resolver: _Resolver) -> TrainFile:
    """The train file that a request amounts to.

    Raises:
        TrainError: as of `train_file_of`.
    """
    tables: dict[str, Any] = {"search": {"shop": request.shop}}
    tables["camera"] = _camera(request.camera, resolver)
    tables["optic"] = _optic(request.optic, resolver)
    tables["devices"] = list(_devices(request, resolver))
    if len(tables["devices"]) > 1:
        # By names nobody says in which order they stand.
        tables["search"]["device_order"] = "usual"
    tables["filters"] = size_filters(
        list(_filters(request, resolver)), tables["devices"], request.wheel, resolver.catalog
    )
    if request.guide_camera is not None and not is_none(request.guide_camera):
        guide = resolver.find("guide_camera", ("camera",), request.guide_camera, lambda _: True)
        tables["guide_camera"] = {"id": guide.id if guide else ""}
    tables["parts"] = list(_own(request, resolver))
    boxes = list(_boxes(request, resolver))
    tables["boxes"] = boxes or True
    tables["without"] = [
        entry.id
        for words in request.no
        if (entry := resolver.find("no", ("part",), words, _is_loose)) is not None
    ]
    for key, value in request.adjust.items():
        resolver.faults += adjust(tables, key, value)
    if resolver.faults:
        raise TrainError("\n".join(resolver.faults))
    try:
        file = TrainFile.model_validate(tables)
    except ValidationError as error:
        raise TrainError("\n".join(name_rows(wrong_fields(error.errors()), tables))) from error
    resolver.remarks += unboxed_words(file, CatalogLookup(resolver.catalog))
    return file


def is_back_focus(words: str) -> bool:
    """Whether words are the back focus of an optic instead of its name."""
    return read_length_mm(words) is not None


def is_flange_distance(words: str) -> bool:
    """Whether words are the flange distance of a camera; `2600` without a unit is its name."""
    return is_back_focus(words) and not words.strip()[-1].isdigit()


def is_none(words: str) -> bool:
    """Whether words say that there is no such thing."""
    first, *rest = words.casefold().split() or [""]
    return first in _NONE and (not rest or first == "no")


def _camera(words: str, resolver: _Resolver) -> dict[str, object]:
    flange_mm = read_length_mm(words) if is_flange_distance(words) else None
    if flange_mm is not None and flange_mm > LONGEST_MM:
        resolver.faults.append(
            f"camera: {words!r} is no flange distance: that is 0 to {LONGEST_MM:g} mm"
        )
        return {}
    if flange_mm is not None:
        return {"name": "camera", "flange_distance_mm": flange_mm}
    camera = resolver.find("camera", ("camera",), words, lambda _: True)
    if isinstance(camera, Equipment):
        resolver.maker = camera.maker
    row: dict[str, object] = {"id": camera.id if camera else ""}
    if isinstance(camera, Camera) and camera.any_body and words.strip() != camera.id:
        # The body is known by its mount alone, and called as its owner does.
        row["name"] = words
        resolver.remarks.append(
            f"{words!r} is taken by its mount, as {title(camera)}: the catalog does not know its"
            " sensor"
        )
    return row


def _optic(words: str, resolver: _Resolver) -> dict[str, object]:
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
    mount = lens_mount(words, resolver.catalog)
    if mount is not None and not resolver.catalog.search(words, kind="optic"):
        return lens_row(words, mount)
    flattener = _AT_FOCAL_LENGTH.fullmatch(words.strip())
    if flattener is not None and not resolver.catalog.search(words, kind="optic"):
        named = resolver.find("optic", ("optic",), flattener["words"], _is_optic)
        return {"id": named.id, "focal_length_mm": float(flattener["mm"])} if named else {}
    entry = resolver.find("optic", ("optic",), words, _is_optic)
    return {"id": entry.id} if entry else {}


def _is_optic(entry: Entry) -> bool:
    return isinstance(entry, Optic)


def _devices(request: TrainRequest, resolver: _Resolver) -> Iterator[dict[str, object]]:
    """The devices in the usual order: rotator, guider, what else there is, then the filters."""
    asked: list[tuple[str, str | None, Words, Callable[[Entry], bool]]] = [
        ("rotator", request.rotator, ("part",), _is_kind(PartKind.ROTATOR)),
        ("oag", request.oag, ("part",), _is_kind(PartKind.OAG)),
        *(
            ("devices", words, ("part", "filterwheel"), _is_device_or_exactly(words))
            for words in request.devices
        ),
        ("wheel", request.wheel, ("filterwheel",), lambda _: True),
        ("drawer", request.drawer, ("part",), _is_kind(PartKind.FILTER_DRAWER)),
    ]
    for field, words, kinds, is_wanted in asked:
        if words is not None and not is_none(words):
            entry = resolver.find(field, kinds, words, is_wanted)
            if entry is not None:
                yield {"id": entry.id}


def _filters(request: TrainRequest, resolver: _Resolver) -> Iterator[dict[str, object]]:
    for number, words in enumerate(request.filters, start=1):
        if is_none(words):
            yield {"name": "no filter", "empty": True}
            continue
        said = take_apart(words)
        if said.fault is not None:
            resolver.faults.append(f"filters: {said.fault}")
            continue
        if said.is_spelt_out:
            name = "filter" if len(request.filters) == 1 else f"filter {number}"
            yield {"name": name, **said.row()}
            continue
        if said.is_measured:
            # Its owner says how thick it is; the name adds its glass, if one filter has it.
            yield {**resolver.take_named_filter(said.name, words), **said.row()}
            continue
        yield {**resolver.take_filter(said.rest), **said.row()}


def _boxes(request: TrainRequest, resolver: _Resolver) -> Iterator[str]:
    for words in request.boxes:
        kinds = ("camera", "part", "filterwheel")
        entry = resolver.find("boxes", kinds, words, lambda one: not _is_loose(one))
        if entry is not None:
            yield entry.id


def _own(request: TrainRequest, resolver: _Resolver) -> Iterator[dict[str, object]]:
    for said in request.own:
        counted = _COUNT.fullmatch(said)
        words, count = (counted["words"], int(counted["count"])) if counted else (said, 1)
        entry = resolver.find("own", ("part",), words, _is_loose)
        if entry is not None:
            yield {"id": entry.id, "count": count}


def _is_kind(kind: PartKind) -> Callable[[Entry], bool]:
    return lambda entry: isinstance(entry, Part) and entry.kind is kind


def _is_loose(entry: Entry) -> bool:
    return isinstance(entry, Part) and entry.kind in LOOSE


def _is_device_or_exactly(words: str) -> Callable[[Entry], bool]:
    """A device; or what else stands at a fixed place, if its id is given."""
    return lambda entry: not _is_loose(entry) or entry.id == words.strip()
