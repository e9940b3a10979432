"""Filters of a file that go by the names people write: each gets a key. Pure.

`slots = ["L", "R", "Ha 3nm"]` is enough: a filter without a table has that name. Its key follows
from the name alone, so that it stays the same whatever slot the filter moves to.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rigd.equipment.filter_names import read_filter_name
from rigd.files.names import NAME_PATTERN, derive_name
from rigd.files.near_words import find_near
from rigd.files.text import comparable_name
from rigd.files.wrong_values import wrong_at
from rigd.optics.filter_offsets import SlotKind

_EMPTY = frozenset({"empty", "open", "none", "nofilter", "noglass"})
_DARK = frozenset({"dark", "opaque", "closed"})
_UNSURE = frozenset({"blank", "black"})


class _Filters:
    """The filters of a file, found by what a person calls them."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables: dict[str, Any] = {}
        self._described: list[str] = []
        for key, table in tables.items():
            self._add(key, table)

    def _add(self, key: str, table: Any) -> None:
        valid = re.match(NAME_PATTERN, key) is not None
        found = key if valid else self._new_key(key)
        if isinstance(table, Mapping) and "name" not in table and not valid:
            table = {**table, "name": key}
        self.tables[found] = table
        self._described.append(found)

    def find(self, words: str) -> str | None:
        """The key of the filter that words mean: its key, its name, or either as it is spelled."""
        if words in self.tables:
            return words
        exact = [key for key, table in self.tables.items() if _name_of(table) == words]
        if len(exact) == 1:
            return exact[0]
        word = comparable_name(words)
        alike = [
            key
            for key, table in self.tables.items()
            if word and word in {comparable_name(key), comparable_name(_name_of(table) or "")}
        ]
        return alike[0] if len(alike) == 1 else None

    def make(self, words: str) -> str:
        """The key of a new filter of this name."""
        key = self._new_key(words)
        self.tables[key] = {"name": words, **_kind_of(words)}
        return key

    def make_another(self, words: str) -> str:
        """The key of one more of what has no glass: a wheel may have several empty slots."""
        number = 2
        while self.find(f"{words} {number}") is not None:
            number += 1
        name = f"{words} {number}"
        key = self._new_key(name)
        self.tables[key] = {"name": name, **_kind_of(words)}
        return key

    def put_in_order(self, placed: Sequence[str]) -> None:
        """Put those that have no table behind the others, slot after slot."""
        order = [*self._described, *placed]
        self.tables = {key: self.tables[key] for key in dict.fromkeys(order)}

    def left_over(self, placed: Sequence[str]) -> list[str]:
        """Filters that have a table and stand in no slot."""
        return [key for key in self.tables if key in self._described and key not in placed]

    def name_all(self, words: Mapping[str, str]) -> dict[str, Any]:
        """All tables, each with a name: as the slots say, else the key."""
        return {
            key: {"name": words.get(key, key), **table} if isinstance(table, Mapping) else table
            for key, table in self.tables.items()
        }

    def _new_key(self, words: str) -> str:
        key = derive_name(words)
        if key and key not in self.tables:
            return key
        digits = hashlib.sha256(words.encode(errors="replace")).hexdigest()[:6]
        return f"{key or 'filter'}-{digits}"


def take_names(data: Any) -> Any:
    """Return a profile's data with a key for every filter that goes by a name.

    Raises:
        PydanticCustomError: a name is that of two filters, or is likely a mistyped one.
    """
    if not isinstance(data, dict) or not isinstance(data.get("filters", {}), dict):
        return data
    wheel = data.get("wheel")
    filters = _Filters(data.get("filters", {}))
    words: dict[str, str] = {}
    if isinstance(wheel, dict):
        rows = [wheel, *(one for one in _list(wheel.get("stack")) if isinstance(one, dict))]
        # In the order of the alphabet: where two names would share a key, slots decide nothing.
        for said in sorted(set(_names_in(rows))):
            if filters.find(said) is None:
                filters.make(said)
        taken = [_take_slots(row, filters, words, _slots_key(rows, row)) for row in rows]
        filters.put_in_order(list(words))
        _check_left_over(rows, taken, filters)
        stack = [{**row, **slots} for row, slots in zip(rows[1:], taken[1:], strict=True)]
        wheel = {**wheel, **taken[0], **({"stack": stack} if stack else {})}
        data = {**data, "wheel": wheel}
    if isinstance(reference := data.get("reference_filter"), str):
        data = {**data, "reference_filter": _reference(reference, filters)}
    if not filters.tables and "filters" not in data:
        return data
    return {**data, "filters": filters.name_all(words)}


def _names_in(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield from (said for said in _list(row.get("slots")) if isinstance(said, str) and said)


def _slots_key(rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> str:
    """Where the slots of a wheel stand in the profile."""
    return "wheel.slots" if row is rows[0] else f"wheel.stack.{rows.index(row) - 1}.slots"


def _take_slots(
    row: Mapping[str, Any], filters: _Filters, words: dict[str, str], place: str
) -> dict[str, list[Any]]:
    """The slots of a wheel by their keys; adds what each key is called."""
    slots = row.get("slots")
    if not isinstance(slots, list | tuple):
        return {}
    keys: list[Any] = []
    for number, said in enumerate(slots, 1):
        if not isinstance(said, str):
            raise wrong_at(place, f"slot {number}: a text in quotes is needed, not {said!r}")
        if not said.strip():
            what = 'write what stands in it, "Empty" where nothing does'
            raise wrong_at(place, f"slot {number} has no name: {what}")
        key = filters.find(said) or filters.make(said)
        if key in words and _kind_of(said).get("kind") is SlotKind.EMPTY:
            key = filters.make_another(said)
        words.setdefault(key, said)
        keys.append(key)
    return {"slots": keys}


def _check_left_over(
    rows: Sequence[Mapping[str, Any]], taken: Sequence[Mapping[str, Any]], filters: _Filters
) -> None:
    """Refuse a name without a table where a table without a slot has almost the same name."""
    placed = [key for one in taken for key in one.get("slots", ())]
    left = filters.left_over(placed)
    for row, slots in zip(rows, taken, strict=True):
        for number, (said, key) in enumerate(
            zip(row.get("slots", ()), slots.get("slots", ()), strict=False), 1
        ):
            if key not in filters.tables or key in left or not isinstance(said, str):
                continue
            if filters.tables[key] != {"name": said, **_kind_of(said)}:
                continue
            near = _meant(said, left)
            if near is not None:
                raise wrong_at(
                    _slots_key(rows, row),
                    f"slot {number}: {said!r} has no table of its own; did you mean {near!r}, "
                    "which is in no slot?",
                )


def _meant(words: str, left: Sequence[str]) -> str | None:
    """Return the filter that a mistyped name means; with other numbers it is another filter."""
    numbers = re.findall(r"\d+", words)
    alike = [key for key in left if re.findall(r"\d+", key) == numbers]
    meaning = read_filter_name(words)
    same = [key for key in alike if meaning is not None and read_filter_name(key) == meaning]
    return same[0] if len(same) == 1 else find_near(words, alike)


def _reference(words: str, filters: _Filters) -> str:
    if (found := filters.find(words)) is not None:
        return found
    if "+" in words:
        return "+".join(_reference(part.strip(), filters) for part in words.split("+"))
    known = [_name_of(table) or key for key, table in filters.tables.items()]
    near = _meant(words, known)
    meant = f"; did you mean {near!r}?" if near else f" (there are: {', '.join(known) or 'none'})"
    raise wrong_at("reference_filter", f"there is no filter {words!r}{meant}")


def kind_of_name(words: str) -> SlotKind | None:
    """Return what a slot is by its name alone: empty, opaque, or unknown; None: a filter."""
    word = comparable_name(words)
    for known, kind in (
        (_EMPTY, SlotKind.EMPTY),
        (_DARK, SlotKind.OPAQUE),
        (_UNSURE, SlotKind.UNKNOWN),
    ):
        if word in known:
            return kind
    return None


def _kind_of(words: str) -> dict[str, SlotKind]:
    kind = kind_of_name(words)
    return {} if kind is None else {"kind": kind}


def _name_of(table: Any) -> str | None:
    name = table.get("name") if isinstance(table, Mapping) else getattr(table, "name", None)
    return name if isinstance(name, str) else None


def _list(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list | tuple) else ()
