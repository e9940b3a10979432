"""The entries that the words of one request mean, and what is wrong with them. Pure."""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from rigd.catalog.catalog import Catalog
from rigd.catalog.finding import Finding, find_entry, offer
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.alike import measures_of
from rigd.setup.lens_mount import is_lens_maker, mounts_of_maker
from rigd.view.train_request import Words

_NONE = ("none", "no", "nothing", "empty", "-")
LOOSE = (PartKind.SPACER, PartKind.ADAPTER, PartKind.SHIM, PartKind.TILTER, PartKind.T_RING)
"""What lies in a drawer at home; the other parts are devices."""
NEEDED = ("optic", "camera")
"""What every train has."""
SINGLE = ("optic", "camera", "rotator", "oag", "wheel", "drawer", "guide_camera")
"""The fields that hold one name."""


class Missing(Enum):
    """What it is that no entry of the catalog has the words of a field."""

    FAULT = auto()
    FAULT_IF_NEAR = auto()
    """They may be misspelt; what is like nothing that the catalog has is something else."""
    LACK = auto()
    """The train is answered without what the catalog would know of it."""


class WordResolver:
    """Finds the entries of one request, and collects what is wrong with it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.faults: list[str] = []
        self.remarks: list[str] = []
        self.lacking: list[str] = []
        """Of what the catalog does not have, but the train is answered without: what is lacking."""
        self.maker: str | None = None
        self.either: dict[str, tuple[str, Sequence[Sequence[Entry]]]] = {}
        """By field: the words that mean one of several entries, and these, the alike together."""
        self.named: dict[str, dict[str, object]] = {}
        """By field: the row of the device that its words mean."""

    def find(
        self,
        field: str,
        kinds: Words,
        words: str,
        is_wanted: Callable[[Entry], bool],
        *,
        hint: str = "",
        missing: Missing = Missing.FAULT,
    ) -> Entry | None:
        """The entry that the words mean; None if there is none, which is a fault.

        Args:
            field: The field of the request.
            kinds: The tables of the catalog to look in.
            words: What a person says.
            is_wanted: Leaves out entries that cannot be meant.
            hint: What else may be said where the catalog has none.
            missing: What it is that no entry has the words.
        """
        offered: list[Entry] = []
        is_near = False
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
            is_near = is_near or found.is_near or bool(found.alike)
        if field in NEEDED and is_none(words):
            self.faults.append(f"{field}: a train has one; say which")
            return None
        meant = f"; is it one of {offer(offered)}?" if offered else ""
        hint = self._hint(field, words.strip()) or hint
        other = f"; {hint}" if hint and field not in self.either else ""
        fault = f"{field}: {words!r} is no single entry of the catalog{meant}{other}"
        is_fault = missing is Missing.FAULT or (missing is Missing.FAULT_IF_NEAR and is_near)
        (self.faults if is_fault or field in self.either else self.lacking).append(fault)
        return None

    def _hint(self, field: str, words: str) -> str:
        """How what every train has is said where the catalog does not have it; else nothing."""
        mounts = mounts_of_maker(words, self.catalog) if field in NEEDED else []
        missing = "if the catalog does not have it"
        if field == "optic":
            lens = f'"{words} lens, {mounts[0].name if mounts else "Canon EF"}"'
            if mounts or is_lens_maker(words):
                return f"{missing}, say the mount of the lens: {lens}"
            return f'{missing}, say its back focus: "{words}, 55 mm"; of a camera lens: {lens}'
        if field == "camera" and mounts:
            said = " or ".join(f'"{words}, {one.flange_distance_mm:g} mm"' for one in mounts)
            names = " or ".join(one.name for one in mounts)
            return f"{missing}, say its flange distance: {said} ({names})"
        return (
            f'{missing}, say its flange distance: "{words}, 17.5 mm"' if field == "camera" else ""
        )

    def find_single(
        self, kinds: Words, words: str, is_wanted: Callable[[Entry], bool]
    ) -> Entry | None:
        """The one entry that words mean; None where they mean none or several."""
        found = (
            find_entry(self.catalog, kind, words, maker=self.maker, is_wanted=is_wanted)
            for kind in kinds
        )
        return next((one.entry for one in found if one.entry is not None), None)

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


def is_none(words: str) -> bool:
    """Whether words say that there is no such thing."""
    first, *rest = words.casefold().split() or [""]
    return first in _NONE and (not rest or first == "no")


def is_loose(entry: Entry) -> bool:
    """Whether an entry is a spacer or the like, and no device."""
    return isinstance(entry, Part) and entry.kind in LOOSE
