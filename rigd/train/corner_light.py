"""How much of its light the corner of the sensor gets, and what that depends on."""

from dataclasses import replace

from rigd.train.filter_light import FULL, filter_light_words, limit_by_filters
from rigd.train.question import TrainQuestion, assumed_beam, cone_of
from rigd.train.spacer_search import Stack, chain_illumination


def light_range(question: TrainQuestion, stack: Stack) -> tuple[float | None, float | None] | None:
    """Return the corner's light, least and most; None within for a limit that nobody can give.

    The filters count too, as openings somewhere inside what holds them.

    Most: with the exit pupil at the focal length, where it is not known, and with openings as wide
    as their threads allow. Least: telecentric light, and only if every opening is known. Where beam
    or sensor is not known, of the usual ones (`assumed_beam`). None: no opening is known at all.
    """
    limits = _range_of_parts(question, stack)
    return None if limits is None else limit_by_filters(question, stack, limits)


def _range_of_parts(
    question: TrainQuestion, stack: Stack
) -> tuple[float | None, float | None] | None:
    """The same, of the openings of parts and camera alone."""
    optic, cone = question.optic, cone_of(question)
    if stack.corner_illumination is None:
        return None
    least = None if stack.apertures_unknown else stack.corner_illumination
    if optic.exit_pupil_mm is not None:
        return least, stack.corner_illumination
    if optic.focal_length_mm is None:
        return least, None
    near = replace(cone, exit_pupil_mm=optic.focal_length_mm)
    return least, chain_illumination(near, stack.chain, stack.camera)[0]


def light_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return the sentences about the corner's light; none where all of it arrives."""
    return [*_part_words(question, stack), *filter_light_words(question, stack)]


def _part_words(question: TrainQuestion, stack: Stack) -> list[str]:
    telecentric, limits = stack.corner_illumination, _range_of_parts(question, stack)
    if telecentric is None or limits is None or telecentric >= FULL:
        return []
    _, most = limits
    assumed = assumed_beam(question)
    basis = f"; {' and '.join(assumed)} assumed" if assumed else ""
    if stack.apertures_unknown:
        basis += "; openings that are not known are taken as wide as their threads"
    if question.optic.exit_pupil_mm is not None:
        up_to = "up to " if stack.apertures_unknown else ""
        return [f"the corners get {up_to}{telecentric:.0%} of their light{basis}"]
    pupil = "where the exit pupil lies is not known"
    if most is None:
        return [
            f"the corners get {telecentric:.0%} of their light if it is telecentric; {pupil}{basis}"
        ]
    return [
        f"the corners get {telecentric:.0%} (telecentric) to {most:.0%} (exit pupil at the focal"
        f" length) of their light: {pupil}{basis}"
    ]
