"""JSON Schemas of views, out of their types: what `to_json` writes, and nothing else."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from itertools import product
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rigd.view.to_json import is_merged

_PLAIN: Mapping[object, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    NoneType: "null",
}
_ANY_OTHER = "*"
"""Stands for the keys of a merged mapping, which nobody knows beforehand."""


class SchemaBook:
    """Collects the schemas of views by name, each once."""

    def __init__(self, root: str = "#/components/schemas/") -> None:
        self._root = root
        self._kinds: dict[str, type] = {}
        self.schemas: dict[str, dict[str, Any]] = {}

    def schema_of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type; of a class it is a reference, and the class stands in the book."""
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if kind is object:
            return {}
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return _any_of([self.schema_of(one) for one in inner])
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is tuple:
            return self._list(inner)
        if origin is not None and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.schema_of(inner[1])}
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return {"type": "string", "enum": [one.value for one in kind]}
        if is_dataclass(kind) and isinstance(kind, type):
            return self._reference(kind)
        msg = f"{kind} has no place in JSON"
        raise TypeError(msg)

    def _list(self, inner: tuple[Any, ...]) -> dict[str, Any]:
        schema = {"type": "array", "items": self.schema_of(inner[0])}
        if inner[-1] is Ellipsis:
            return schema
        return {**schema, "minItems": len(inner), "maxItems": len(inner)}

    def _reference(self, kind: type) -> dict[str, Any]:
        name = kind.__name__
        if self._kinds.setdefault(name, kind) is not kind:
            msg = f"two views are called {name}"
            raise TypeError(msg)
        if name not in self.schemas:
            self.schemas[name] = {}
            self.schemas[name] = _any_of([self._object(kind, one) for one in _shapes(kind)])
        return {"$ref": f"{self._root}{name}"}

    def _object(self, kind: type, properties: Mapping[str, Any]) -> dict[str, Any]:
        named = {name: one for name, one in properties.items() if name != _ANY_OTHER}
        other = properties.get(_ANY_OTHER)
        return {
            "type": "object",
            "description": (kind.__doc__ or "").partition("\n")[0],
            "required": list(named),
            "properties": {name: self.schema_of(one) for name, one in named.items()},
            "additionalProperties": False if other is None else self.schema_of(other),
        }


def _shapes(kind: type) -> list[dict[str, Any]]:
    """The fields with their types; several where one of several classes is merged."""
    hints, choices = get_type_hints(kind), []
    for one in fields(kind):
        hint = hints[one.name]
        if not is_merged(one.metadata):
            choices.append([{one.name: hint}])
            continue
        if get_origin(hint) not in (None, Union, UnionType):
            choices.append([{_ANY_OTHER: get_args(hint)[1]}])
            continue
        classes = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        choices.append([shape for inner in classes for shape in _shapes(inner)])
    return [
        {name: hint for part in parts for name, hint in part.items()} for parts in product(*choices)
    ]


def _any_of(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    if len(schemas) == 1:
        return schemas[0]
    if all(list(one) == ["type"] for one in schemas):
        return {"type": [one["type"] for one in schemas]}
    return {"anyOf": schemas}
