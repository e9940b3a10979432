"""How good a stack is, in a few words: its length, what that rests on, and its corners."""

from rigd.train.corner_light import light_range
from rigd.train.filter_light import filter_lights, loose_light
from rigd.train.parts import ASSUMED, SUPPOSED, Doubt
from rigd.train.question import TrainQuestion
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um

FINE, USABLE = 0, 1
"""Classes of the error: within half a tolerance, within one."""
DARK = 0.75
"""Below this share of light the corners are worth a word beside the length; our choice."""


def verdict_words(question: TrainQuestion, stack: Stack) -> str:
    """Return how far off a stack is, and whether it will do."""
    error_um, off = stack.back_focus_error_um, error_words(stack)
    if stack.tolerance_class > USABLE:
        return off
    condition = _condition(question, stack)
    corners = corner_words(question, stack)
    length = " in length" if corners else ""
    if not error_um:
        return f"exact{length}{condition}{corners}"
    if stack.tolerance_class == USABLE:
        return f"{off}: within the tolerance{condition}{corners}"
    if corners:
        return f"{off}: fine in length{condition}{corners}"
    return f"{off}: fine{condition or ' as it is'}"


def error_words(stack: Stack) -> str:
    """Return how far off a stack is, by the lengths that are used."""
    error_um = stack.back_focus_error_um
    if not error_um:
        return "exact"
    return f"{_mm(abs(error_um))} too {'long' if error_um > 0 else 'short'}"


def corner_words(question: TrainQuestion, stack: Stack) -> str:
    """Return what the corners get of their light, if that is little; else nothing."""
    least = dim_corner(question, stack)
    if least >= DARK:
        return ""
    limits = light_range(question, stack)
    most = least if limits is None or limits[1] is None else max(least, limits[1])
    low, high = round(100 * least), round(100 * most)
    share = f"{low}%" if low == high else f"{low} to {high}%"
    return f", but the corners get {share} of their light"


def dim_corner(question: TrainQuestion, stack: Stack) -> float:
    """Return the least light of the corner; openings that are not known are as wide as may be.

    Of the sizes of filter that may be in a wheel the largest counts.
    """
    by_holder: dict[str, float] = {}
    for light in filter_lights(question, stack):
        name = light.holder.id
        by_holder[name] = max(by_holder.get(name, 0.0), light.least)
    parts = 1.0 if stack.corner_illumination is None else stack.corner_illumination
    return min([parts, loose_light(question, stack), *by_holder.values()])


def _supposed_names(stack: Stack) -> list[str]:
    """Return in words each length that serves as an example only."""
    lengths = [
        (one.part.label, one.part.optical_length_um)
        for one in stack.chain
        if one.part.length_doubt == SUPPOSED
    ]
    if stack.camera.length_doubt == SUPPOSED:
        lengths.append((stack.camera.id, stack.camera.flange_distance_um))
    return [f"{name} is {_mm(length_um)}" for name, length_um in lengths]


def _is_assumed(doubt: str | None) -> bool:
    return doubt is not None and doubt.startswith(ASSUMED)


def _assumed_names(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return in words each length that the catalog merely assumes."""
    optic, camera = question.optic, stack.camera
    lengths = [
        (placed.part.label, placed.part.optical_length_um)
        for placed in stack.chain
        if _is_assumed(placed.part.length_doubt)
    ]
    if _is_assumed(camera.length_doubt):
        lengths.append((question.camera.name, camera.flange_distance_um))
    words = [f"{name} is {_mm(length_um)}" for name, length_um in lengths]
    if _is_assumed(optic.back_focus_doubt) and optic.back_focus_um is not None:
        words.append(f"the back focus is {_mm(optic.back_focus_um)}")
    return words


def _condition(question: TrainQuestion, stack: Stack) -> str:
    """Return all that has to be as it is taken for the length to be right; nothing if it is."""
    needed = _supposed_names(stack)
    if question.optic.is_measured_inside:
        needed.append("the end is level with the glass that the distance counts from")
    if any(placed.part.front.doubt is Doubt.MAKER for placed in stack.chain) or (
        stack.camera.port.doubt is Doubt.MAKER
    ):
        needed.append("what is of one maker joins directly")
    needed += _assumed_names(question, stack)
    if question.optic.other_back_foci_um and not _is_assumed(question.optic.back_focus_doubt):
        needed.append("the back focus is right")
    names = contested_names(question, stack)
    if stack.camera.reading is not None:
        names = tuple(name for name in names if name != question.camera.name)
    if len(names) > bool(question.optic.other_back_foci_um):
        needed.append("the marked lengths are right")
    if stack.camera.reading is not None:
        depth = _mm(stack.camera.flange_distance_um)
        needed.append(f"the sensor is {depth} behind the camera's front: check")
    said = " and ".join(needed).replace("focus is right and the marked", "focus and the marked")
    return f" if {said}" if said else ""


def contested_names(question: TrainQuestion, stack: Stack) -> tuple[str, ...]:
    """Return of what in a stack sources say different lengths, the optic's back focus included."""
    optic = question.optic
    return (
        *(() if not optic.other_back_foci_um else (f"the back focus of {optic.name}",)),
        *(placed.part.label for placed in stack.chain if placed.part.other_lengths_um),
        *(() if not stack.camera.other_lengths_um else (question.camera.name,)),
    )


def contested_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return how long a stack may be by other sources; none where all agree."""
    names = contested_names(question, stack)
    if not names:
        return []
    lengths_um = [
        (stack.camera.flange_distance_um, *stack.camera.other_lengths_um),
        *((one.part.optical_length_um, *one.part.other_lengths_um) for one in stack.chain),
    ]
    low_um, high_um = sum(map(min, lengths_um)), sum(map(max, lengths_um))
    said = f"sources disagree about {' and '.join(names)}: measure before you buy"
    if low_um == high_um:
        return [said]
    return [f"{said}; by all that they say the train is {mm_from_um(low_um):g} to {_mm(high_um)}"]


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
