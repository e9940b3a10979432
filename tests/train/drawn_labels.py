"""Where the words of a drawing are, measured with the letters of DejaVu Sans and Verdana."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
ASCENT, DESCENT = 1.005, 0.24
"""The higher and the deeper of both fonts."""
LEAST_GAP = 1.0
_REGULAR = """
 352 !401 "460 #838 $636 %1076 &780 '275 (454 )454 *636 +838 ,364 -454 .364 /454 :454 ;454 <838
=838 >838 ?545 @1000 A684 B686 C771 D771 E632 F575 G775 H752 I421 J455 K693 L557 M863 N748 O787
P603 Q787 R695 S684 T616 U732 V684 W989 X685 Y615 Z685 [454 ]454 _636 a613 b635 c550 d635 e615
f352 g635 h634 i278 j344 k592 l278 m974 n634 o612 p635 q635 r427 s521 t394 u634 v592 w818 x592
y592 z525 →838 ≤838 ±838 …1000
"""
_BOLD = """
 348 !456 "587 #867 $711 %1272 &872 '332 (543 )543 *711 +867 ,380 -480 .380 /689 :402 ;402 <867
=867 >867 ?617 @1000 A776 B762 C734 D830 E683 F683 G821 H837 I546 J555 K775 L637 M995 N847 O850
P733 Q850 R782 S720 T682 U812 V774 W1128 X771 Y737 Z725 [543 ]543 _711 a675 b716 c593 d716 e678
f435 g716 h712 i343 j403 k671 l343 m1058 n712 o687 p716 q716 r497 s595 t478 u712 v652 w980 x669
y652 z597 →867 ≤867 ±867 …1000
"""
_PAIR = re.compile(r"(\D)(\d+)")


def _widths(pairs: str) -> dict[str, float]:
    found = {letter: int(width) / 1000.0 for letter, width in _PAIR.findall(pairs.strip("\n"))}
    digit = 0.711 if "W1128" in pairs else 0.636
    return {**found, " ": 0.352, **dict.fromkeys("0123456789", digit)}


REGULAR, BOLD = _widths(_REGULAR), _widths(_BOLD)


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide words are in the wider of both fonts."""
    table = BOLD if bold else REGULAR
    return size * sum(table.get(letter, 1.0) for letter in words)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of a drawing, and what is in it."""

    words: str
    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two come nearer than letters should."""
        return (
            self.left < other.right + LEAST_GAP
            and other.left < self.right + LEAST_GAP
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_crossed(self, one: tuple[float, float], other: tuple[float, float]) -> bool:
        """Whether a line from one point to another runs through it."""
        first, last = 0.0, 1.0
        for start, end, low, high in (
            (one[0], other[0], self.left, self.right),
            (one[1], other[1], self.top, self.bottom),
        ):
            if start == end:
                if not low < start < high:
                    return False
                continue
            shares = sorted(((low - start) / (end - start), (high - start) / (end - start)))
            first, last = max(first, shares[0]), min(last, shares[1])
        return first < last


def boxes(root: ET.Element) -> list[Box]:
    """The words of a drawing, each with its box."""
    return [_box(element) for element in root.iter(f"{SVG}text")]


def _box(element: ET.Element) -> Box:
    css = (element.get("class") or "").split()
    sizes = {"title": 18.0, "plain": 13.0, "small": 12.0, "digit": 11.0}
    size = next(sizes[name] for name in css if name in sizes)
    words = element.text or ""
    width = width_of(words, size, bold=bool({"title", "digit"} & set(css)))
    x, y = float(element.get("x", "")), float(element.get("y", ""))
    left = x - (width / 2.0 if "middle" in css else width if "right" in css else 0.0)
    return Box(
        words=words,
        left=left,
        right=left + width,
        top=y - ASCENT * size,
        bottom=y + DESCENT * size,
    )


def discs(root: ET.Element) -> list[Box]:
    """The discs behind numbers."""
    found = []
    for disc in root.iter(f"{SVG}circle"):
        x, y, r = (float(disc.get(name, "")) for name in ("cx", "cy", "r"))
        found.append(Box(words="disc", left=x - r, right=x + r, top=y - r, bottom=y + r))
    return found


def overlaps(root: ET.Element) -> list[tuple[str, str]]:
    """Words that lie over others, over a disc that is not theirs, or over the edge of the sheet."""
    words, circles = boxes(root), discs(root)
    numbers = {e.text for e in root.iter(f"{SVG}text") if "digit" in (e.get("class") or "")}
    found = [(a.words, b.words) for a, b in combinations(words, 2) if a.overlaps(b)]
    found += [
        (word.words, "disc")
        for word in words
        for circle in circles
        if word.words not in numbers and word.overlaps(circle)
    ]
    found += [("disc", "disc") for a, b in combinations(circles, 2) if a.overlaps(b)]
    _, _, width, height = (float(n) for n in (root.get("viewBox") or "").split())
    found += [
        (word.words, "edge")
        for word in words
        if word.left < 0 or word.right > width or word.top < 0 or word.bottom > height
    ]
    return found


def crossings(root: ET.Element) -> list[str]:
    """Words that a leader or the scale runs through."""
    words, lines = [box for box in boxes(root) if not box.words.isdigit()], list(_lines(root))
    return [box.words for box in words for one, other in lines if box.is_crossed(one, other)]


def _lines(root: ET.Element) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for line in root.iter(f"{SVG}polyline"):
        points = [
            (float(x), float(y))
            for x, y in (point.split(",") for point in (line.get("points") or "").split())
        ]
        yield from pairwise(points)
