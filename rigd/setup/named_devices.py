"""The devices of a request: from the catalog, or by a length that their owner states. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry, Equipment
from rigd.catalog.spelling import spell
from rigd.setup.length_words import NamedLength, nameless_fault, split_length
from rigd.setup.word_resolver import Missing, WordResolver, is_loose, is_none
from rigd.train.filter_size import find_filter_size
from rigd.train.question import TrainDeviceKind
from rigd.view.train_request import TrainRequest, Words

LONGEST_DEVICE_MM = 200.0
"""Nothing that stands in a train is longer; our choice: what is above is a slip of the unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A place in the train that a request may fill."""

    field: str
    what: str
    """What stands there, in words."""
    kind: TrainDeviceKind
    kinds: Words
    """The tables of the catalog that have such things."""
    is_wanted: Callable[[Entry], bool]

    @property
    def option(self) -> str:
        """The field, as `--adjust` and the command line name it."""
        return "device" if self.field == "devices" else self.field


def _is_kind(kind: PartKind) -> Callable[[Entry], bool]:
    return lambda entry: isinstance(entry, Part) and entry.kind is kind


_ROTATOR = _Place(
    field="rotator",
    what="rotator",
    kind=TrainDeviceKind.ROTATOR,
    kinds=("part",),
    is_wanted=_is_kind(PartKind.ROTATOR),
)
_GUIDER = _Place(
    field="oag",
    what="off-axis guider",
    kind=TrainDeviceKind.GUIDER,
    kinds=("part",),
    is_wanted=_is_kind(PartKind.OAG),
)
_WHEEL = _Place(
    field="wheel",
    what="filter wheel",
    kind=TrainDeviceKind.WHEEL,
    kinds=("filterwheel",),
    is_wanted=lambda entry: isinstance(entry, FilterWheel),
)
_DRAWER = _Place(
    field="drawer",
    what="filter drawer",
    kind=TrainDeviceKind.DRAWER,
    kinds=("part",),
    is_wanted=_is_kind(PartKind.FILTER_DRAWER),
)


def _device(words: str) -> _Place:
    """A device of any kind; or what else stands at a fixed place, if its id is given."""
    return _Place(
        field="devices",
        what="device",
        kind=TrainDeviceKind.OTHER,
        kinds=("part", "filterwheel"),
        is_wanted=lambda entry: not is_loose(entry) or entry.id == words.strip(),
    )


def name_devices(request: TrainRequest, resolver: WordResolver) -> Iterator[dict[str, object]]:
    """Yield the devices in the usual order: rotator, guider, what else there is, then the filters.

    Each is a row of a train file. What words of a row say is known by its field in `named` too.
    """
    asked = [
        (_ROTATOR, request.rotator),
        (_GUIDER, request.oag),
        *((_device(words), words) for words in request.devices),
        (_WHEEL, request.wheel),
        (_DRAWER, request.drawer),
    ]
    taken: set[object] = set()
    for place, words in asked:
        if words is None or is_none(words):
            continue
        row = _row(place, words, resolver)
        if row is None:
            continue
        if "name" in row and row["name"] in taken:
            row["name"] = f"{row['name']} {len(taken) + 1}"
        taken.add(row.get("name"))
        resolver.named.setdefault(place.option, row)
        yield row


def _row(place: _Place, words: str, resolver: WordResolver) -> dict[str, object] | None:
    """The row of a train file that words mean; None if they mean none, which is a fault."""
    if (fault := nameless_fault(words)) is not None:
        resolver.faults.append(f"{place.field}: {fault}")
        return None
    said = split_length(words)
    if said is not None and not (said.name and _knows(place, words, resolver)):
        return _measured(place, words, said, resolver)
    if _lacks_maker(place, words, resolver):
        resolver.remarks.append(
            f"{words!r} is not in the catalog, which has no {place.what} of this maker: its length"
            f' is not known (--{place.option} "{words}, 20 mm" says it)'
        )
        return {"name": words.strip(), "kind": place.kind.value}
    hint = f'if the catalog does not have it, give its length: "{words.strip()}, 20 mm"'
    faults = len(resolver.faults)
    entry = resolver.find(
        place.field,
        place.kinds,
        words,
        place.is_wanted,
        hint=hint,
        missing=Missing.FAULT if _maker_in(place, words, resolver) else Missing.FAULT_IF_NEAR,
    )
    if entry is not None:
        return {"id": entry.id}
    if len(resolver.faults) > faults:
        return None
    return {"name": words.strip(), "kind": place.kind.value}


def _measured(
    place: _Place, words: str, said: NamedLength, resolver: WordResolver
) -> dict[str, object] | None:
    """The row of a device of which the length is said: an entry with it, or one of its own."""
    if place.kind in (TrainDeviceKind.WHEEL, TrainDeviceKind.DRAWER) and _is_size(said.text):
        resolver.faults.append(
            f"{place.field}: {words!r}: {said.text} is a size of filters; as a length of the"
            f" {place.what} say it with a decimal: {_with_decimal(said.length_mm)} mm"
        )
        return None
    if not 0.0 <= said.length_mm <= LONGEST_DEVICE_MM:
        resolver.faults.append(
            f"{place.field}: {words!r}: no {place.what} is longer than {LONGEST_DEVICE_MM:g} mm"
        )
        return None
    row: dict[str, object] = {"optical_length_mm": said.length_mm}
    if said.name and _knows(place, said.name, resolver):
        entry = resolver.find_single(place.kinds, said.name, place.is_wanted)
        if entry is not None:
            return {"id": entry.id, **row}
    return {"name": said.name or place.what, "kind": place.kind.value, **row}


def _is_size(text: str) -> bool:
    """Whether a length is a size of filters as well: `36 mm` is, `36.0 mm` says that it is none."""
    if text[-1].isdigit():
        text = f"{text} inch"
    has_decimal = text.endswith("mm") and re.search(r"[.,]", text) is not None
    return find_filter_size(text) is not None and not has_decimal


def _with_decimal(length_mm: float) -> str:
    said = f"{length_mm:g}"
    return said if "." in said else f"{said}.0"


def _knows(place: _Place, words: str, resolver: WordResolver) -> bool:
    """Whether the catalog has anything for the place by these words."""
    return any(
        place.is_wanted(entry)
        for kind in place.kinds
        for _, entry in resolver.catalog.search(words, kind=kind)
    )


def _lacks_maker(place: _Place, words: str, resolver: WordResolver) -> bool:
    """Whether words name a maker of which the catalog knows something, but no such thing.

    Then none of the other makers' things is meant.
    """
    if _knows(place, words, resolver):
        return False
    return _maker_in(place, words, resolver) is False


def _maker_in(place: _Place, words: str, resolver: WordResolver) -> bool | None:
    """Whether a maker that words name has such things in the catalog; None if they name none."""
    said = f" {spell(words).casefold()} "
    every = [
        (one.maker, place.is_wanted(one))
        for rows in resolver.catalog.entries.values()
        for one in rows.values()
        if isinstance(one, Equipment)
    ]
    named = {maker for maker, _ in every if f" {spell(maker).casefold()} " in said}
    if not named:
        return None
    return any(maker in named and is_such for maker, is_such in every)
