"""How much light the filters leave to the corner: each is an opening inside its wheel or drawer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rigd.optics.vignetting import Cone
from rigd.train.filter_size import FilterOpening
from rigd.train.parts import TrainPart
from rigd.train.question import (
    TrainQuestion,
    cone_of,
    diagonal_mm_of,
    focal_ratio_of,
    holder_of,
)
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um

FULL = 0.995
"""From here on a corner counts as fully lit: what is missing rounds to nothing."""
PLACES = 20
"""Steps from face to face of a wheel; the light changes smoothly with the place."""
SENSOR_FORMATS = (
    ("a full-frame sensor", 42.0, 44.0),
    ("an APS-C sensor", 26.5, 29.0),
    ("a Four Thirds sensor", 21.4, 23.2),
    ("a 1 inch sensor", 15.8, 16.0),
)
"""Names of formats, with the least and the greatest diagonal in mm of the cameras so called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLight:
    """What filters of one size leave of the corner's light."""

    holder: TrainPart
    opening: FilterOpening
    least: float
    """Where in the holder it is darkest, telecentric if the exit pupil is not known."""
    brightest: float
    """The same where in the holder it is brightest."""
    most: float | None
    """Where it is brightest, with the exit pupil at the focal length if it is not known; None
    if that is not known either."""

    @property
    def is_full(self) -> bool:
        """Whether all light arrives in any case."""
        return self.least >= FULL


def filter_lights(question: TrainQuestion, stack: Stack) -> tuple[FilterLight, ...]:
    """Return what the filters of each wheel and drawer leave, size by size."""
    return tuple(
        _light(question, holder, span_um, opening)
        for holder, span_um, openings in _places(question, stack)
        for opening in openings
    )


def filter_light_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return a sentence on each size of filters that darkens the corner; none where all passes."""
    held = [
        words
        for light in filter_lights(question, stack)
        if (words := _words(question, light)) is not None
    ]
    return [*held, *_loose_words(question, stack)]


def loose_light(question: TrainQuestion, stack: Stack) -> float:
    """Return what filters that nothing is said to hold leave where they stand best."""
    return min((max(shares) for _, shares in _loose_shares(question, stack)), default=1.0)


def _loose_shares(
    question: TrainQuestion, stack: Stack
) -> Iterator[tuple[FilterOpening, list[float]]]:
    """Yield each opening of such filters with the corner's light, wherever in the train it is."""
    for wheel in question.wheels:
        if holder_of(question, wheel) is None:
            for opening in wheel.openings:
                yield opening, _shares(cone_of(question), (0, stack.path_length_um), opening)


def _loose_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return a sentence on each opening of filters that nobody says what holds."""
    words = []
    for opening, shares in _loose_shares(question, stack):
        if min(shares) < FULL:
            name = opening.name or f"{mm_from_um(opening.opening_um):g} mm"
            words.append(
                f"nothing is said to hold the {name} filter: where it stands best, near the sensor,"
                f" {max(shares):.0%} of the light reaches the corners, and where it stands worst,"
                f" {min(shares):.0%}; {_width(opening)}"
            )
    return words


def limit_by_filters(
    question: TrainQuestion, stack: Stack, limits: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    """Return the least and the most light of the other openings, less what the filters take.

    Of several sizes that a wheel may hold, the smallest gives the least, the largest the most.
    """
    least, most = limits
    for _, shares in _loose_shares(question, stack):
        # Where it stands nobody says.
        least = least if min(shares) >= FULL else None
        most = None if most is None else min(most, max(shares))
    brightest: dict[str, float] = {}
    for light in filter_lights(question, stack):
        if least is not None:
            is_sure = light.is_full or not light.opening.is_nominal
            least = min(least, light.least) if is_sure else None
        if light.most is not None:
            name = light.holder.id
            brightest[name] = max(brightest.get(name, 0.0), light.most)
    if most is not None:
        most = min([most, *brightest.values()])
    return least, most


def _places(
    question: TrainQuestion, stack: Stack
) -> Iterator[tuple[TrainPart, tuple[int, int], tuple[FilterOpening, ...]]]:
    """Yield each holder of filters with the distances of its faces from the sensor, in µm."""
    held = {
        holder.part.id: wheel.openings or holder.filter_openings
        for wheel in question.wheels
        if (holder := holder_of(question, wheel)) is not None
    }
    at_um = stack.camera.flange_distance_um
    for placed in reversed(stack.chain):
        behind_um, at_um = at_um, at_um + placed.part.optical_length_um
        if placed.device and held.get(placed.part.base_id):
            yield placed.part, (behind_um, at_um), held[placed.part.base_id]


def _light(
    question: TrainQuestion, holder: TrainPart, span_um: tuple[int, int], opening: FilterOpening
) -> FilterLight:
    cone, optic = cone_of(question), question.optic
    shares = _shares(cone, span_um, opening)
    nearest = shares
    if optic.exit_pupil_mm is None:
        pupil_mm = optic.focal_length_mm
        nearest = _shares(replace(cone, exit_pupil_mm=pupil_mm), span_um, opening)
    is_open = optic.exit_pupil_mm is None and optic.focal_length_mm is None
    return FilterLight(
        holder=holder,
        opening=opening,
        least=min(shares),
        brightest=max(shares),
        most=None if is_open else max(nearest),
    )


def _shares(cone: Cone, span_um: tuple[int, int], opening: FilterOpening) -> list[float]:
    """Return the corner's light with the opening at places from face to face."""
    near_um, far_um = span_um
    steps = [near_um + (far_um - near_um) * step // PLACES for step in range(PLACES + 1)]
    return [cone.share_of_light(at_um, opening.opening_um) for at_um in steps]


def _words(question: TrainQuestion, light: FilterLight) -> str | None:
    diagonal_mm, ratio = diagonal_mm_of(question), focal_ratio_of(question)
    opening_mm, name = mm_from_um(light.opening.opening_um), light.opening.name
    filters = f"{name} filters" if name else f"filters of {opening_mm:g} mm"
    if light.is_full:
        return None
    optic = question.optic
    depends, basis, most = [f"where in {light.holder.label} they stand"], "", light.most
    if most is None:
        most, basis = light.brightest, "; telecentric light assumed, the exit pupil is not known"
    elif optic.exit_pupil_mm is None:
        depends.append("where the exit pupil lies (infinity to the focal length)")
    share = _percent(light.least, most)
    sensor = _sensor(diagonal_mm) + _mark(question.camera.diagonal_mm)
    beam = f"f/{ratio:g}" + _mark(optic.focal_ratio)
    return (
        f"{filters} vignette {sensor} at {beam}: {share} of the light reaches"
        f" the corners, depending on {' and '.join(depends)}"
        f"{basis}; {_width(light.opening)}"
    )


def _mark(known: float | None) -> str:
    """Mark a figure that is taken to be usual."""
    return " (assumed)" if known is None else ""


def _width(opening: FilterOpening) -> str:
    """Say how wide an opening is taken to be, and on what ground."""
    width = f"{mm_from_um(opening.opening_um):.4g} mm"
    if not opening.is_nominal:
        return f"clear width {width}"
    if opening.size is not None and opening.size.endswith("in"):
        return f"clear width assumed: {width}, the bore of their cells' thread"
    return f"clear width assumed: {width}, their nominal size"


def _sensor(diagonal_mm: float) -> str:
    for name, least_mm, most_mm in SENSOR_FORMATS:
        if least_mm <= diagonal_mm <= most_mm:
            return name
    return f"a sensor of {diagonal_mm:.1f} mm diagonal"


def _percent(least: float, most: float) -> str:
    low, high = round(100 * least), round(100 * most)
    return f"{low}%" if low == high else f"{low} to {high}%"
