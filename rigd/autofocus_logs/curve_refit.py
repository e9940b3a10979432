"""The focus of a run, computed from its own points instead of taken from the program.

Programs report the best point, a parabola or an edited figure: one method makes runs comparable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rigd.autofocus_logs.run import CurvePoint
from rigd.optics.v_curve import fit_v_curve

DOUBT_FACTOR = 3.0
"""The standard error of a curve with objections is multiplied by this; our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """The focus that a run's points give."""

    position_steps: float | None
    se_steps: float | None
    ok: bool
    reason: str | None


def refit(points: Sequence[CurvePoint]) -> Refit:
    """Fit the V-curve again; `reason` says what is wrong with it, if anything."""
    curve = fit_v_curve(
        [point.position_steps for point in points],
        [point.hfr_px for point in points],
        [point.se_px for point in points],
    )
    if curve is None:
        distinct = len({point.position_steps for point in points if point.hfr_px > 0})
        few = f"{distinct} measured positions, a curve needs at least 4"
        return Refit(position_steps=None, se_steps=None, ok=False, reason=few)
    said = list(curve.objections)
    if curve.left_out:
        where = ", ".join(f"{points[at].position_steps:.0f}" for at in curve.left_out)
        said.append(f"left out, since no curve fits them: the frames at {where}")
    return Refit(
        position_steps=curve.position_steps,
        se_steps=curve.se_steps * (DOUBT_FACTOR if curve.objections else 1),
        ok=not curve.hopeless,
        reason="; ".join(said) or None,
    )
