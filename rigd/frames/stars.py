"""How large the stars of a picture are: their half-flux radius."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rigd.errors import InvalidValueError
from rigd.files.plain_words import count_of
from rigd.frames.image import EXTRA, Pixels

MIN_STARS = 10
"""With fewer one double star or galaxy makes the median. Our choice."""
MOST_STARS = 500
"""The brightest are measured: more make the median no better."""
THRESHOLD = 5.0
"""Standard deviations of the sky above which a pixel belongs to a star."""
MIN_PX = 5
"""A hot pixel has fewer."""
LEAST_AXIS_PX = 0.6
"""What is narrower is no star but a pixel or a cosmic ray."""
ROUND = 2.0
"""Longest axis over shortest; beyond it is a trail, or two stars."""
REACH = 6.0
"""A star's light is counted within so many of its axes (the usual choice of SExtractor's users)."""
PIXELS_IN_STARS = 2_000_000
LEAST_KNOWN = 0.5
"""Share of the pixels that must have a number. Our choice."""


@dataclass(frozen=True, slots=True)
class Stars:
    """The stars of one picture."""

    hfr_px: float
    """Median half-flux radius."""
    count: int


def measure_stars(pixels: Pixels) -> Stars:
    """Return the median half-flux radius of the stars of a picture, in its pixels.

    Raises:
        InvalidValueError: too few stars, or so much structure that nothing can be told apart.
    """
    try:
        import sep
    except ImportError:
        raise InvalidValueError(EXTRA) from None
    sep.set_extract_pixstack(PIXELS_IN_STARS)
    pixels = _fill_gaps(pixels)
    brightest = float(pixels.max(initial=0.0))
    try:
        sky = sep.Background(pixels)
        pixels = pixels - sky.back()
        found = sep.extract(pixels, THRESHOLD, err=sky.globalrms, minarea=MIN_PX)
    except Exception as error:
        # sep knows no error of its own: what it says is all there is.
        if type(error) is not Exception:
            raise
        raise InvalidValueError(f"its stars cannot be told apart: {error}") from None
    alone = found[_are_alone(found)]
    # A saturated star has lost its top, and looks wider than it is.
    stars = alone[alone["peak"] < 0.9 * brightest]
    stars = stars[np.argsort(stars["flux"])[::-1][:MOST_STARS]]
    if len(stars) < MIN_STARS:
        raise InvalidValueError(_few(len(alone), len(stars)))
    x, y, reach = stars["x"], stars["y"], REACH * stars["a"]
    # Of all the star's light: what is above the threshold alone is less, of a faint star much.
    light, _, cut = sep.sum_circle(pixels, x, y, reach)
    radii, flags = sep.flux_radius(pixels, x, y, reach, 0.5, normflux=light, subpix=5)
    sure = radii[(flags == 0) & (cut == 0) & (light > 0) & np.isfinite(radii) & (radii > 0)]
    if len(sure) < MIN_STARS:
        raise InvalidValueError(_few(len(alone), len(sure)))
    return Stars(hfr_px=float(np.median(sure)), count=len(sure))


def _fill_gaps(pixels: Pixels) -> Pixels:
    """Give pixels without a number (NaN), as calibrated frames have, what those beside them have.

    Raises:
        InvalidValueError: most have none.
    """
    known = np.isfinite(pixels)
    if known.all():
        return pixels
    if known.mean() < LEAST_KNOWN:
        raise InvalidValueError("most of its middle has no numbers (NaN)")
    values = np.pad(np.where(known, pixels, 0.0), 1, mode="edge")
    counts = np.pad(known.astype(np.float32), 1, mode="edge")
    height, width = pixels.shape
    beside = [(row, column) for row in range(3) for column in range(3)]
    total, number = (
        sum(one[row : row + height, column : column + width] for row, column in beside)
        for one in (values, counts)
    )
    around = np.where(number > 0, total / np.maximum(number, 1.0), np.median(pixels[known]))
    return np.ascontiguousarray(np.where(known, pixels, around), dtype=np.float32)


def _few(seen: int, measured: int) -> str:
    needed = f"at least {MIN_STARS} are needed"
    if seen < MIN_STARS:
        return f"{count_of(seen, 'star')} in its middle, {needed}"
    return (
        f"{seen} stars in its middle, {measured} of them neither saturated nor faint nor cut by "
        f"its edge; {needed}"
    )


def _are_alone(found: Any) -> Any:
    round_ones = (found["b"] > LEAST_AXIS_PX) & (found["a"] < ROUND * found["b"])
    return round_ones & (found["flag"] == 0)
