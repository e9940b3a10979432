"""A train asked for by names: search words become the ids of a train file. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as data_field
from itertools import product
from math import prod
from typing import Any

from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import title
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.part import Part
from rigd.catalog.models.sourced import Entry
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.files.wrong_values import wrong_fields
from rigd.setup.adjustments import adjust, name_rows
from rigd.setup.boxed_parts import unboxed_words
from rigd.setup.filter_fit import takes_filters
from rigd.setup.filter_words import take_apart
from rigd.setup.length_words import split_length
from rigd.setup.named_devices import name_devices
from rigd.setup.named_ends import name_camera, name_guide_camera, name_optic
from rigd.setup.open_figures import suppose
from rigd.setup.own_rings import describe_ring, pitch_words
from rigd.setup.wheel_size import size_filters
from rigd.setup.word_resolver import Missing, WordResolver, is_loose, is_none
from rigd.train.file_format import TrainFile
from rigd.view.train_request import TrainRequest

_RING_HINT = 'it is left out; a ring of your own is "M48F-M42M 10 mm", or "M48 7.5 mm"'
_COUNT = re.compile(r"(?P<words>.+?)\s*=\s*(?P<count>\d+)")
MOST_READINGS = 9
"""Up to so many meanings of a request are answered one by one; our choice: more is no answer."""
MOST_COMBINED = 50
"""So many combinations are looked at for those that belong together; our choice."""


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


def train_file_of(request: TrainRequest, catalog: Catalog) -> tuple[TrainFile, tuple[str, ...]]:
    """The train file that a request amounts to, and a sentence on each word that was interpreted.

    Raises:
        TrainError: words that mean no single entry, each with the nearest ones, all at once.
    """
    resolver = WordResolver(catalog)
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
    resolver = WordResolver(catalog)
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
        ids = {
            field: _with_length(alike[0], getattr(request, field))
            for field, alike in zip(either, chosen, strict=True)
        }
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


def _with_length(entry: Entry, words: str) -> str:
    """The id of an entry, with the length that stands behind its name."""
    said = split_length(words)
    return entry.id if said is None or not said.name else f"{entry.id}, {said.text}"


def _is_made_together(file: TrainFile, catalog: Catalog) -> bool:
    """Whether each part stands with wheels of its maker that the maker names it for."""
    ids = [row.id for row in file.devices if row.id is not None]
    parts = [part for id in ids if (part := catalog.find(Part, id)) is not None]
    wheels = [wheel for id in ids if (wheel := catalog.find(FilterWheel, id)) is not None]
    return all(
        not part.works_with or part.maker != wheel.maker or wheel.id in part.works_with
        for part, wheel in product(parts, wheels)
    )


def _file_of(request: TrainRequest, resolver: WordResolver) -> TrainFile:
    """The train file that a request amounts to.

    Raises:
        TrainError: as of `train_file_of`.
    """
    tables: dict[str, Any] = {"search": {"shop": request.shop}}
    tables["camera"] = name_camera(request.camera, resolver)
    tables["optic"] = name_optic(request.optic, resolver)
    tables["devices"] = list(name_devices(request, resolver))
    if len(tables["devices"]) > 1:
        # By names nobody says in which order they stand.
        tables["search"]["device_order"] = "usual"
    tables["filters"] = size_filters(
        list(_filters(request, resolver)), tables["devices"], request.wheel, resolver.catalog
    )
    if request.guide_camera is not None and not is_none(request.guide_camera):
        tables["guide_camera"] = name_guide_camera(request.guide_camera, resolver)
    tables["parts"] = list(_own(request, resolver))
    boxes = list(_boxes(request, resolver))
    tables["boxes"] = boxes or True
    tables["without"] = [
        entry.id
        for words in request.no
        if (entry := resolver.find("no", ("part",), words, is_loose, missing=Missing.LACK))
        is not None
    ]
    for key, value in request.adjust.items():
        resolver.faults += adjust(tables, key, value, resolver.named)
    if resolver.faults:
        raise TrainError("\n".join([*resolver.faults, *resolver.lacking]))
    resolver.remarks += resolver.lacking
    try:
        file = TrainFile.model_validate(tables)
    except ValidationError as error:
        raise TrainError("\n".join(name_rows(wrong_fields(error.errors()), tables))) from error
    resolver.remarks += unboxed_words(file, CatalogLookup(resolver.catalog))
    return file


def _filters(request: TrainRequest, resolver: WordResolver) -> Iterator[dict[str, object]]:
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


def _boxes(request: TrainRequest, resolver: WordResolver) -> Iterator[str]:
    for words in request.boxes:
        kinds = ("camera", "part", "filterwheel")
        entry = resolver.find(
            "boxes", kinds, words, lambda one: not is_loose(one), missing=Missing.LACK
        )
        if entry is not None:
            yield entry.id


def _own(request: TrainRequest, resolver: WordResolver) -> Iterator[dict[str, object]]:
    for said in request.own:
        counted = _COUNT.fullmatch(said)
        words, count = (counted["words"], int(counted["count"])) if counted else (said, 1)
        row = describe_ring(words)
        entry = resolver.find_single(("part",), words, is_loose) if row else None
        if entry is None and row is not None:
            resolver.remarks += pitch_words(words)
            yield {**row, "count": count}
            continue
        entry = entry or resolver.find(
            "own", ("part",), words, is_loose, hint=_RING_HINT, missing=Missing.LACK
        )
        if entry is not None:
            yield {"id": entry.id, "count": count}
