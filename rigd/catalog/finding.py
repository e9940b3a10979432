"""One entry of the catalog by the words that a person has for it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import title
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.sourced import Entry, Equipment
from rigd.catalog.searched_text import FOCAL_RATIO, is_describing, search_words
from rigd.catalog.served_optics import (
    Choice,
    choose_plain,
    find_behind,
    find_named,
    find_rivals,
    find_served,
)
from rigd.catalog.spelling import spell

_BRACKETS = re.compile(r"\(.*?\)")
_SERIES = "EOS "
"""What all bodies of a maker are called, and nobody says: Canon 6D."""
MOST_OFFERED = 6
"""How many of the nearest hits are offered; our choice: what one reads at a glance."""

NEAR_RATIO = 0.11
"""Makers round the focal ratio to a decimal; our choice."""
NEAR_SPELLING = 0.7
"""How alike a mistyped word must be to a known one; our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The entry that is meant, or the nearest ones to choose from."""

    entry: Entry | None
    offered: tuple[Entry, ...] = ()
    remark: str | None = None
    """Why this one was taken, where the words alone did not say it."""
    alike: tuple[Entry, ...] = ()
    """Where none is meant alone: every entry that has all the words."""
    is_near: bool = False
    """Whether the words may be a known name that is misspelt, or known but for a word."""


def find_entry(
    catalog: Catalog,
    kind: str,
    words: str,
    *,
    maker: str | None = None,
    is_wanted: Callable[[Entry], bool] = lambda _: True,
) -> Finding:
    """Return the entry of a kind that words mean.

    An exact id or name wins; then the only entry that has all the words; of several, that of the
    camera's maker, and this is said. Of optics, a corrector is also found by the telescope that it
    is made for, and the plain telescope wins over its reducers. Anything else is offered, never
    guessed.

    Args:
        catalog: The catalog.
        kind: The kind of entry, such as `camera`.
        words: What a person calls it.
        maker: Of the camera in the train, once that is known.
        is_wanted: Leaves out entries of the kind that cannot be meant.
    """
    found = [entry for _, entry in catalog.search(words, kind=kind) if is_wanted(entry)]
    wanted = normalise(spell(words))
    for names in (_full_names, _short_names):
        exact = [entry for entry in found if wanted in names(entry)]
        if len(exact) == 1 and (names is _full_names or not _has_rival(exact[0], found, maker)):
            return Finding(entry=exact[0], remark=_alias_remark(words, exact[0], found))
    own = [entry for entry in found if _is_of(entry, maker)]
    own = [entry for entry in own if wanted in _short_names(entry)] or own
    if len(found) == 1:
        both = (found[0], *find_rivals(catalog, words, found[0]))
        return (
            Finding(entry=found[0])
            if len(both) == 1
            else Finding(entry=None, offered=both, alike=both)
        )
    whole = [entry for entry in found if _has_whole(words, entry)]
    if len(whole) == 1 and not _is_optic(whole[0]):
        return Finding(entry=whole[0], remark=_alias_remark(words, whole[0], found))
    if len(own) == 1:
        remark = f"{words!r} is taken to be {title(own[0])}: the camera is {maker}'s too"
        return Finding(entry=own[0], remark=remark)
    optics = [entry for entry in found if isinstance(entry, Optic)]
    chosen = choose_plain(words, optics)
    if chosen is None and not found:
        chosen = _find_corrector(catalog, kind, words)
    if chosen is not None:
        entry, remark = chosen
        return Finding(entry=entry, remark=remark)
    if found:
        shown = tuple((own or found)[:MOST_OFFERED])
        return Finding(entry=None, offered=shown, alike=tuple(own or found))
    if (rest := _find_without_unknown(catalog, kind, words, maker, is_wanted)) is not None:
        return rest
    offered, is_near = _nearest(catalog, kind, words, is_wanted)
    return Finding(entry=None, offered=offered, is_near=is_near)


def _find_without_unknown(
    catalog: Catalog,
    kind: str,
    words: str,
    maker: str | None,
    is_wanted: Callable[[Entry], bool],
) -> Finding | None:
    """Return what is meant by the words but for those that nobody has, which are named."""
    known, unknown = _split_known(catalog, kind, words)
    if not known or not unknown or not _names_model(known):
        return None
    rest = find_entry(catalog, kind, known, maker=maker, is_wanted=is_wanted)
    if rest.entry is None or _is_of_other_ratio(rest.entry, unknown):
        return None
    remark = (
        f"{words!r} is taken to be {title(rest.entry)}: the catalog does not know"
        f" {' '.join(unknown)!r} of it"
    )
    return Finding(entry=rest.entry, remark=remark)


def _split_known(catalog: Catalog, kind: str, words: str) -> tuple[str, list[str]]:
    """Return the words that some entry has, and those that none has and that name no model.

    A focal ratio and what describes any such thing are of the second kind. An unknown word with a
    digit is the name of what the catalog lacks, and the first one its maker's: then nothing is
    known.
    """
    first = next(iter(words.split()), "")
    known: list[str] = []
    unknown: list[str] = []
    for word in words.split():
        if is_describing(word):
            unknown.append(word)
        elif catalog.search(word, kind=kind):
            known.append(word)
        elif word == first or any(letter.isdigit() for letter in word):
            return "", []
        else:
            unknown.append(word)
    return " ".join(known), unknown


def _is_of_other_ratio(entry: Entry, words: Sequence[str]) -> bool:
    """Whether words say a focal ratio that an optic does not have."""
    if not isinstance(entry, Optic) or entry.focal_ratio is None:
        return False
    said = [one["ratio"] for word in words if (one := FOCAL_RATIO.fullmatch(word)) is not None]
    return any(
        abs(float(ratio.replace(",", ".")) - entry.focal_ratio) > NEAR_RATIO for ratio in said
    )


def _names_model(words: str) -> bool:
    """Whether words say which model is meant: by a number, and not by that alone."""
    return any(letter.isdigit() for letter in words) and any(letter.isalpha() for letter in words)


def _find_corrector(catalog: Catalog, kind: str, words: str) -> Choice | None:
    """The corrector that is meant by words of which no entry has all."""
    served = find_served(catalog, kind, words) or find_behind(catalog, kind, words)
    return served or find_named(catalog, kind, words)


def _is_optic(entry: Entry) -> bool:
    """Whether a rule of its own says which of several is meant: the plain one, or its corrector."""
    return isinstance(entry, Optic)


def _has_whole(words: str, entry: Entry) -> bool:
    """Whether each word is one of an entry's names, and not the beginning of one: 60D of 60Da."""
    if not isinstance(entry, Equipment):
        return False
    names = (entry.maker, entry.model, *entry.aliases)
    own = {normalise(word) for name in names for word in spell(name).split()}
    return own.issuperset(search_words(words))


def _alias_remark(words: str, taken: Entry, found: Sequence[Entry]) -> str | None:
    """What else has the words, where one is taken by a name that people merely use for it."""
    if not isinstance(taken, Equipment) or len(found) == 1:
        return None
    wanted = normalise(spell(words))
    own = {_BRACKETS.sub("", name).strip() for name in (taken.model, str(taken))}
    own |= {taken.id, taken.model, str(taken)}
    if wanted in {normalise(spell(name)) for name in own}:
        return None
    others = offer([entry for entry in found if entry is not taken][:MOST_OFFERED])
    return f"{words!r} is taken to be {title(taken)}; there is also {others}"


def _is_of(entry: Entry, maker: str | None) -> bool:
    return maker is not None and isinstance(entry, Equipment) and entry.maker == maker


def _has_rival(exact: Entry, found: Sequence[Entry], maker: str | None) -> bool:
    """Whether the camera's maker has something of that name too, and this is another maker's."""
    return not _is_of(exact, maker) and any(_is_of(entry, maker) for entry in found)


def offer(entries: Sequence[Entry]) -> str:
    """Return the entries to choose from in words, each as it can be typed."""
    return ", ".join(f"{title(entry)!r}" for entry in entries)


def _full_names(entry: Entry) -> set[str]:
    """The id, and the name with its maker."""
    return {normalise(entry.id), normalise(spell(title(entry)))}


def _short_names(entry: Entry) -> set[str]:
    """The names without the maker, and without what stands in brackets."""
    if not isinstance(entry, Equipment):
        return set()
    names = {entry.model, _BRACKETS.sub("", entry.model), *entry.aliases}
    names |= {f"{entry.maker} {alias}" for alias in entry.aliases}
    names |= {f"{entry.maker} {name.removeprefix(_SERIES)}" for name in names}
    return {normalise(spell(name.strip())) for name in names}


def _nearest(
    catalog: Catalog, kind: str, words: str, is_wanted: Callable[[Entry], bool]
) -> tuple[tuple[Entry, ...], bool]:
    """Entries that have some of the words, or a name that is spelt nearly so; whether any is."""
    rows = [entry for entry in catalog.entries.get(kind, {}).values() if is_wanted(entry)]
    respelt = _respell(catalog, kind, words, rows)
    meant = [one for _, one in catalog.search(respelt, kind=kind) if respelt and is_wanted(one)]
    hits: dict[str, int] = {}
    for word in spell(words).split():
        for _, entry in catalog.search(word, kind=kind):
            hits[entry.id] = hits.get(entry.id, 0) + len(word)
    some = sorted((e for e in rows if e.id in hits), key=lambda e: (-hits[e.id], e.id))
    by_name = {
        name: entry for entry in rows for name in sorted(_full_names(entry) | _short_names(entry))
    }
    close = get_close_matches(normalise(spell(words)), by_name, n=MOST_OFFERED, cutoff=0.6)
    ranked = {entry.id: entry for entry in (*meant, *(by_name[name] for name in close), *some)}
    return tuple((meant or list(ranked.values()))[:MOST_OFFERED]), bool(meant)


def _respell(catalog: Catalog, kind: str, words: str, rows: Sequence[Entry]) -> str:
    """Return the words with those that nobody has as the nearest that somebody has; else none."""
    names = (name for entry in rows for name in (title(entry), *_aliases(entry)))
    known = sorted({word for name in names for word in spell(name).casefold().split()})
    found = []
    for word in spell(words).casefold().split():
        is_known = bool(catalog.search(word, kind=kind))
        close = [word] if is_known else get_close_matches(word, known, 1, NEAR_SPELLING)
        if not close:
            return ""
        found += close
    return " ".join(found)


def _aliases(entry: Entry) -> tuple[str, ...]:
    return entry.aliases if isinstance(entry, Equipment) else ()
