"""What a rig should focus next: the plan of its newest fit, and what has been unseen for nights."""

from collections.abc import Mapping
from datetime import datetime

from rigd.estimator.verdict import MIN_RUNS
from rigd.fitting import Study
from rigd.planner import loops, spot_checks

Json = dict[str, object]


def agenda(rig: str, study: Study, result: Mapping[str, object] | None, now: datetime) -> Json:
    """The plan, and the filters that are due for one run so that learning does not starve.

    Args:
        rig: Its name.
        study: What is known without runs.
        result: Of the newest fit; None if there is none.
        now: With its zone.
    """
    plan = _first_plan(study) if result is None else dict(_mapping(result.get("plan")))
    nothing: Json = {"next_filter": None, "more_loops": None, "order": [], "runs_have": {}}
    return {
        "rig": rig,
        "reference": study.reference,
        **nothing,
        "reason": None,
        **plan,
        "spot_checks": [] if result is None else list(spot_checks(_last_runs(result), now)),
    }


def _first_plan(study: Study) -> Json:
    """Without any run: loops over all filters, the reference first and last."""
    if study.reference is None:
        return {"reason": "the profile names no reference_filter, so runs teach no offset"}
    others = [key for key in study.filters if key != study.reference]
    if not others:
        return {"reason": "the wheel has no filter beside the reference"}
    return {
        "next_filter": study.reference,
        "more_loops": MIN_RUNS,
        "order": [list(loop) for loop in loops(study.reference, others, MIN_RUNS)],
        "runs_have": dict.fromkeys((study.reference, *others), 0),
    }


def _last_runs(result: Mapping[str, object]) -> dict[str, datetime]:
    last: dict[str, datetime] = {}
    runs = result.get("runs")
    for run in runs if isinstance(runs, list) else []:
        time = datetime.fromisoformat(run["time"])
        last[run["filter"]] = max(time, last.get(run["filter"], time))
    return last


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {"reason": "no plan was made of the newest fit"}
