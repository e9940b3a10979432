"""Takes out of texts what says who somebody is and where: each such word becomes a stand-in.

The same word becomes the same stand-in everywhere, so that what belongs together still does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Any

NOT_PERSONAL = frozenset(
    {"", "localhost", "localhost.localdomain", "root", "pi", "rigd", "stellarmate", "astroberry"}
    | {"address", "host", "id", "mail", "path", "place", "token", "user"}
)
"""Names that thousands of computers and their users have: they say nothing of anybody. And the
words of the stand-ins."""
SHORTEST = 3
"""A name shorter than this is taken out of paths alone: as a word it is too common."""
_COORDINATES = frozenset(
    {"az", "dec", "elev", "elevation", "lat", "latitude", "long", "longitude", "lst", "ra"}
    | {"siteelevation", "sitelatitude", "sitelongitude", "azimuth", "declination"}
    | {"rightascension", "siderealtime"}
)
"""Keys and elements whose number says, with the time, where on Earth a telescope stands."""

_STOP = r"\s\"'<>|*?;:,()\[\]"
_PATH_END = rf"(?:[^{_STOP}]|[ ](?=[^{_STOP}/\\.]{{1,40}}(?:[/\\]|\.\w{{1,8}}\b)))*"
"""Up to what cannot stand in a path; over a space if what follows is plainly more of the path."""
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "path",
        re.compile(
            rf"(?<![\w:/.])(?:file://)?/(?:home|Users|mnt|media|run/media|srv|data|"
            rf"opt|root|tmp|var|run/user)/{_PATH_END}"
        ),
    ),
    ("path", re.compile(rf"(?<![\w/])~/{_PATH_END}")),
    ("path", re.compile(rf"\b[A-Za-z]:[\\/]{_PATH_END}")),
    ("path", re.compile(rf"\\\\[\w.$-]+\\{_PATH_END}")),
    ("id", re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")),
    ("address", re.compile(r"\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b")),
    ("address", re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")),
    ("address", re.compile(r"(?<![\w:.])[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%\w+)?(?!\w)")),
    ("host", re.compile(r"(?<=://)[\w-][\w.-]*(?=[:/\s]|\Z)")),
    ("host", re.compile(r"\b[\w-]+\.(?:local|lan|home|internal|localdomain|fritz\.box)\b")),
)
_VERSION = re.compile(r"(?i)(?:\bversion|\bv|\brigd|\bkstars|n\.i\.n\.a\.)[ /:=]*\Z")
"""Before four numbers that are no address."""
_SERIAL = re.compile(
    r"(?i)\b(s/?n|serial(?:[ _-]?(?:number|num|no\.?|nr\.?))?)(\s*(?:[:=#]|is)?\s*)"
    r"([0-9a-z][0-9a-z-]{3,})"
)
_SECRET = re.compile(r"(?i)\b(token|password|passwd|authorization)(\s*[:=]\s*\"?)([^\s\"',;]+)")
_LONG_NUMBER = re.compile(
    r"(?<![\w.])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}(?!\w)"
)
"""Eight or more hexadecimal digits: the serial number of a chip, as some drivers name a camera."""
_PLACE = re.compile(
    r"(?i)(?:\b(?:lat|latitude|longitude|elev|elevation|lst|site\w*|geographic\w*|observer)\b"
    r"|(?<![a-z])siderea)[^\n]*"
)
"""A line from the first word on that speaks of a place: no number in it is kept."""
_PLACE_NUMBER = re.compile(r"[+-]?\d(?:[.,:]?\d)*")
_POINTING = re.compile(
    r"(?i)\b(r\.?a\.?|dec|declination|right ascension|az|azimuth|long|longitude)"
    r"(\s*[:=]?\s*)([+-]?\d(?:[.,:]?\d)*(?:\s+\d+(?:[:.]\d+)*)*)"
)
"""Where a telescope points to, which with its altitude and the time says where it stands."""
_DEGREES = re.compile(
    r"[+-]?\d{1,3}(?:\.\d+)?\s?°(?!\s?[CF]\b)(?:\s?\d{1,2}\s?['\u2032](?:\s?\d{1,2}(?:\.\d+)?\s?[\"\u2033])?)?\s?[NSEW]?"
)


class PersonalWords:
    """Finds them and keeps which stand-in each has."""

    def __init__(
        self,
        *,
        people: Iterable[str] = (),
        hosts: Iterable[str] = (),
        ids: Iterable[str] = (),
        secrets: Iterable[str] = (),
        common: frozenset[str] = frozenset(),
    ) -> None:
        """Know some words from the start.

        Args:
            people: names of users and of their owners.
            hosts: names of computers.
            ids: what devices call themselves by and nothing else does.
            secrets: tokens.
            common: words, in small letters, that makers and recordings use too; as a user's name
                such a word is taken out of paths alone, or a telescope of that name could not be
                told any more.
        """
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._cleaned: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._words: dict[str, str] = {}
        """The kind of each known word, in small letters."""
        for kind, words in (("user", people), ("host", hosts), ("id", ids), ("token", secrets)):
            for word in words:
                self.learn(kind, word, common)

    def learn(self, kind: str, word: str, common: frozenset[str] = frozenset()) -> None:
        """Take a word out from now on wherever it stands alone."""
        small = word.strip().casefold()
        if small in NOT_PERSONAL or small in common or len(small) < SHORTEST:
            return
        with suppress(ValueError):
            address = ip_address(small)
            if address.is_loopback or address.is_unspecified:
                return
        self._words.setdefault(small, kind)

    @property
    def replaced(self) -> Mapping[str, int]:
        """How many different words of each kind were taken out."""
        return dict(self._numbers)

    def clean(self, text: str) -> str:
        """A text without them."""
        if text not in self._cleaned:
            self._cleaned[text] = self._clean(text)
        return self._cleaned[text]

    def _clean(self, text: str) -> str:
        for kind, pattern in _PATTERNS:
            text = pattern.sub(partial(self._found, kind), text)
        text = _SECRET.sub(self._secret, text)
        text = _SERIAL.sub(self._serial, text)
        text = _DEGREES.sub("…", text)
        text = _POINTING.sub(r"\1\2…", text)
        text = _PLACE.sub(lambda found: _PLACE_NUMBER.sub("…", found[0]), text)
        for word, kind in sorted(self._words.items(), key=lambda one: -len(one[0])):
            if word in text.casefold():
                text = _alone(word).sub(self._stand_in(kind, word), text)
        return _LONG_NUMBER.sub(partial(self._found, "id"), text)

    def clean_value(self, value: Any) -> Any:
        """Plain JSON without them, its keys too."""
        match value:
            case str():
                return self.clean(value)
            case Mapping():
                return {
                    self.clean(str(key)): (
                        None
                        if _is_coordinate(key) and _is_number(one)
                        else self._clean_entry(key, one)
                    )
                    for key, one in value.items()
                }
            case [str() as name, first, *rest] if _is_coordinate(name) and _is_number(first):
                return [name, None, *rest]
            case [str() as name, "value", said] if _is_coordinate(name):
                return [name, "value", None if _is_number(said) else self.clean_value(said)]
            case list() | tuple():
                return [self.clean_value(one) for one in value]
            case _:
                return value

    def find_left(self, text: str) -> str | None:
        """A known word that still stands in a text: None is as it should be."""
        small = text.casefold()
        return next((one for one in self._words if one in small and _alone(one).search(text)), None)

    def _clean_entry(self, key: object, value: Any) -> Any:
        if isinstance(value, str) and str(key).casefold() in {"unique_id", "uniqueid", "serial"}:
            return self._stand_in("id", value)
        return self.clean_value(value)

    def _found(self, kind: str, match: re.Match[str]) -> str:
        found = match[0]
        if kind in {"address", "host"} and not _is_telling(match):
            return found
        tail = re.search(r"\.[A-Za-z]{2,8}\Z", found) if kind == "path" else None
        return self._stand_in(kind, found.rstrip(".")) + (tail[0] if tail else "")

    def _secret(self, found: re.Match[str]) -> str:
        return found[1] + found[2] + self._stand_in("token", found[3])

    def _serial(self, found: re.Match[str]) -> str:
        if not any(one.isdigit() for one in found[3]):
            return found[0]  # a word: "serial port"
        return found[1] + found[2] + self._stand_in("id", found[3])

    def _stand_in(self, kind: str, word: str) -> str:
        key = (kind, word.casefold())
        if key not in self._stand_ins:
            self._numbers[kind] += 1
            self._stand_ins[key] = f"{kind}-{self._numbers[kind]}"
        return self._stand_ins[key]


def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", re.IGNORECASE)


def _is_telling(match: re.Match[str]) -> bool:
    """Whether what looks like an address is one, and not this computer's own to itself."""
    found = match[0]
    try:
        address = ip_address(found.partition("%")[0])
    except ValueError:
        is_hardware = len(found) == 17 and found.count(found[2]) == 5
        is_name = any(one.isalpha() for one in found) and ":" not in found
        return is_hardware or (is_name and found.casefold() not in NOT_PERSONAL)
    own = address.is_loopback or address.is_unspecified
    return not own and not _VERSION.search(match.string[: match.start()])


def _is_coordinate(key: object) -> bool:
    return str(key).casefold() in _COORDINATES


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
