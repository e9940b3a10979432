"""Offsets that are there already: in the logs of autofocus runs, and in the program's table."""

from typing import Any

from rigd.first_run.findings import Findings
from rigd.first_run.interview import NO, YES, Interview, Option, Question
from rigd.first_run.known_logs import KnownLogs
from rigd.first_run.rig_plan import RigPlan


def ask_logs(
    tables: dict[str, Any], findings: Findings, interview: Interview
) -> tuple[KnownLogs, ...]:
    """Offer to learn from the logs; return those that are learnt from."""
    if not findings.logs or "wheel" not in tables:
        return ()
    runs = sum(len(one.good_runs) for one in findings.logs)
    where = ", ".join(str(one.path) for one in findings.logs)
    said = interview.ask(
        Question(
            key="logs",
            text=f"Learn the offsets from the {runs} autofocus runs in {where}, and from those to "
            "come?",
            changes="the offset of every filter that has runs, without glass or step size",
            options=(Option(value=YES), Option(value=NO)),
            default=YES,
        )
    )
    return findings.logs if said == YES else ()


def ask_offsets(tables: dict[str, Any], interview: Interview, plan: RigPlan) -> None:
    """Offer the offsets of the program, which count until runs have taught others."""
    if plan.train is None or not plan.train.train.offsets or "wheel" not in tables:
        return
    names = {key: part.name for key, part in plan.train.train.profile.filters.items()}
    offsets = {
        names[one.filter]: one.focus_offset_steps
        for one in plan.train.train.offsets
        if names[one.filter] in tables["wheel"]["slots"]
        and names[one.filter] != tables.get("reference_filter")
    }
    if not offsets:
        return
    said = interview.ask(
        Question(
            key="offsets",
            text=f"Take over {plan.program}'s offsets "
            f"({', '.join(f'{name} {steps:+d}' for name, steps in offsets.items())})?",
            changes="the offsets of these filters until runs have taught them",
            options=(Option(value=YES), Option(value=NO)),
            default=YES,
        )
    )
    for name, steps in offsets.items() if said == YES else ():
        tables["filters"].setdefault(name, {})["imported_offset_steps"] = steps
        plan.because[f"filters.{name}"] = f"as {plan.program} has it"
