"""A distance that a maker's part sets in place of spacers."""

from dataclasses import dataclass

from rigd.optics.back_focus import Plate


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerSetDistance:
    """What sets the distance in place of spacers."""

    words: str
    plates: tuple[Plate, ...] = ()
    """The glass that it already counts."""
