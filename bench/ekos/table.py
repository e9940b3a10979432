"""The table: what became of the frames of each scenario, and what rigd said."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.ekos.evening import NAMES
from bench.ekos.judge import Frame, Verdict
from bench.ekos.sky import Sky

WARNING = re.compile(r"\b(?:WARNING|ERROR|CRITICAL)\s+(?:\w+: )?(.*)")
DIARY = re.compile(r"\bINFO\s+(?:\w+: )?(.*(?:stands down|autofocus.* is over).*)")
VARIES = re.compile(r"\d+|\b(?:" + "|".join(NAMES) + r")\b")
HEADS = ("scenario", "mode", "Ekos does", "frames", "in focus", "early", "off", "autofocus frames")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went."""

    name: str
    mode: str
    does: str
    sky: Sky
    frames: Sequence[Frame]
    """Of the sequence."""
    searches: Sequence[Frame]
    """Of autofocus runs."""
    said: Sequence[str]
    """Lines of rigd's log."""
    trouble: str = ""
    """Why it did not come to its end."""


def row(outcome: Outcome) -> tuple[str, ...]:
    """A line of the table."""
    verdicts = Counter(frame.verdict(outcome.sky) for frame in outcome.frames)
    searches = Counter(frame.is_early for frame in outcome.searches)
    off = [
        f.off_steps(outcome.sky) for f in outcome.frames if f.verdict(outcome.sky) is Verdict.OFF
    ]
    text = str(verdicts[Verdict.OFF])
    if off:
        text += f" (by {min(map(abs, off)):.0f} to {max(map(abs, off)):.0f} steps)"
    total = len(outcome.searches)
    return (
        outcome.name,
        f"`{outcome.mode}`",
        outcome.does + (f"; {outcome.trouble}" if outcome.trouble else ""),
        str(len(outcome.frames)),
        str(verdicts[Verdict.IN_FOCUS]),
        str(verdicts[Verdict.EARLY]),
        text,
        f"{total}, {searches[True]} early" if total else "",
    )


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table in Markdown."""
    yield f"| {' | '.join(HEADS)} |"
    yield "|---" * len(HEADS) + "|"
    for outcome in outcomes:
        yield f"| {' | '.join(row(outcome))} |"


def words(outcome: Outcome) -> Iterator[str]:
    """What rigd warned of and made of an autofocus: the first line of each kind, with its number.

    Two lines are of a kind if they differ in numbers and in names of filters alone.
    """
    kinds: dict[str, list[str]] = {}
    for line in outcome.said:
        if found := WARNING.search(line) or DIARY.search(line):
            kinds.setdefault(VARIES.sub("#", found[1]), []).append(found[1])
    for sentences in kinds.values():
        times = len(sentences)
        yield f"{sentences[0]} ({times} times)" if times > 1 else sentences[0]
