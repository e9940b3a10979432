"""The focal ratio of a train that words name, where the entry of its optic has none. Pure."""

import re

from rigd.catalog.listing import title
from rigd.catalog.models.optic import Optic, OpticKind
from rigd.catalog.searched_text import SearchedText, is_describing, search_words
from rigd.catalog.served_optics import find_front_telescope
from rigd.setup.word_resolver import WordResolver

_RATIO = re.compile(
    r"\bf\s*/\s*(?P<ratio>\d{1,2}(?:[.,]\d+)?)|\bf(?P<short>\d(?:[.,]\d+)?)\b(?!\s*mm)",
    re.IGNORECASE,
)
"""`f/4`, or `f4`; not the `F80` of a telescope's name."""
_TOGETHER = re.compile(r"\(\d+(?:\.\d+)? mm, f/(?P<ratio>\d{1,2}(?:\.\d+)?)\)")
"""What a corrector gives with one of the telescopes it is made for: `FC-100DF (540 mm, f/5.4)`."""
_KEEPS = (OpticKind.FLATTENER, OpticKind.COMA_CORRECTOR)
"""What hardly changes the focal length where no factor is stated: some per cent."""


def ratios_in(words: str) -> list[float]:
    """Return each focal ratio that words say, once."""
    found = [
        float((said["ratio"] or said["short"]).replace(",", ".")) for said in _RATIO.finditer(words)
    ]
    return list(dict.fromkeys(ratio for ratio in found if ratio > 0.5))


def said_ratio(words: str) -> dict[str, object]:
    """Return the focal ratio that words say of an optic that the catalog does not have."""
    found = ratios_in(words)
    return {"focal_ratio": found[0]} if len(found) == 1 else {}


def named_ratio(optic: Optic, words: str, resolver: WordResolver) -> dict[str, object]:
    """Return the focal ratio behind an optic that has none, if words or its telescope say it.

    A ratio in the optic's own name is that behind it (`f/6.3 reducer`), as is what it gives with
    one of the telescopes it is made for, if that is named. Any other is that of the telescope, as
    is the one of a telescope that is named beside, or of those that it is made for: that counts
    times the factor of the corrector.
    """
    if optic.focal_ratio is not None:
        return {}
    own = ratios_in(" ".join((optic.model, *optic.aliases)))
    if len(own) == 1:
        return _take(own[0], f"in the name of {title(optic)}", resolver)
    if (together := _ratio_together(optic, words)) is not None:
        return _take(together[0], f"with it, {together[1]}", resolver)
    factor = optic.magnification
    if factor is None and optic.kind in _KEEPS:
        factor = 1.0
    if optic.kind is OpticKind.TELESCOPE:
        factor = 1.0
    if factor is None:
        return {}
    times = "" if factor == 1.0 else f", times {factor:g}"
    said = ratios_in(words)
    if len(said) == 1:
        return _take(round(said[0] * factor, 2), f"as said{times}", resolver)
    if optic.kind is OpticKind.TELESCOPE:
        return {}
    telescope = find_front_telescope(resolver.catalog, words, optic)
    if telescope is not None and telescope.focal_ratio is not None:
        ratio = telescope.focal_ratio
        why = f"f/{ratio:g} of {title(telescope)}{times}"
    elif len(served := ratios_in(" ".join(_without_pairs(optic)))) == 1:
        (ratio,) = served
        why = f"it is made for {', '.join(optic.works_with)}{times}"
    else:
        return {}
    return _take(round(ratio * factor, 2), why, resolver)


def _ratio_together(optic: Optic, words: str) -> tuple[float, str] | None:
    """Return what an optic gives with the telescope that words name, and that telescope.

    None if they name none of those that it is made for, or some with unlike ratios.
    """
    own = SearchedText((optic.maker, optic.model, *optic.aliases))
    said = [one for one in search_words(words) if not own.has(one) and not is_describing(one)]
    named = [
        (float(given["ratio"]), served)
        for served in optic.works_with
        if (given := _TOGETHER.search(served))
        and all(SearchedText((served,)).has(word) for word in said)
    ]
    if len({ratio for ratio, _ in named}) != 1:
        return None
    return named[0][0], ", ".join(served for _, served in named)


def _without_pairs(optic: Optic) -> list[str]:
    """The telescopes an optic is made for, but those with which it is said what both give."""
    return [served for served in optic.works_with if _TOGETHER.search(served) is None]


def _take(ratio: float, why: str, resolver: WordResolver) -> dict[str, object]:
    resolver.remarks.append(f"f/{ratio:g} is taken for the light: {why}")
    return {"focal_ratio": ratio}
