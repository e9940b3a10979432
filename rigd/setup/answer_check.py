"""What an answer must look like: a value inside the limits of its question. Pure."""

import math
import re
from collections.abc import Mapping

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.answers import Value
from rigd.errors import InvalidValueError
from rigd.view.questions import AnswerKind, RigQuestion

_PART = re.compile(r"([a-z0-9_]+)(?: *[=x:] *(\d{1,4}))?")


def check_answer(question: RigQuestion, value: Value | bool, lookup: CatalogLookup) -> Value:
    """The value of an answer.

    Raises:
        InvalidValueError: it is no answer to the question; names key, value and limit.
    """
    key = question.key
    match question.kind:
        case AnswerKind.NUMBER:
            if question.options and isinstance(value, str):
                return _number_and_word(question, value)
            return _number(question, value)
        case AnswerKind.CHOICE:
            return _choice(question, value)
        case AnswerKind.PARTS:
            return _parts(key, value, lookup)
        case AnswerKind.COMMAND:
            raise InvalidValueError(f"{key}: {question.text}")


def _choice(question: RigQuestion, value: Value | bool) -> str:
    wanted = " ".join(str(value).split()).casefold()
    told = [option.value for option in question.options]
    # Of what says two things, the first alone is an answer too.
    for one in (*told, *(said.split()[0] for said in told if question.key == "focuser.moves")):
        if one.casefold() == wanted:
            return one
    msg = f"{question.key}: {_short(value)} is not one of: {'; '.join(told)}"
    raise InvalidValueError(msg)


def _number(question: RigQuestion, value: Value | bool) -> float:
    key, above, at_most = question.key, question.above, question.at_most
    unit = f" {question.unit}" if question.unit else ""
    try:
        number = math.nan if isinstance(value, bool | Mapping) else float(value)
    except ValueError:
        number = math.nan
    low, high = above if above is not None else -math.inf, at_most if at_most else math.inf
    if not low < number <= high:
        msg = f"{key}: {_short(value)} is not a number above {low:g} and at most {high:g}{unit}"
        raise InvalidValueError(msg)
    return number


def _number_and_word(question: RigQuestion, value: str) -> str | float:
    """Return what says a number and, behind it, one of the question's words; or the number."""
    told, _, word = value.strip().partition(" ")
    number = _number(question, told.rstrip(","))
    word = word.strip().removeprefix("mm").strip(" ,")
    return f"{number:g} {_choice(question, word)}" if word else number


def _parts(key: str, value: Value | bool, lookup: CatalogLookup) -> Mapping[str, int]:
    owned: dict[str, int] = {}
    if isinstance(value, Mapping):
        rows = [f"{entry}={count}" for entry, count in value.items()]
    elif str(value).strip().casefold() == "none":
        return owned
    else:
        rows = str(value).split(",")
    for row in rows:
        found = _PART.fullmatch(row.strip())
        if found is None:
            msg = f'{key}: {_short(row.strip())} is not like "catalog_id=2" or "none"'
            raise InvalidValueError(msg)
        entry_id, count = found[1], int(found[2] or 1)
        if lookup.part(entry_id) is None:
            msg = f"{key}: {entry_id!r} is no part of the catalog; try: rigd catalog search"
            raise InvalidValueError(msg)
        owned[entry_id] = owned.get(entry_id, 0) + count
    return owned


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def shown(value: Value) -> str:
    """A value of an answer in words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {entry}" for entry, count in value.items()) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
