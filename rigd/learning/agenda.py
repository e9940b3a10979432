"""What a rig should focus next: the newest fit's plan, and filters that lack a run for nights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rigd.learning.fit_input import FitInput
from rigd.learning.sureness import MIN_RUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a rig should focus next, or why there is no plan."""

    rig: str
    reference: str | None
    next_filter: str | None = None
    more_loops: int | None = None
    order: tuple[tuple[str, ...], ...] = ()
    runs_have: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    """Why there is no plan."""
    spot_checks: tuple[str, ...] = ()
    """Filters that are due for one run, so that learning does not starve."""


def agenda(
    rig: str, fit_input: FitInput, result: Mapping[str, object] | None, now: datetime
) -> Agenda:
    """Return the plan of the newest fit, and the filters that are due for a run.

    Args:
        rig: The rig's name.
        fit_input: What is known without runs.
        result: What the newest fit says; None if there is none.
        now: The time, with its zone.
    """
    bare = Agenda(rig=rig, reference=fit_input.reference)
    if result is None:
        return _first_plan(bare, fit_input)
    bare = replace(bare, spot_checks=spot_checks(_last_runs(result), now))
    plan = result.get("plan")
    if not isinstance(plan, dict):
        return replace(bare, reason="no plan was made of the newest fit")
    return replace(
        bare,
        next_filter=plan.get("next_filter"),
        more_loops=plan.get("more_loops"),
        order=tuple(tuple(loop) for loop in plan.get("order", ())),
        runs_have=plan.get("runs_have", {}),
        reason=plan.get("reason"),
    )


def _first_plan(bare: Agenda, fit_input: FitInput) -> Agenda:
    """Without any run: loops over all filters, the reference first and last."""
    if fit_input.reference is None:
        reason = "the profile names no reference_filter, so no offset can be learnt from runs"
        return replace(bare, reason=reason)
    others = [key for key in fit_input.filters if key != fit_input.reference]
    if not others:
        return replace(bare, reason="the wheel has no filter beside the reference")
    return replace(
        bare,
        next_filter=fit_input.reference,
        more_loops=MIN_RUNS,
        order=plan_loops(fit_input.reference, others, MIN_RUNS),
        runs_have=dict.fromkeys((fit_input.reference, *others), 0),
    )


def _last_runs(result: Mapping[str, object]) -> dict[str, datetime]:
    last: dict[str, datetime] = {}
    runs = result.get("runs")
    for run in runs if isinstance(runs, list) else []:
        time = datetime.fromisoformat(run["time"])
        last[run["filter"]] = max(time, last.get(run["filter"], time))
    return last


def plan_loops(reference: str, others: Sequence[str], count: int) -> tuple[tuple[str, ...], ...]:
    """Return loops over all filters, every second one backwards: so a steady drift cancels."""
    forward = (reference, *others)
    return tuple(forward if turn % 2 == 0 else forward[::-1] for turn in range(count))


def spot_checks(
    last_run: Mapping[str, datetime], now: datetime, *, every_nights: int = 4
) -> tuple[str, ...]:
    """Return the filters that are due for one run, the longest without one first.

    A trusted offset needs no run for its own sake; one every few nights shows that it still holds.
    """
    limit = timedelta(days=every_nights)
    due = [name for name, seen in last_run.items() if now - seen >= limit]
    return tuple(sorted(due, key=lambda name: (last_run[name], name)))
