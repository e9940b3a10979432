"""The labels around a section: joints above it, parts with their lengths below it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rigd.train.drawing_callouts import Callout, Place, place_callouts
from rigd.train.drawing_canvas import DISC, MARGIN, Canvas, Sheet, polyline, text
from rigd.train.drawing_section import BODY_MM, Section
from rigd.train.drawing_shapes import (
    extent_mm,
    gap_top_mm,
    prism_at_mm,
    telescope_rim_mm,
    top_of_joint_mm,
)
from rigd.train.drawing_text import DIGIT, PLAIN, SMALL
from rigd.train.drawing_words import (
    Label,
    adjuster_labels,
    guide_labels,
    joint_labels,
    length_words,
    mm,
    shim_joint,
    shim_um,
)
from rigd.train.question import TrainQuestion
from rigd.train.spacer_search import Stack

FAN = 26.0
"""Where leaders lean, between the section and the first row of labels, and between two rows."""
CLEAR = 8.0
"""Between the section and where its leaders may lean."""
WIDEST = 132.0
"""Of a label above the section; longer words go on in a second line."""
PAD = 5.0
"""Between a disc and its words, and a leader and its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A label with what it belongs to."""

    at_mm: float
    from_mm: float
    """How high above the axis its leader begins."""
    lines: tuple[Label, ...]
    doubtful: bool = False

    @property
    def width(self) -> float:
        """Of its longest line."""
        return max(SMALL.width_of(line.words) for line in self.lines)


def notes_above(question: TrainQuestion, section: Section, stack: Stack) -> tuple[Note, ...]:
    """Return what is written above a section, from the telescope to the sensor."""
    found = [
        Note(
            at_mm=joint.at_mm + (joint.gap_mm / 2.0),
            from_mm=top_of_joint_mm(section, number) if joint.closes else gap_top_mm(joint),
            lines=_wrapped(joint_labels(joint)),
            doubtful=bool(joint.doubts) or not joint.closes,
        )
        for number, joint in enumerate(section.joints)
    ]
    added_um, place = shim_um(section, stack), shim_joint(section)
    if added_um is not None and place is not None:
        shim = Label(words=f"add shims of {mm(added_um)}", css="add")
        found[place] = replace(found[place], lines=(*found[place].lines, *_wrapped((shim,))))
    setting = _wrapped(adjuster_labels(question, stack))
    if setting:
        height = telescope_rim_mm(section)
        found.append(Note(at_mm=-BODY_MM / 2.0, from_mm=height, lines=setting))
    guide = guide_labels(section)
    if guide:
        above, _ = extent_mm(section)
        lines = _wrapped(guide)
        found.append(Note(at_mm=prism_at_mm(section), from_mm=above, lines=lines))
    return tuple(sorted(found, key=lambda note: note.at_mm))


def _wrapped(labels: Sequence[Label]) -> tuple[Label, ...]:
    return tuple(
        replace(label, words=line) for label in labels for line in SMALL.wrap(label.words, WIDEST)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsAbove:
    """Labels above a section with their places across the sheet."""

    notes: tuple[Note, ...]
    places: tuple[Place, ...]

    @property
    def height(self) -> float:
        """What they need above the section."""
        return CLEAR + sum(FAN + height for height in self._row_heights)

    @property
    def _row_heights(self) -> list[float]:
        rows = range(max(place.row for place in self.places) + 1)
        return [
            max(
                len(note.lines) * SMALL.line
                for note, place in zip(self.notes, self.places, strict=True)
                if place.row == row
            )
            for row in rows
        ]

    def draw(self, canvas: Canvas, section_top: float) -> list[str]:
        """Return the labels and their leaders, upwards from the top of the section."""
        floors = [section_top - CLEAR - FAN]
        for height in self._row_heights:
            floors.append(floors[-1] - height - FAN)
        drawn = []
        for note, place in zip(self.notes, self.places, strict=True):
            start = canvas.x(note.at_mm)
            points = [(start, canvas.y(note.from_mm)), (start, section_top - CLEAR)]
            for row, x in enumerate(place.route):
                points.append((x, floors[row]))
                if row < place.row:
                    points.append((x, floors[row + 1] + FAN))
            drawn.append(polyline("doubt" if note.doubtful else "leader", points))
            floor = floors[place.row] - PAD
            for number, line in enumerate(note.lines, start=1):
                y = floor - (len(note.lines) - number) * SMALL.line
                drawn.append(text(SMALL, place.middle, y, line.words, f"middle {line.css}".strip()))
        return drawn


def place_above(notes: Sequence[Note], canvas: Canvas, sheet: Sheet) -> LabelsAbove:
    """Return the labels above a section, placed."""
    callouts = [Callout(anchor=canvas.x(note.at_mm), width=note.width) for note in notes]
    places = place_callouts(callouts, MARGIN, sheet.right)
    return LabelsAbove(notes=tuple(notes), places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A length below the section, with the number of the part that has it."""

    at_mm: float
    words: str
    number: int | None = None
    css: str = ""
    from_mm: float | None = None
    """How high its leader begins; None for one at the chain of dimensions."""

    @property
    def width(self) -> float:
        """Of number and words."""
        disc_width = 0.0 if self.number is None else 2.0 * DISC + PAD
        return disc_width + PLAIN.width_of(self.words)


def counts_below(section: Section) -> tuple[Count, ...]:
    """Return what is written below a section, from the telescope to the sensor."""
    found = [
        Count(
            at_mm=piece.middle_mm,
            words=length_words(piece),
            number=number,
            css="" if piece.is_known else "check",
        )
        for number, piece in enumerate(section.pieces, start=1)
    ]
    found += [
        Count(
            at_mm=joint.at_mm + joint.gap_mm / 2.0,
            words=f"gap {joint.gap_mm:g}" if joint.gap_mm else "gap",
            css="check",
        )
        for joint in section.joints
        if not joint.closes
    ]
    edge_mm = -telescope_rim_mm(section)
    found.append(Count(at_mm=-BODY_MM / 2.0, words="telescope", from_mm=edge_mm))
    return tuple(sorted(found, key=lambda count: count.at_mm))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsBelow:
    """The numbers and lengths of the parts, below a chain of dimensions."""

    section: Section
    counts: tuple[Count, ...]
    places: tuple[Place, ...]

    @property
    def height(self) -> float:
        """What they need below the section."""
        rows = max(place.row for place in self.places) + 1
        return 2.0 * CLEAR + rows * (FAN + 2.0 * DISC)

    def draw(self, canvas: Canvas, section_bottom: float) -> list[str]:
        """Return the chain of dimensions, the numbers and their leaders, downwards."""
        chain = section_bottom + 2.0 * CLEAR
        drawn = self._chain(canvas, chain)
        for count, place in zip(self.counts, self.places, strict=True):
            points = [(canvas.x(count.at_mm), chain)]
            if count.from_mm is not None:
                points.insert(0, (canvas.x(count.at_mm), canvas.y(count.from_mm)))
            for row, x in enumerate(place.route):
                ceiling = chain + FAN + row * (FAN + 2.0 * DISC)
                points.append((x, ceiling))
                if row < place.row:
                    points.append((x, ceiling + 2.0 * DISC))
            middle = points[-1][1] + DISC
            left = place.middle - count.width / 2.0
            if count.number is not None:
                points[-1] = (left + DISC, points[-1][1])
                drawn += disc(left + DISC, middle, str(count.number))
                left += 2.0 * DISC + PAD
            drawn.append(polyline("leader", points))
            drawn.append(text(PLAIN, left, middle + 4.5, count.words, count.css))
        return drawn

    def _chain(self, canvas: Canvas, y: float) -> list[str]:
        """Return the line with a tick at each end of a part."""
        ends = {joint.at_mm + joint.gap_mm for joint in self.section.joints}
        ends |= {joint.at_mm for joint in self.section.joints} | {self.section.sensor_mm}
        lowest = canvas.y(-extent_mm(self.section)[1])
        drawn = [polyline("line", [(canvas.x(min(ends)), y), (canvas.x(max(ends)), y)])]
        for at_mm in sorted(ends):
            x = canvas.x(at_mm)
            drawn.append(polyline("thin", [(x, lowest + 2.0), (x, y + 4.0)]))
            drawn.append(polyline("line", [(x - 3.0, y + 3.0), (x + 3.0, y - 3.0)]))
        return drawn


def place_below(
    counts: Sequence[Count], section: Section, canvas: Canvas, sheet: Sheet
) -> LabelsBelow:
    """Return the numbers and lengths below a section, placed."""
    callouts = [Callout(anchor=canvas.x(count.at_mm), width=count.width) for count in counts]
    places = place_callouts(callouts, MARGIN, sheet.right)
    return LabelsBelow(section=section, counts=tuple(counts), places=places)


def disc(x: float, y: float, words: str) -> list[str]:
    """Return a number in a disc."""
    return [
        f'<circle class="disc" cx="{x:.1f}" cy="{y:.1f}" r="{DISC:g}"/>',
        text(DIGIT, x, y + 4.0, words, "middle"),
    ]
