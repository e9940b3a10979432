"""The JSON body of a request: read as a model, or refused with what is wrong with it."""

import json
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from rigd.api.http.errors import shorten
from rigd.errors import InvalidValueError
from rigd.files.wrong_values import field_path, what_is_wrong

B = TypeVar("B", bound=BaseModel)
MOST_FAULTS = 8
"""How many of the wrong fields of a request are named; our choice."""


class EmptyBody(BaseModel):
    """The body of a request that says all with its path: none, or an empty object."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def read_as(model: type[B], body: bytes, example: str | None = None, *, place: str = "body") -> B:
    """The body of a request.

    Args:
        model: what it must be.
        body: what it is; nothing is an empty object where the model has no fields.
        example: one that is right, for what is no object at all or lacks a field.
        place: where the fields stand, in words.

    Raises:
        InvalidValueError: it is none such; names every field that is wrong, and its value.
    """
    if not model.model_fields and not body.strip():
        body = b"{}"
    try:
        return model.model_validate_json(body)
    except ValidationError as failure:
        errors: list[Any] = failure.errors(include_url=False)
    # An unknown field first: it is most likely the one that another one lacks.
    errors.sort(key=lambda one: one["type"] != "extra_forbidden")
    missing = [one for one in errors if one["type"] == "missing"]
    # What it must look like is said once, behind the last that is missing.
    said = dict.fromkeys(
        _describe(model, one, None if one in missing[:-1] else example, place) for one in errors
    )
    few, more = list(said)[:MOST_FAULTS], len(said) - MOST_FAULTS
    raise InvalidValueError("; ".join([*few, f"and {more} more"] if more > 0 else few))


def _describe(model: type[BaseModel], wrong: Any, example: str | None, place: str) -> str:
    must_be = f"the {place} must be {example or 'a JSON object'}"
    if not model.model_fields:
        must_be = "this request takes no fields: the body must be empty, or {}"
    where = field_path(wrong["loc"])
    match wrong["type"]:
        case "json_invalid":
            return f"{must_be} (this one is no JSON)"
        case "model_type":
            return f"{must_be} (given: {shorten(_as_sent(wrong['input']))})"
        case "extra_forbidden":
            fields = ", ".join(model.model_fields)
            known = f"there are: {fields}" if fields and len(wrong["loc"]) == 1 else ""
            return f"{shorten(where)!r} is no field of the {place} ({known or must_be})"
        case "missing":
            return f"{where}: is needed{f'; {must_be}' if example else ''}"
    if not where:
        return what_is_wrong(wrong)
    name = str(wrong["loc"][0])
    field = model.model_fields[name]
    given = wrong["input"]
    if _is_one_of_several(field.annotation):
        where, said = name, f"is none of these: {(field.description or '').rstrip('.')}"
    else:
        said = what_is_wrong(wrong)
    plain = isinstance(given, str | int | float | bool | NoneType)
    shown = f" (given: {shorten(_as_sent(given))})" if plain else ""
    return f"{where}: {said}{shown}"


def _as_sent(value: object) -> str:
    """A value of a JSON body, with the words of JSON."""
    return json.dumps(value) if value is None or isinstance(value, bool) else repr(value)


def _is_one_of_several(annotation: object) -> bool:
    """Whether a field may be of several types: what is wrong is then said of each of them."""
    if get_origin(annotation) is not UnionType:
        return False
    return len([kind for kind in get_args(annotation) if kind is not NoneType]) > 1
