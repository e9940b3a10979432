"""The standards of joints: one list for the catalog, train files, inventories and drawings.

The list is the catalog's, with every name that people have for a standard. A metric thread needs
no entry: its name says it all.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rigd.train.connection import Coupling

_METRIC = re.compile(r"M\d{2,3}(\.\d+)?x(0\.5|0\.6|0\.75|1|1\.25|1\.5|2)")
_BARE_METRIC = re.compile(r"M\d{2,3}(\.\d+)?")
_NO_PITCH = ", pitch not stated"
_LIST = "standards/standards.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class JointStandard:
    """A standard by its exact name."""

    name: str
    coupling: Coupling
    diameter_mm: float | None
    """Nominal diameter; None where it is not known."""


def find_standard(text: str) -> JointStandard | None:
    """Return the standard that a text names, in whichever spelling; None if none is known."""
    return _by_name().get(_spell(text))


def thread_name(text: str) -> str:
    """Return the exact name of a thread, with its pitch.

    Raises:
        ValueError: it is no thread that is known, or lacks its pitch; says what could be meant.
    """
    known = find_standard(text)
    if known is not None and known.coupling is Coupling.THREAD:
        return known.name
    name = _METRIC.fullmatch(text.strip().upper().replace("X", "x"))
    if name is not None:
        return name[0]
    if is_bare_metric(text):
        pitches = threads_of_diameter(text)
        if len(pitches) == 1:
            return pitches[0]
        among = " and ".join(pitches or ("M42x0.75", "M42x1"))
        raise ValueError(f"thread {text!r} lacks its pitch: {among} do not mate")
    others = ", ".join(name for name in thread_names() if not _METRIC.fullmatch(name))
    raise ValueError(f"unknown thread {text!r}: write M48x0.75, T2, or one of {others}")


def thread_or_diameter(text: str) -> str:
    """Return the exact name of a thread; of a diameter with several pitches the diameter alone.

    Which pitch is meant may follow from what the catalog knows.

    Raises:
        ValueError: as of `thread_name`.
    """
    if is_bare_metric(text) and len(threads_of_diameter(text)) > 1:
        return text.strip().upper()
    return thread_name(text)


def is_bare_metric(text: str) -> bool:
    """Return whether a text is a metric diameter without a pitch: `M42`."""
    return _BARE_METRIC.fullmatch(text.strip().upper()) is not None


def without_pitch(diameter: str) -> str:
    """Return what a metric thread is called of which nobody states the pitch.

    It joins its like alone: a maker's adapter for it, of which the pitch is not stated either.
    """
    return f"{diameter}{_NO_PITCH}"


def may_be_thread(known: str, said: str) -> bool:
    """Return whether a known thread, maybe without its pitch, is the one that is said."""
    return (
        known == said or known.startswith(f"{said}x") or known == without_pitch(diameter_of(said))
    )


def diameter_of(thread: str) -> str:
    """Return the diameter of a metric thread, without its pitch: `M42` of `M42x0.75`."""
    return thread.partition("x")[0]


def threads_of_diameter(text: str) -> tuple[str, ...]:
    """Return the threads of the list with a metric diameter: both pitches of `M42`."""
    start = f"{text.strip().upper()}x"
    return tuple(name for name in thread_names() if name.startswith(start))


def standard_name(text: str) -> str:
    """Return the exact name of any joint; what the list does not know stays as it is."""
    known = find_standard(text)
    return text.strip() if known is None else known.name


def thread_names() -> tuple[str, ...]:
    """Return the name of every thread of the list."""
    known = dict.fromkeys(_by_name().values())
    return tuple(one.name for one in known if one.coupling is Coupling.THREAD)


@cache
def _by_name() -> dict[str, JointStandard]:
    text = resources.files("rigd.profiles").joinpath(_LIST).read_text(encoding="utf-8")
    found: dict[str, JointStandard] = {}
    for row in tomllib.loads(text)["standard"]:
        standard = JointStandard(
            name=row["name"],
            coupling=Coupling(row["coupling"]),
            diameter_mm=row.get("diameter_mm"),
        )
        for name in (row["name"], *row.get("aliases", ())):
            found[_spell(name)] = standard
    return found


def _spell(name: str) -> str:
    """A name without what spellings differ in: case, blanks, dashes, and the sign for an inch."""
    plain = name.casefold().replace('"', "in").replace("inch", "in").replace("\u2033", "in")
    return re.sub(r"[\s_\-]", "", plain)
