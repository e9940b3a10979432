"""Which keys a model of a file has at a place, and what they are there for. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Loc = Sequence[int | str]
"""Where an error of pydantic lies."""
_UNITS: Mapping[str, str] = {
    "_mm": "millimetres",
    "_um": "micrometres",
    "_nm": "nanometres",
    "_steps": "steps",
    "_s": "seconds",
    "_c": "degrees Celsius",
}


def unit_of(key: str) -> str | None:
    """Return in which unit the number of a key is, by the key's end."""
    return next((words for end, words in _UNITS.items() if key.endswith(end)), None)


def keys_at(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Return the keys that a table may have; none if no table is known there."""
    found = _models_at(model, loc)
    return tuple(dict.fromkeys(key for one in found for key in one.model_fields))


def field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """Return what the model has for a key, if it has that key."""
    if not loc or not isinstance(loc[-1], str):
        return None
    found = [one.model_fields.get(loc[-1]) for one in _models_at(model, loc[:-1])]
    return next((field for field in found if field is not None), None)


def is_row(field: FieldInfo) -> bool:
    """Return whether a key is for tables that stand in two brackets: [[rigs]]."""
    kinds = _unwrapped(field.annotation)
    return any(get_origin(kind) is tuple and any(map(_models_in, get_args(kind))) for kind in kinds)


def is_table(field: FieldInfo) -> bool:
    """Return whether a key is for a table or for several."""
    return is_row(field) or bool(_models_in(field.annotation)) or _is_mapping(field)


def tables_with(model: type[BaseModel], key: str) -> tuple[str, ...]:
    """Return the tables, with points, that have a key: `focuser`, `focuser.temperature`."""
    return tuple(".".join(path) for path, one in _walk(model, ()) if key in one.model_fields)


def _walk(
    model: type[BaseModel], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            if not is_row(field) and not _is_mapping(field):
                yield (*path, name), inner
                yield from _walk(inner, (*path, name))


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    found = [model]
    for step in loc:
        if isinstance(step, int):
            continue
        kinds = [one.model_fields[step].annotation for one in found if step in one.model_fields]
        if kinds:
            found = [inner for kind in kinds for inner in _models_in(kind)]
        # A step that is no field is the key of a mapping: what is in it was found already.
    return found


def _is_mapping(field: FieldInfo) -> bool:
    return any(get_origin(kind) is dict for kind in _unwrapped(field.annotation))


def _unwrapped(kind: Any) -> list[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        return _unwrapped(get_args(kind)[0])
    if origin in {Union, UnionType}:
        return [inner for one in get_args(kind) for inner in _unwrapped(one)]
    return [kind]


def _models_in(kind: Any) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    for one in _unwrapped(kind):
        if isinstance(one, type) and issubclass(one, BaseModel):
            found.append(one)
        elif get_origin(one) in {tuple, dict}:
            found += [inner for part in get_args(one) for inner in _models_in(part)]
    return found
