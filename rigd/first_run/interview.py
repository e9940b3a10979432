"""The few questions of the first configuration: asked at a terminal, answered by a file, or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rigd.errors import ConfigError
from rigd.files.near_words import did_you_mean
from rigd.files.toml import parse_toml, read_text

MOST_ASKED: Final = 6
"""What remains then takes its default: `rigd questions` asks it later."""
ANSWERS: Final[Mapping[str, str]] = {
    "program": "Which program takes the pictures with this rig.",
    "train": "Name of the light path that the program has for it; `none` takes nothing over.",
    "camera": "Name of the camera, as its server has it.",
    "wheel": "Name of the filter wheel, as its server has it.",
    "focuser": "Name of the focuser, as its server has it.",
    "slots": "The filter in each slot, slot 1 first: a list, or one text with commas.",
    "reference_filter": "The filter that you focus with, as it is called in `slots`.",
    "offsets": "Whether to take over the program's offsets.",
    "logs": "Whether to learn from the autofocus logs that were found, and from what they get.",
    "telescope": "Telescope and corrector, or the focal ratio (`f/5`).",
    "name": "Name of the rig; never asked.",
    "mode": "The rig's mode; never asked: the program recommends it.",
}
"""What an answers file may have, and what each means."""
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer that may be chosen."""

    value: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    key: str
    text: str
    changes: str
    """What the answer changes."""
    options: tuple[Option, ...] = ()
    """None: free words."""
    default: str | None = None
    fault: Callable[[str], str | None] = lambda _: None
    """Says what is wrong with free words; None: nothing."""


Asker = Callable[[Question], str]
"""Puts a question to a person and returns the words of the answer; "" takes the default."""


@dataclass(slots=True)
class Interview:
    """Gets each answer from the file, from the person, or the default."""

    answers: Mapping[str, str]
    asker: Asker | None
    """None: nobody is asked."""
    asked: list[str] = field(default_factory=list)
    """Keys of what a person was asked."""

    def given(self, key: str) -> str | None:
        """What the answers file says for a key that is never asked."""
        return self.answers.get(key)

    def ask(self, question: Question) -> str | None:
        """Return the answer; None if there is none and no default.

        Raises:
            ConfigError: the answers file says something that cannot be.
        """
        if (said := self.answers.get(question.key)) is not None:
            return self._check(question, said, f"answers: {question.key}")
        if self.asker is None or len(self.asked) >= MOST_ASKED:
            return question.default
        self.asked.append(question.key)
        while True:
            said = self.asker(question).strip()
            if not said:
                return question.default
            try:
                return self._check(question, said, "")
            except ConfigError as wrong:
                question = _again(question, str(wrong))

    @staticmethod
    def _check(question: Question, said: str, where: str) -> str:
        if not question.options:
            if wrong := question.fault(said):
                raise ConfigError(f"{where}: {wrong}" if where else wrong)
            return said
        values = [one.value for one in question.options]
        if said.isdecimal() and said not in values and 0 < int(said) <= len(values):
            return values[int(said) - 1]
        alike = [one for one in values if one.casefold() == said.casefold()]
        if not alike:
            alike = [one for one in values if one.casefold().startswith(said.casefold())]
        if len(alike) == 1:
            return alike[0]
        near = did_you_mean(said, values)
        place = f"{where}: " if where else ""
        raise ConfigError(f"{place}{said!r} is not one of {', '.join(values)}{near}")


def _again(question: Question, wrong: str) -> Question:
    return Question(
        key=question.key,
        text=f"{wrong if wrong.endswith('?') else f'{wrong}.'}\n{question.text.splitlines()[-1]}",
        changes=question.changes,
        options=question.options,
        default=question.default,
        fault=question.fault,
    )


def read_answers(path: Path) -> dict[str, str]:
    """Return the answers of a TOML file: words, lists of words, true and false.

    Raises:
        ConfigError: it is no such file, or has a key that nothing asks.
    """
    found: dict[str, str] = {}
    for key, value in parse_toml(read_text(path), path).items():
        if key not in ANSWERS:
            near = did_you_mean(key, ANSWERS) or f"; there are: {', '.join(ANSWERS)}"
            raise ConfigError(f"{path}: {key}: unknown key{near}")
        found[key] = _words(path, key, value)
    return found


def _words(path: Path, key: str, value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    raise ConfigError(f"{path}: {key}: a text, a list of texts, true or false is needed")


def split_words(said: str) -> list[str]:
    """Return the names in an answer, which commas part."""
    return [one.strip() for one in said.split(",") if one.strip()]
