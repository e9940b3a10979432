"""The formats of autofocus logs by name, as the source of every run begins; without readers."""

from enum import StrEnum


class LogFormat(StrEnum):
    """A format that `reader` reads, FITS headers apart."""

    NINA_REPORT = "N.I.N.A."
    NINA_LOG = "N.I.N.A. log"
    EKOS = "Ekos"
    EKOS_FOCUS = "Ekos focus log"
    KSTARS = "KStars log"
    ASIAIR = "ASIAIR"
    CCDCIEL = "CCDciel"
    SGP = "SGP"
    FOCUSMAX = "FocusMax"
    THESKYX = "TheSkyX"
    TABLE = "table"


def format_of(source: str) -> str:
    """Return the format that a run's source names; the whole source where it names none."""
    named = [one.value for one in LogFormat if source.startswith(f"{one} ")]
    return max(named, key=len, default=source)
