"""A gap: something that a profile does not say and that only its owner knows."""

from collections.abc import Iterable
from dataclasses import dataclass

from rigd.equipment.answers import Value
from rigd.view.questions import AnswerOption, RigQuestion


@dataclass(frozen=True, slots=True)
class Gap:
    """A question with a value that could be its answer."""

    question: RigQuestion
    sample: Value
    """Tried out, to see whether an answer would change a result."""
    after: str | None = None
    """Key of the question that is asked first: without its answer, this one is not understood."""


def options_of(choices: Iterable[tuple[str, str]]) -> tuple[AnswerOption, ...]:
    """Choices out of values with their labels."""
    return tuple(AnswerOption(str(value), label) for value, label in choices)
