"""What a train is drawn on: a sheet for the screen or the printer, its colours, marks and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rigd.files.plain_words import plain
from rigd.train.drawing_text import Letters

MARGIN = 40.0
DISC = 9.0
"""Half the width of a digit's circle."""

STYLE = """
svg { font-family: "DejaVu Sans", Verdana, sans-serif; }
text { fill: #111; }
.title { font-size: 18px; font-weight: bold; }
.plain { font-size: 13px; }
.small { font-size: 12px; }
.digit { fill: #fff; font-size: 11px; font-weight: bold; }
.middle { text-anchor: middle; }
.right { text-anchor: end; }
.check { fill: #b3261e; }
.add { fill: #8a4b00; }
.paper, .hollow { fill: #fff; stroke: none; }
.wall { fill: #8a94a3; stroke: #111; stroke-width: 1; }
.device { fill: #b9c7dd; stroke: #111; stroke-width: 1; }
.body { fill: #5c6672; stroke: #111; stroke-width: 1; }
.bought { fill: #f0b25a; stroke: #111; stroke-width: 1; }
.ring { fill: #cfd5dc; stroke: #111; stroke-width: 1; }
.thread { fill: #2f3944; stroke: none; }
.bolt { fill: #f4f6f8; stroke: #111; stroke-width: 0.8; }
.prism { fill: #9fd3ee; stroke: #0b4f73; stroke-width: 1; }
.shim { fill: #f0b25a; stroke: #8a4b00; stroke-width: 1; }
.cone { fill: #ffd84d; fill-opacity: 0.45; stroke: #b58900; stroke-width: 1; }
.somewhere { stroke-dasharray: 4 3; }
.glass { fill: #3aa0d8; fill-opacity: 0.75; stroke: #0b4f73; stroke-width: 1; }
.sensor { fill: #c0392b; stroke: none; }
.line { stroke: #111; stroke-width: 1.2; fill: none; }
.thin { stroke: #555; stroke-width: 0.8; fill: none; }
.axis { stroke: #555; stroke-width: 0.8; fill: none; stroke-dasharray: 14 3 3 3; }
.guess { fill: none; stroke: #111; stroke-width: 1; stroke-dasharray: 3 3; }
.leader { stroke: #555; stroke-width: 0.9; fill: none; }
.doubt { stroke: #b3261e; stroke-width: 1.1; stroke-dasharray: 4 2; fill: none; }
.gap { fill: #b3261e; fill-opacity: 0.14; stroke: #b3261e; stroke-width: 1.4; }
.unknown { fill: url(#hatch); stroke: #b3261e; stroke-width: 1.4; stroke-dasharray: 4 2; }
.hatch { stroke: #b3261e; stroke-width: 1.4; }
.need { stroke: #0b6b3a; stroke-width: 2; stroke-dasharray: 6 4; fill: none; }
.disc { fill: #111; }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #eee; }
  .check { fill: #ff9a8f; }
  .add { fill: #f5c27a; }
  .wall { fill: #6b7685; stroke: #eee; }
  .device { fill: #4b6286; stroke: #eee; }
  .body { fill: #343b44; stroke: #eee; }
  .bought { fill: #a8702a; stroke: #eee; }
  .ring { fill: #8d98a6; stroke: #eee; }
  .paper, .hollow { fill: #14171b; }
  .guess, .line { stroke: #eee; }
  .thin, .axis, .leader { stroke: #aab3bd; }
  .thread { fill: #e3e8ee; }
  .bolt { fill: #22272d; stroke: #eee; }
  .cone { fill-opacity: 0.3; }
  .doubt, .gap, .unknown, .hatch { stroke: #ff9a8f; }
  .need { stroke: #58d68d; }
  .disc { fill: #eee; }
  .digit { fill: #14171b; }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the drawing is for: a screen, where it is as large as it may be, or paper at 1:1."""

    width: float
    """In units of the drawing."""
    most_section: float
    """How high the section may be."""
    unit_mm: float | None = None
    """What a unit of the drawing is on paper; None on a screen."""
    most_height: float | None = None
    """How high all of it may be."""

    @property
    def room(self) -> float:
        """Between the margins."""
        return self.width - 2.0 * MARGIN

    @property
    def right(self) -> float:
        """Where the right margin begins."""
        return self.width - MARGIN


SCREEN = Sheet(width=1000.0, most_section=430.0)
PAPER = Sheet(width=1290.0, most_section=950.0, unit_mm=0.2, most_height=950.0)
"""258 mm by 190 mm: on A4 and on Letter, with a centimetre of margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Millimetres of the section to the drawing's own units."""

    scale: float
    left: float
    axis: float

    def x(self, at_mm: float) -> float:
        """Across: from the optic's rear shoulder."""
        return self.left + self.scale * at_mm

    def y(self, height_mm: float) -> float:
        """Up: from the optical axis."""
        return self.axis - self.scale * height_mm

    def box(self, css: str, start_mm: float, end_mm: float, heights_mm: tuple[float, float]) -> str:
        """Return a rectangle between two heights."""
        low, high = heights_mm
        if high <= low or end_mm <= start_mm:
            return ""
        return (
            f'<rect class="{css}" x="{self.x(start_mm):.1f}" y="{self.y(high):.1f}"'
            f' width="{self.scale * (end_mm - start_mm):.1f}"'
            f' height="{self.scale * (high - low):.1f}"/>'
        )

    def both(
        self, css: str, start_mm: float, end_mm: float, heights_mm: tuple[float, float]
    ) -> str:
        """Return the same wall above and below the axis."""
        low, high = heights_mm
        below = self.box(css, start_mm, end_mm, (-high, -low))
        return self.box(css, start_mm, end_mm, (low, high)) + below

    def polygon(self, css: str, corners_mm: Sequence[tuple[float, float]]) -> str:
        """Return a filled shape with corners across and up."""
        points = " ".join(f"{self.x(across):.1f},{self.y(up):.1f}" for across, up in corners_mm)
        return f'<polygon class="{css}" points="{points}"/>'

    def path(self, css: str, corners_mm: Sequence[tuple[float, float]]) -> str:
        """Return an open line through points across and up."""
        return polyline(css, [(self.x(across), self.y(up)) for across, up in corners_mm])


def polyline(css: str, points: Sequence[tuple[float, float]]) -> str:
    """Return a line through points in units of the drawing."""
    return f'<polyline class="{css}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def mark_up(words: str) -> str:
    """Return words as they stand in the text of a document."""
    return escape(plain(words), quote=False)


def text(letters: Letters, x: float, y: float, words: str, css: str = "") -> str:
    """Return words on a baseline; `css` may say where x is of them, and their colour."""
    names = f"{letters.css} {css}".strip()
    return f'<text class="{names}" x="{x:.1f}" y="{y:.1f}">{mark_up(words)}</text>'


def lines(letters: Letters, x: float, y: float, words: Sequence[str], css: str = "") -> list[str]:
    """Return lines of words, the first on a baseline."""
    return [text(letters, x, y + n * letters.line, line, css) for n, line in enumerate(words)]
