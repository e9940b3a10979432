"""Which optic is meant by the name of a telescope: the plain one, or the corrector made for it."""

import re
from collections.abc import Sequence

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import title
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.optic import Optic, OpticKind
from rigd.catalog.models.sourced import Entry
from rigd.catalog.searched_text import (
    SearchedText,
    is_describing,
    search_words,
    without_description,
)

NAMED_ONLY = (OpticKind.REDUCER, OpticKind.EXTENDER)
"""What changes the focal length: nobody means it who does not say so."""
_NAMES_KIND = frozenset(("reducer", "extender"))
"""Who says so means one, where what is also called so is a flattener in one with it."""
_ON = " on "
"""`0.8x flattener on the AT72EDII`: an entry for one telescope."""
_TELESCOPE_NAME = re.compile(r"[A-Za-z]{2,}[- ]?\d{2,}[A-Za-z]*")
"""How makers name a telescope: letters and its aperture."""
_KINDS = {
    OpticKind.REDUCER: "reducer",
    OpticKind.FLATTENER: "flattener",
    OpticKind.COMA_CORRECTOR: "coma corrector",
}
"""What people call it, whether its name says so or not."""
Choice = tuple[Optic, str]
"""An optic, and the sentence that says why it was taken."""


def choose_plain(words: str, found: Sequence[Optic]) -> Choice | None:
    """Return the one of several optics that is meant without further words; None if that is open.

    A reducer or an extender has to be named. Where of the plain one no distance is known, the only
    one is taken of which it is: a bare refractor has none, its flattener is what is asked about.
    """
    asked = [optic for optic in found if optic.kind in NAMED_ONLY and is_spaced(optic)]
    if len(asked) == 1 and not _NAMES_KIND.isdisjoint(search_words(words)):
        return asked[0], _naming_words(words, asked[0], found)
    plain = [optic for optic in found if optic.kind not in NAMED_ONLY]
    spaced = [optic for optic in plain if is_spaced(optic)]
    if len(plain) == 1 and spaced:
        return spaced[0], _naming_words(words, spaced[0], found)
    if len(spaced) == 1 and len({_telescope(optic) for optic in plain}) == 1:
        bare = next(optic for optic in plain if optic is not spaced[0])
        why = f"no source says what distance {title(bare)} needs"
        return spaced[0], f"{words!r} is taken to be {title(spaced[0])}: {why}"
    known = [optic for optic in found if is_spaced(optic)]
    if len(known) == 1 and len(plain) <= 1:
        other = title(plain[0]) if plain else "any other"
        why = f"no source says what distance {other} needs"
        return known[0], f"{words!r} is taken to be {title(known[0])}: {why}"
    return None


def find_served(catalog: Catalog, kind: str, words: str) -> Choice | None:
    """Return the only optic that has the words, counting those for the telescopes it is made for.

    A reducer is found so only if one of the words is its own. What only describes the telescope
    beside a corrector, such as its focal ratio, is left out where nothing is called so.
    """
    if kind != "optic":
        return None
    found = _serving(catalog, words) or _serving_named(catalog, without_description(words))
    if len(found) == 1:
        return found[0], f"{words!r} is taken to be {title(found[0])}, which is made for it"
    return choose_plain(words, found)


def _serving(catalog: Catalog, words: str) -> list[Optic]:
    """The optics that have all the words themselves or in what they are made for."""
    wanted = search_words(words)
    return [
        optic
        for optic in (catalog.all(Optic) if wanted else ())
        if all(_served_text(optic).has(word) for word in wanted)
        and (optic.kind not in NAMED_ONLY or any(_own_text(optic).has(word) for word in wanted))
    ]


def find_rivals(catalog: Catalog, words: str, found: Entry) -> list[Optic]:
    """Return the other reducers or extenders that the words fit by what those are made for.

    `C11 reducer` is in a name of the EdgeHD's, and no less one that is made for every C11. The
    telescope must be among the words by its number: a maker's name is the reducer's own.
    """
    if not isinstance(found, Optic) or found.kind not in NAMED_ONLY:
        return []
    numbered = [word for word in search_words(words) if any(map(str.isdigit, word))]
    return [
        one
        for one in _serving(catalog, words)
        if one is not found and any(SearchedText(one.works_with).has(word) for word in numbered)
    ]


def _serving_named(catalog: Catalog, words: str) -> list[Optic]:
    """The correctors that have some of the words themselves, and all with what they are made for.

    Not what is in one with a telescope: the ratio that was left out may be that of another.
    """
    wanted = search_words(words)
    return [
        optic
        for optic in _serving(catalog, words)
        if optic.kind is not OpticKind.TELESCOPE and optic.works_with
        if any(_own_text(optic).has(word) for word in wanted)
    ]


def find_behind(catalog: Catalog, kind: str, words: str) -> Choice | None:
    """Return the only corrector that some of the words name, where the others name a telescope.

    The last glass sets the distance. One that is made for certain telescopes is no such corrector,
    nor one whose name has another telescope in it (`SFFRX-152180 (SVX152T / SVX180T)`).
    """
    wanted = list(search_words(words)) if kind == "optic" else []
    telescopes = [one for one in catalog.all(Optic) if one.kind is OpticKind.TELESCOPE]
    correctors = _free_correctors(catalog)
    found: dict[str, tuple[Optic, set[str]]] = {}
    for cut in range(1, len(wanted)):
        for own, others in ((wanted[cut:], wanted[:cut]), (wanted[:cut], wanted[cut:])):
            behind = {title(one) for one in telescopes if _has_all(one, others)}
            for one in correctors:
                served = _named_telescopes(catalog, one)
                fitting = behind & served if served else behind
                if fitting and _has_all(one, own):
                    found.setdefault(one.id, (one, set()))[1].update(fitting)
    if len(found) != 1:
        return None
    ((corrector, behind),) = found.values()
    where = f" behind {next(iter(behind))}" if len(behind) == 1 else ""
    return corrector, f"{words!r} is taken to be {title(corrector)}{where}"


def find_named(catalog: Catalog, kind: str, words: str) -> Choice | None:
    """Return the only corrector that some of the words name in full, where nobody has the others.

    They are the name of a telescope that the catalog does not know, or say no more than what kind
    it is, and the last glass sets the distance all the same. A name with a number is no other's,
    whoever knows the rest. One that is made for certain telescopes is no such corrector.
    """
    wanted = list(search_words(words)) if kind == "optic" else []
    optics = catalog.all(Optic)
    found: dict[str, tuple[Optic, str]] = {}
    for cut in range(1, len(wanted)):
        for own, others in ((wanted[cut:], wanted[:cut]), (wanted[:cut], wanted[cut:])):
            name = "".join(own)
            said = [word for word in others if not is_describing(word)]
            known = any(_has_all(one, [word]) for word in said for one in optics)
            if known and not any(letter.isdigit() for letter in name):
                continue
            for one in _free_correctors(catalog):
                if name in _names(one) and not _named_telescopes(catalog, one):
                    found[one.id] = one, " ".join(others)
    if len(found) != 1:
        return None
    ((corrector, others_said),) = found.values()
    unknown = f"the catalog does not know {others_said!r} beside it"
    return corrector, f"{words!r} is taken to be {title(corrector)}: {unknown}"


def find_front_telescope(catalog: Catalog, words: str, corrector: Optic) -> Optic | None:
    """Return a telescope that words name beside a corrector; None if none, or unlike ones.

    Of several that have the words one stands for all, if they have the same focal ratio. A word
    that both have (`ZenithStar 73 Flat73A`) is the telescope's too where it stands beside another
    of that: the words are cut where they say most of it.
    """
    text, wanted = _own_text(corrector), search_words(words)
    cuts = [[word for word in wanted if not text.has(word)]]
    for cut in range(len(wanted) - 1, 0, -1):
        for own, others in (
            (wanted[cut:], wanted[:cut]),
            (wanted[: len(wanted) - cut], wanted[len(wanted) - cut :]),
        ):
            if all(text.has(word) for word in own):
                cuts.append(others)
    for others in cuts:
        found = [
            one
            for one in catalog.all(Optic)
            if one.kind is OpticKind.TELESCOPE and others and _has_all(one, others)
        ]
        if found and len({one.focal_ratio for one in found}) == 1:
            return found[0]
    return None


def _free_correctors(catalog: Catalog) -> list[Optic]:
    """The correctors that are not made for certain telescopes."""
    return [
        one
        for one in catalog.all(Optic)
        if one.kind is not OpticKind.TELESCOPE and not one.works_with and one.accessory is None
        if _ON not in one.model
    ]


def _named_telescopes(catalog: Catalog, corrector: Optic) -> set[str]:
    """What else its maker names as a corrector does: the telescope that is in its name."""
    named = [normalise(one) for one in _TELESCOPE_NAME.findall(corrector.model)]
    return {
        title(one)
        for one in catalog.all(Optic)
        if one is not corrector and one.maker == corrector.maker
        if any(_has_all(one, [name]) for name in named)
    }


def _names(optic: Optic) -> set[str]:
    """What it is called with and without its maker, as search words in one."""
    names = (optic.model, *optic.aliases)
    both = (*names, *(f"{optic.maker} {name}" for name in names))
    return {"".join(search_words(name)) for name in both}


def _has_all(optic: Optic, words: Sequence[str]) -> bool:
    text = SearchedText((optic.id, optic.maker, optic.model, *optic.aliases))
    return all(text.has(word) for word in words)


def _telescope(optic: Optic) -> str:
    """The telescope in an optic's name: `Quattro 200P` of `Quattro 200P - Native f/4`."""
    return f"{optic.maker} {optic.model.partition(' - ')[0]}"


def is_spaced(optic: Optic) -> bool:
    """Whether it is known what distance an optic demands, or that it demands none."""
    return bool(optic.back_focus) or optic.requires_back_focus is False


def _naming_words(words: str, taken: Optic, found: Sequence[Optic]) -> str:
    others = ", ".join(repr(title(optic)) for optic in found if optic is not taken)
    return f"{words!r} is taken to be {title(taken)}; name the other if you mean it: {others}"


def _own_text(optic: Optic) -> SearchedText:
    return SearchedText((optic.id, optic.model, *optic.aliases))


def _served_text(optic: Optic) -> SearchedText:
    served = (optic.maker, *optic.works_with, optic.accessory or "", _KINDS.get(optic.kind, ""))
    return SearchedText((optic.id, optic.model, *optic.aliases, *served))
