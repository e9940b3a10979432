"""How wide words are on a drawing, and how they break into lines.

Nobody knows the font that a viewer has, so widths are estimated from above: no letter of DejaVu
Sans or Verdana, the widest of the usual ones, is wider than its class here.
"""

from dataclasses import dataclass

ASCENT, DESCENT = 1.01, 0.24
"""Of a line above and below its baseline, in sizes of the letters."""
LINE = 1.28
"""From one baseline to the next."""
BOLD = 1.15
_CLASSES = (
    ("ijl' .,\u00a0", 0.37),
    ("tfrIJ:;!()[]-|", 0.485),
    ('csvxyzk/\\"', 0.6),
    ("M", 0.87),
    ("m", 0.98),
    ("W%@…", 1.11),
    ("w+<=>≤≥±→~^#", 0.86),
)
_DIGIT, _LOWER, _UPPER, _OTHER = 0.645, 0.645, 0.8, 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """A size and weight of letters, under the name that the style sheet has for them."""

    css: str
    size: float
    bold: bool = False

    @property
    def line(self) -> float:
        """From one baseline to the next."""
        return LINE * self.size

    def width_of(self, words: str) -> float:
        """Return how wide words are at most."""
        ems = sum(_width_of(letter) for letter in words)
        return ems * self.size * (BOLD if self.bold else 1.0)

    def wrap(self, words: str, width: float) -> tuple[str, ...]:
        """Return lines that are no wider than a width; a longer word is broken.

        A number stays with its unit.
        """
        lines: list[str] = []
        line = ""
        for word in words.replace(" mm", "\u00a0mm").split(" "):
            if line and self.width_of(f"{line} {word}") <= width:
                line = f"{line} {word}"
                continue
            if line:
                lines.append(line)
            line = word
            while self.width_of(line) > width and len(line) > 1:
                fits = self._letters_within(line, width)
                lines.append(line[:fits])
                line = line[fits:]
        return tuple(line.replace("\u00a0", " ") for line in (*lines, line) if line)

    def _letters_within(self, word: str, width: float) -> int:
        fits = 1
        while fits < len(word) and self.width_of(word[: fits + 1]) <= width:
            fits += 1
        return fits


TITLE = Letters(css="title", size=18.0, bold=True)
PLAIN = Letters(css="plain", size=13.0)
SMALL = Letters(css="small", size=12.0)
DIGIT = Letters(css="digit", size=11.0, bold=True)


def _width_of(letter: str) -> float:
    for letters, ems in _CLASSES:
        if letter in letters:
            return ems
    if not letter.isascii():
        return _UPPER if letter.isalpha() and ord(letter) < 0x250 else _OTHER
    if letter.isdigit():
        return _DIGIT
    return _UPPER if letter.isupper() or not letter.isalpha() else _LOWER
