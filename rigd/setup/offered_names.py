"""Names of the catalog for a field of a train, while its words are typed. Pure."""

from rigd.catalog.catalog import Catalog
from rigd.catalog.finding import MOST_OFFERED, find_entry
from rigd.catalog.listing import title
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry
from rigd.errors import InvalidValueError
from rigd.setup.word_resolver import is_loose, is_none
from rigd.view.train_request import OfferedName, OfferedNames

_KINDS = {
    "optic": ("optic",),
    "camera": ("camera",),
    "guide_camera": ("camera",),
    "rotator": ("part",),
    "oag": ("part",),
    "wheel": ("filterwheel",),
    "drawer": ("part",),
    "devices": ("part", "filterwheel"),
    "filters": ("filter",),
    "own": ("part",),
    "no": ("part",),
    "boxes": ("camera", "part", "filterwheel"),
}
"""The tables of the catalog that a field of a request takes its words from."""
_PARTS = {
    "rotator": PartKind.ROTATOR,
    "oag": PartKind.OAG,
    "drawer": PartKind.FILTER_DRAWER,
}


def offer_names(catalog: Catalog, field: str, words: str) -> OfferedNames:
    """The entry that the words of a field mean, or the nearest ones, as `rigd spacers` has them.

    Raises:
        InvalidValueError: a train has no such field.
    """
    kinds = _KINDS.get(field)
    if kinds is None:
        msg = f"field {field[:40]!r} is not one of {', '.join(_KINDS)}"
        raise InvalidValueError(msg)

    def is_wanted(entry: Entry) -> bool:
        if field in _PARTS:
            return isinstance(entry, Part) and entry.kind is _PARTS[field]
        if field in {"own", "no"}:
            return is_loose(entry)
        return field != "devices" or not is_loose(entry)

    offered: list[OfferedName] = []
    words = words.strip()
    if words and not is_none(words):
        for kind in kinds:
            found = find_entry(catalog, kind, words, is_wanted=is_wanted)
            if found.entry is not None:
                meant = _name(kind, found.entry)
                return OfferedNames(field=field, meant=meant, offered=(meant,))
            offered += [_name(kind, entry) for entry in found.offered]
    return OfferedNames(field=field, meant=None, offered=tuple(offered[:MOST_OFFERED]))


def _name(kind: str, entry: Entry) -> OfferedName:
    return OfferedName(kind=kind, id=entry.id, name=title(entry))
