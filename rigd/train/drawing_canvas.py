"""What a train is drawn on: millimetres to picture units, the colours, the table below."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 1000.0
MARGIN = 40.0
ROW = 26.0
FIGURE_SIZE = 9.0
"""Half the width of a digit's circle."""
LONGEST = 50
"""Characters of a table's cell."""

STYLE = """
svg { font-family: "DejaVu Sans", Verdana, sans-serif; }
text { fill: #111; font-size: 14px; }
.title { font-size: 18px; font-weight: bold; }
.small { font-size: 12px; }
.wall { fill: #8a94a3; stroke: #111; stroke-width: 1; }
.device { fill: #b9c7dd; stroke: #111; stroke-width: 1; }
.body { fill: #5c6672; stroke: #111; stroke-width: 1; }
.bought { fill: #f0b25a; stroke: #111; stroke-width: 1; }
.paper { fill: #fff; stroke: none; }
.guess { fill: none; stroke: #111; stroke-width: 1; stroke-dasharray: 3 3; }
.thread { fill: #3d4753; stroke: none; }
.cone { fill: #ffd84d; fill-opacity: 0.45; stroke: #b58900; stroke-width: 1; }
.glass { fill: #3aa0d8; fill-opacity: 0.75; stroke: #0b4f73; stroke-width: 1; }
.sensor { fill: #c0392b; stroke: none; }
.line { stroke: #111; stroke-width: 1.2; fill: none; }
.need { stroke: #0b6b3a; stroke-width: 2; stroke-dasharray: 6 4; fill: none; }
.disc { fill: #111; }
.digit { fill: #fff; font-size: 11px; font-weight: bold; text-anchor: middle; }
.middle { text-anchor: middle; }
.right { text-anchor: end; }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #eee; }
  .wall { fill: #6b7685; stroke: #eee; }
  .device { fill: #4b6286; stroke: #eee; }
  .body { fill: #343b44; stroke: #eee; }
  .bought { fill: #a8702a; stroke: #eee; }
  .paper { fill: #14171b; }
  .guess, .line { stroke: #eee; }
  .thread { fill: #cdd5df; }
  .cone { fill-opacity: 0.3; }
  .need { stroke: #58d68d; }
  .disc { fill: #eee; }
  .digit { fill: #14171b; }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Millimetres to the picture's own units."""

    scale: float
    left: float
    axis: float
    tallest_mm: float

    def x(self, at_mm: float) -> float:
        """Across: from the optic's rear shoulder."""
        return self.left + self.scale * at_mm

    def y(self, height_mm: float) -> float:
        """Up: from the optical axis."""
        return self.axis - self.scale * height_mm

    def box(self, css: str, start_mm: float, end_mm: float, heights_mm: tuple[float, float]) -> str:
        """Return a rectangle between two heights."""
        low, high = heights_mm
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
        if high <= low or end_mm <= start_mm:
            return ""
        above = self.box(css, start_mm, end_mm, (low, high))
        return above + self.box(css, start_mm, end_mm, (-high, -low))


def table(rows: Sequence[tuple[str, str, str, str, str]], top: float) -> list[str]:
    """Return the numbered table below a section."""
    columns = (MARGIN, MARGIN + 40, 430.0, 455.0, 865.0)
    heads = ("", "part", "adds", "towards telescope → towards camera", "opening")
    lines = [heads, *rows]
    drawn = [
        f'<line class="line" x1="{MARGIN:g}" y1="{top + 8:.1f}" x2="{WIDTH - MARGIN:g}"'
        f' y2="{top + 8:.1f}"/>'
    ]
    for place, line in enumerate(lines):
        y = top + place * ROW
        for column, (x, words) in enumerate(zip(columns, line, strict=True)):
            if not words:
                continue
            if column == 0:
                drawn.append(
                    f'<circle class="disc" cx="{x + 12:g}" cy="{y - 4:.1f}" r="{FIGURE_SIZE:g}"/>'
                    f'<text class="digit" x="{x + 12:g}" y="{y:.1f}">{words}</text>'
                )
            else:
                css = ' class="right"' if column == 2 else ""
                drawn.append(f'<text{css} x="{x:g}" y="{y:.1f}">{escape(_short(words))}</text>')
    return drawn


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
