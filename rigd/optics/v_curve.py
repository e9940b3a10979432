"""The focus from the points of one autofocus run, with its standard error.

hfr^2 = a^2 + (s (x - x0))^2, a hyperbola: far from focus the star is a cone's cut, near it seeing
rounds the tip (the V-curve model of focus programs since FocusMax). x0 is the focus, s the wing's
slope. Where the points say so, the parabola hfr = a + (s (x - x0))^2 / (2 a), which is the same
near focus: that of N.I.N.A.'s and Ekos' parabolic fits, and of INDI's simulated stars.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rigd.units import UM_PER_MM

Floats = NDArray[np.float64]
_Shape = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]

# Below these limits a curve deserves less trust; they are our choice.
MIN_POSITIONS = 5
"""Three parameters, and two positions more to tell a curve from chance."""
MIN_R_SQUARED = 0.8
MIN_CONTRAST = 1.3
"""Worst over best half-flux radius; below it the curve has no wings."""
MAX_CHANCE = 0.01
"""Of points that only scatter, at most about half this share is taken for a curve: measured with 5
to 15 points of pure scatter, 2,000 sweeps each.
"""
MAX_CHANCE_WITHOUT_WINGS = 0.001
"""The same where no side rises: a fine sweep around the focus must stand out from its noise."""
EDGE_ERRORS = 2.0
"""A minimum is inside the sweep if so many of its standard errors are: of those that scatter in
over the edge, nothing but their own curve would tell how wrong they are.
"""
FEWEST_BEYOND = 1.5
"""On a side without a wing, frames lie at least so many spacings beyond the minimum: where none do,
the shape of one wing is all that tells the focus. 9 sweeps of Ekos that began at the focus gave it
6 to 15 steps beside itself, at a spacing of 40 (tests/optics/test_ekos_curves.py).
"""
WILD_SHARE = 0.25
"""A point is wild only if the curve through the others misses it by more than this share ..."""
WILD_GAIN = 25.0
"""... and leaving it out shrinks the residuals more than chance would: the F value for one point,
which 6 degrees of freedom reach once in 400 times.
"""
PARABOLA_ODDS = 0.1
"""How likely a parabola is before the points are seen, against a hyperbola, which optics gives; our
choice. On a sweep with more of one wing the wrong shape leads astray: stars of INDI's camera
simulator are parabolas (github:indilib/indi drivers/ccd/ccd_simulator.cpp, `0.5625 * ticks *
ticks`), and hyperbolas alone missed their focus by up to 14 steps at 40 steps between frames, where
both together miss it by up to 7 (tests/optics/test_ekos_curves.py).
"""
ROUNDING_STEPS = 12**-0.5
"""Scatter of rounding to whole steps: nobody knows better where the focuser stood at a point."""
_FEWEST_LEFT = 6
"""Of fewer points nobody can tell which is wild."""
_MOST_WILD = 0.25
"""As a share of the points."""
_STEPS = 60
"""Most iterations of Levenberg and Marquardt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VCurve:
    """A fitted V-curve; `objections` say why it deserves less trust, worst first."""

    position_steps: float
    se_steps: float
    tip_hfr_px: float
    slope_px_per_step: float
    r_squared: float
    contrast: float
    hopeless: bool
    """No result at all: the minimum is outside, or there is no curve in the points."""
    objections: tuple[str, ...]
    left_out: tuple[int, ...] = ()
    """Wild points, by their place among the given ones: a frame with one star, a gust of wind."""


@dataclass(frozen=True, slots=True)
class _Solution:
    """A curve through some of the points: focus, logarithms of tip and slope."""

    theta: Floats
    hessian: Floats
    cost: float

    def variance(self, scatter: float) -> float:
        """Return that of the focus, where a point of weight 1 scatters by `scatter` squared."""
        return max(0.0, float(np.linalg.pinv(self.hessian)[0, 0]) * scatter)


def fit_v_curve(
    positions_steps: Sequence[float],
    hfr_px: Sequence[float],
    se_px: Sequence[float | None] | None = None,
) -> VCurve | None:
    """Fit the curve; None with fewer than four positions that have a star size.

    Tip and slope are fitted as logarithms, so that they stay positive. The focus is the mean of the
    hyperbola's and the parabola's, each weighted by how likely the points make it. The standard
    error is that of least squares, scaled by the scatter of the points, with what the two differ
    by, and no less than the rounding of the positions to whole steps leaves.

    Args:
        positions_steps: Where the points were measured.
        hfr_px: Star size there; zero, negative and non-finite ones are no measurement.
        se_px: Error of each size. Unless every point has one, it is taken to grow with the root of
            the size.
    """
    place, x, y, weight = _usable_points(positions_steps, hfr_px, se_px)
    if np.unique(x).size < 4:
        return None
    centre, width = float(x.mean()), float(np.ptp(x)) / 2
    z = (x - centre) / width
    kept, solution = _without_wild_points(z, y, weight)
    x, y, weight = x[kept], y[kept], weight[kept]
    focus, variance, cost = _of_both_shapes(solution, z[kept], y, weight)
    _, log_tip, log_slope = solution.theta
    mean = float(weight @ y) / float(weight.sum())
    r_squared = 1 - cost / max(float(weight @ (y - mean) ** 2), 1e-12)
    curve = VCurve(
        position_steps=centre + width * focus,
        se_steps=max(width * float(np.sqrt(variance)), ROUNDING_STEPS / len(x) ** 0.5),
        tip_hfr_px=float(np.exp(log_tip)),
        slope_px_per_step=float(np.exp(log_slope)) / width,
        r_squared=r_squared,
        contrast=float(y.max() / y.min()),
        hopeless=False,
        objections=(),
        left_out=tuple(int(at) for at in place[~kept]),
    )
    return _with_objections(curve, x, y)


def sensor_um_per_step(
    slope_hfr_px_per_step: float,
    pixel_um: float,
    focal_ratio: float,
    obstruction: float = 0.0,
) -> float:
    """Return the travel of the focus at the sensor for one step, from a wing's slope.

    The half-flux radius of a defocused ring, averaged over the disc, is
    |dz| sqrt((1 + e^2) / 2) / (2 N), with e the linear obstruction and N the focal ratio.
    `pixel_um` is the binned pixel.
    """
    return (
        slope_hfr_px_per_step
        * pixel_um
        * 2
        * focal_ratio
        * float(np.sqrt(2.0 / (1 + obstruction**2)))
    )


def focuser_travel_um_per_step(turn_travel_mm: float, steps_per_turn: float) -> float:
    """Return the travel of the moving element for one step of a screw."""
    return turn_travel_mm * UM_PER_MM / steps_per_turn


def _usable_points(
    positions: Sequence[float], sizes: Sequence[float], errors: Sequence[float | None] | None
) -> tuple[NDArray[np.intp], Floats, Floats, Floats]:
    x = np.array(positions, dtype=np.float64)
    y = np.array(sizes, dtype=np.float64)
    e = np.array([np.nan if v is None else v for v in errors or [None] * len(x)], dtype=np.float64)
    good = np.isfinite(x) & np.isfinite(y) & (y > 0)
    place = np.flatnonzero(good)
    x, y, e = x[good], y[good], e[good]
    if not (np.isfinite(e) & (e > 0)).all():
        # They grow with the size: by seeing in proportion, by want of light as its root, and the
        # tip has its share whatever the size. The root lies between, and states errors that hold
        # for sizes that scatter alike as well as for those that scatter in proportion.
        e = np.sqrt(y)
    if len(e) == 0:
        return place, x, y, np.ones_like(x)
    # An error far below the rest is luck, not precision: floor at a third of the median.
    floored = np.maximum(e, np.median(e) / 3)
    weight = (np.median(floored) / floored) ** 2
    return place, x, y, weight


def _without_wild_points(
    z: Floats, y: Floats, weight: Floats
) -> tuple[NDArray[np.bool_], _Solution]:
    """Leave out the worst point as long as it is wild; return which are kept, and their curve."""
    kept = np.ones(len(z), dtype=bool)
    solution = _solve(z, y, weight)
    for _ in range(int(_MOST_WILD * len(z))):
        if kept.sum() <= _FEWEST_LEFT or not _may_be_wild(solution, z[kept], y[kept]):
            break
        trials = []
        for at in np.flatnonzero(kept):
            without = kept.copy()
            without[at] = False
            trials.append((at, _solve(z[without], y[without], weight[without], solution.theta)))
        worst, better = min(trials, key=lambda trial: trial[1].cost)
        freedom = int(kept.sum()) - 4
        gain = (solution.cost - better.cost) * freedom / max(better.cost, 1e-300)
        residual, _ = _hyperbola(better.theta, z[[worst]], y[[worst]])
        if gain < WILD_GAIN or abs(residual[0]) < WILD_SHARE * (y[worst] + residual[0]):
            break
        kept[worst], solution = False, better
    return kept, solution


def _of_both_shapes(
    hyperbola: _Solution, z: Floats, y: Floats, weight: Floats
) -> tuple[float, float, float]:
    """Return the focus, its variance, and the cost of the likelier of hyperbola and parabola.

    Residuals of unknown scatter make a curve of three parameters likely as cost^(-(n - 3) / 2).
    The variance is that of a mixture: of each curve, and of the difference between the two.
    """
    freedom = max(1, len(z) - 3)
    parabola = _Solution(*_levenberg_marquardt(hyperbola.theta, z, y, weight, _parabola))
    least = freedom * 1e-12 * float(weight @ y**2)
    costs = np.maximum([hyperbola.cost, parabola.cost], least)
    odds = PARABOLA_ODDS * float(np.exp(min(50.0, freedom / 2 * np.log(costs[0] / costs[1]))))
    shares = np.array([1.0, odds]) / (1 + odds)
    at = np.array([hyperbola.theta[0], parabola.theta[0]])
    focus = float(shares @ at)
    variances = [
        curve.variance(cost / freedom)
        for curve, cost in zip((hyperbola, parabola), costs, strict=True)
    ]
    return focus, float(shares @ (variances + (at - focus) ** 2)), float(costs[int(odds > 1)])


def _may_be_wild(solution: _Solution, z: Floats, y: Floats) -> bool:
    """Whether a look at each point is worth its time: a wild one pulls the curve, and shows."""
    residual, _ = _hyperbola(solution.theta, z, y)
    return bool((np.abs(residual) > WILD_SHARE / 4 * (y + residual)).any())


def _solve(z: Floats, y: Floats, weight: Floats, near: Floats | None = None) -> _Solution:
    start = _start(z, y) if near is None else near
    return _Solution(*_levenberg_marquardt(start, z, y, weight, _hyperbola))


def _start(z: Floats, y: Floats) -> Floats:
    best = int(np.argmin(y))
    away = np.abs(z - z[best])
    far = away > 0.3
    slope = np.median(y[far] / away[far]) if far.any() else np.ptp(y)
    return np.array([z[best], np.log(y[best]), np.log(max(float(slope), 1e-6))])


def _levenberg_marquardt(
    theta: Floats, z: Floats, y: Floats, weight: Floats, shape: _Shape
) -> tuple[Floats, Floats, float]:
    damping = 1e-3
    residual, jacobian = shape(theta, z, y)
    cost = float(weight @ residual**2)
    for _ in range(_STEPS):
        hessian = jacobian.T @ (weight[:, None] * jacobian)
        gradient = jacobian.T @ (weight * residual)
        damped = hessian + damping * np.diag(np.diag(hessian) + 1e-12)
        step = -np.linalg.lstsq(damped, gradient, rcond=None)[0]
        trial = theta + np.clip(step, -1.0, 1.0)
        trial[1:] = np.clip(trial[1:], -30, 30)
        new_residual, new_jacobian = shape(trial, z, y)
        new_cost = float(weight @ new_residual**2)
        if new_cost <= cost:
            done = cost - new_cost <= 1e-12 * cost
            theta, residual, jacobian, cost = trial, new_residual, new_jacobian, new_cost
            damping = max(damping / 5, 1e-12)
            if done:
                break
        else:
            damping *= 4
            if damping > 1e12:
                break
    return theta, jacobian.T @ (weight[:, None] * jacobian), cost


def _hyperbola(theta: Floats, z: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the residuals, and what each parameter changes of them."""
    focus, tip, slope = theta[0], np.exp(theta[1]), np.exp(theta[2])
    wing = slope * (z - focus)
    size = np.sqrt(tip**2 + wing**2)
    jacobian = np.stack([-slope * wing / size, tip**2 / size, wing**2 / size], axis=1)
    return size - y, jacobian


def _parabola(theta: Floats, z: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the same of the parabola that touches the hyperbola at its tip."""
    focus, tip, slope = theta[0], np.exp(theta[1]), np.exp(theta[2])
    wing = slope * (z - focus)
    rise = wing**2 / (2 * tip)
    jacobian = np.stack([-slope * wing / tip, tip - rise, 2 * rise], axis=1)
    return tip + rise - y, jacobian


def _chance(curve: VCurve, points: int) -> float:
    """How often points that only scatter would look so much like a curve.

    (1 - R^2)^((n - 3) / 2) is the tail of the F distribution for two parameters beside the mean.
    """
    return float(max(0.0, 1 - curve.r_squared) ** ((points - 3) / 2))


def _with_objections(curve: VCurve, x: Floats, y: Floats) -> VCurve:
    hopeless, soft = [], []
    distinct = int(np.unique(x).size)
    focus = curve.position_steps
    inside = min(focus - x.min(), x.max() - focus)
    if inside <= 0:
        hopeless.append(f"the minimum {focus:.0f} is outside {x.min():.0f} to {x.max():.0f} steps")
    elif inside < EDGE_ERRORS * curve.se_steps:
        hopeless.append(
            f"the minimum {focus:.0f} ± {curve.se_steps:.0f} may be outside {x.min():.0f} to "
            f"{x.max():.0f} steps"
        )
    edge = ("outer" if x.max() - focus < focus - x.min() else "inner") if hopeless else None
    chance = _chance(curve, len(x))
    rise = (MIN_CONTRAST + 1) / 2 * float(y.min())
    wings = {"inner": (y[x < focus] > rise).any(), "outer": (y[x > focus] > rise).any()}
    if chance > (MAX_CHANCE if any(wings.values()) else MAX_CHANCE_WITHOUT_WINGS):
        hopeless.append(
            f"{len(x)} points that only scatter look like this in {chance:.2%} of cases"
        )
    if curve.r_squared < MIN_R_SQUARED:
        soft.append(f"R squared {curve.r_squared:.2f} is below {MIN_R_SQUARED:g}")
    if distinct < MIN_POSITIONS:
        soft.append(f"{distinct} distinct positions, {MIN_POSITIONS} are needed")
    if curve.contrast < MIN_CONTRAST:
        soft.append(f"worst over best star size {curve.contrast:.2f}, below {MIN_CONTRAST:g}")
    # Where the minimum is at an edge, that nothing is seen beyond it is the same thing again.
    missing = [side for side, seen in wings.items() if not seen and side != edge]
    beyond = {"inner": focus - x.min(), "outer": x.max() - focus}
    spacing = float(np.median(np.diff(np.unique(x))))
    few = [side for side in missing if beyond[side] < FEWEST_BEYOND * spacing]
    if inside > 0 and any(wings.values()):
        hopeless.extend(
            f"no {side} wing, and the minimum {focus:.0f} is hardly inside {x.min():.0f} to "
            f"{x.max():.0f} steps"
            for side in few
        )
        missing = [side for side in missing if side not in few]
    soft.extend(f"no {side} wing" for side in missing)
    return replace(curve, hopeless=bool(hopeless), objections=(*hopeless, *soft))
