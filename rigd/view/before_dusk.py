"""What a rig's owner should do before the next night. Pure."""

from collections.abc import Sequence

from rigd.view.night import NightFacts
from rigd.view.rig import RigView

QUESTIONS = 3
"""The questions that change most stand first; the others can wait."""
NEW_DRIVER = "see that larger numbers still move the focuser the same way: its driver is new"
DRIVER_KEYS = ("focuser.driver", "focuser.driver_version")


def things_to_do(rig: RigView, facts: NightFacts, due_runs: Sequence[str]) -> tuple[str, ...]:
    """What to do, the most pressing first; what ends by itself is not among it.

    Args:
        rig: as it is now.
        facts: what happened in the night.
        due_runs: names of the filters that are due for an autofocus run.
    """
    summary = rig.summary
    todo: list[str] = []
    if summary.hold_by is not None:
        todo.append(f"end the hold of {summary.hold_by}: `rigd hold off`")
    if not summary.focus_known:
        why = summary.unknown_because or "the focuser was not seen at rest yet"
        todo.append(f"have the focus found: {why}; it is known when {_ends(rig)}")
    todo += [
        f"{one.sentence}: it ends when {one.ends_when}"
        for one in summary.obstacles
        if one.name in {"stood_down", "fault"}
    ]
    if summary.nobody_applies is not None:
        todo.append(f"decide who moves the focuser: {summary.nobody_applies}")
    if summary.not_stored is not None:
        todo.append(f"make room for the database: {summary.not_stored}")
    todo += [
        f"see that {one.about} is right: {one.sentence}; it ends when {one.ends_when}"
        for one in facts.alerts
        if one.ended_at is None and one.about != rig.name
    ]
    if any(one.key in DRIVER_KEYS for one in facts.equipment):
        todo.append(NEW_DRIVER)
    if facts.early_frames:
        names = ", ".join(dict.fromkeys(one.filter for one in facts.early_frames))
        todo.append(f"look at the frames with {names} that began out of focus")
    todo += list(summary.cautions)
    if due_runs:
        todo.append(f"focus once with {', '.join(due_runs)}: no run for several nights")
    todo += [f"answer: {one.text}" for one in rig.questions.questions[:QUESTIONS]]
    return tuple(dict.fromkeys(todo))


def _ends(rig: RigView) -> str:
    return rig.explain.known_when or "an autofocus finds the focus"
