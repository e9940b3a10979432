"""Write docs/configuration-keys.md: every key of the configuration, out of its schema.

python docs/generate_configuration.py [--check]

What a key means stands beside its field (`rigd/config.py`, `rigd/equipment/profile_tables.py`, the
options of the drivers); this page and `rigd schema` show the same.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import wrap
from typing import Any

from rigd.config import Config
from rigd.equipment.profile import EquipmentProfile
from rigd.first_run.interview import ANSWERS
from rigd.first_run.mode_advice import PROGRAMS
from rigd.focus.state.settings import Mode

PAGE = Path(__file__).parent / "configuration-keys.md"
HEAD = """\
<!-- written by docs/generate_configuration.py: change that, or the fields that it reads -->
# Every key of the configuration

[configuration.md](configuration.md) explains what belongs together; this page has every key once,
as `rigd check` reads it. A key without a default (*needed*) must be there; *none* means that it may
be left out.
"""
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "none",
}
LIMITS = {
    "minimum": "{:g} or more",
    "exclusiveMinimum": "more than {:g}",
    "maximum": "{:g} or less",
    "exclusiveMaximum": "less than {:g}",
    "minLength": "at least {:g} long",
    "maxLength": "at most {:g} long",
}
Schema = Mapping[str, Any]


class Pages:
    """Writes each table once, with those inside it after it."""

    def __init__(self, schema: Schema) -> None:
        self._definitions: Mapping[str, Schema] = schema.get("$defs", {})
        self._schema = schema

    def tables(self, place: str, schema: Schema | None = None) -> Iterator[str]:
        """Yield the table at a place of the file, and all inside it."""
        schema = self._schema if schema is None else schema
        needed, inner = schema.get("required", ()), []
        rows = []
        for key, field in schema.get("properties", {}).items():
            below = self._table_of(field)
            said = " ".join(str(field.get("description", "")).split()).replace("|", "\\|")
            if below is not None:
                name, several = below
                inner.append((f"{place}.{key}".lstrip("."), name, several))
                at = self.heading(inner[-1][0], several=several)
                rows.append(f"| `{key}` | table {at} | | {said} |")
                continue
            default = "*needed*" if key in needed else self._default(field)
            rows.append(f"| `{key}` | {self._type(field)} | {default} | {said} |")
        if rows:
            yield "| key | is | default | means |"
            yield "|---|---|---|---|"
            yield from rows
            yield ""
        for where, name, several in inner:
            definition = self._definitions[name]
            is_profile = name == EquipmentProfile.__name__
            apart = ", or a profile's file of its own" if is_profile else ""
            yield f"### `{self.heading(where, several=several)}`{apart}"
            yield ""
            yield from wrap(" ".join(str(definition.get("description", "")).split()), 160)
            yield ""
            yield from self.tables(where, definition)

    @staticmethod
    def heading(place: str, *, several: str | None) -> str:
        """The table as it is written in the file."""
        if several == "array":
            return f"[[{place}]]"
        return f"[{place}.NAME]" if several == "object" else f"[{place}]"

    def _table_of(self, field: Schema) -> tuple[str, str | None] | None:
        """The table that a key is, by the name of its model, and whether there are several."""
        for one in field.get("anyOf", (field,)):
            several = one.get("type") if one.get("type") in {"array", "object"} else None
            inner = one
            if several == "array":
                inner = one.get("items", {})
            elif several == "object":
                inner = one.get("additionalProperties") or {}
            name = str(inner.get("$ref", "")).rpartition("/")[2] if isinstance(inner, dict) else ""
            if name and "properties" in self._definitions.get(name, {}):
                if name in {"DeviceAddress", "End"}:
                    return None  # written in one line
                return name, several
        return None

    def _type(self, field: Schema) -> str:
        kinds = [self._kind(one) for one in field.get("anyOf", (field,)) if one != {"type": "null"}]
        return " or ".join(dict.fromkeys(kind for kind in kinds if kind)) or "any value"

    def _kind(self, one: Schema) -> str:
        if "$ref" in one:
            definition = self._definitions[one["$ref"].rpartition("/")[2]]
            if "properties" in definition:
                return f"`{{ {', '.join(definition['properties'])} }}`"
            return self._kind(definition)
        if "enum" in one or "const" in one:
            return ", ".join(f"`{value}`" for value in one.get("enum", [one.get("const")]))
        if one.get("type") == "array":
            item = one.get("items")
            return f"list of {self._kind(item)}s" if isinstance(item, dict) else "list"
        if one.get("type") == "object":
            values = one.get("additionalProperties")
            return f"names with {self._kind(values)}s" if isinstance(values, dict) else "table"
        limits = [words.format(one[key]) for key, words in LIMITS.items() if key in one]
        return ", ".join([WORDS.get(str(one.get("type")), "any value"), *limits])

    @staticmethod
    def _default(field: Schema) -> str:
        default = field.get("default")
        if default in (None, [], {}, ""):
            return "none"
        return f"`{json.dumps(default, ensure_ascii=False)}`"


def lines() -> Iterator[str]:
    """Yield the page."""
    yield HEAD
    yield ""
    yield "## The file"
    yield ""
    yield from Pages(Config.model_json_schema()).tables("")
    yield "## Of a server, by its driver"
    yield ""
    for point in sorted(entry_points(group="rigd.drivers"), key=lambda one: one.name):
        options = point.load().Options.model_json_schema()
        if not options.get("properties"):
            continue
        yield f'### `[[servers]]` with `driver = "{point.name}"`'
        yield ""
        yield from Pages(options).tables("servers")
    yield from answers()


def answers() -> Iterator[str]:
    """Yield what a file with answers for `rigd init` may have."""
    kinds = {
        "program": ", ".join(f"`{one}`" for one in PROGRAMS),
        "mode": ", ".join(f"`{one}`" for one in Mode),
        "slots": "list of texts",
        "offsets": "true or false",
        "logs": "true or false",
    }
    yield "## The answers for `rigd init --answers FILE`"
    yield ""
    yield "A TOML file with these keys and no table. What it does not answer takes its default; a"
    yield "key that nothing asks this time does no harm."
    yield ""
    yield "| key | is | means |"
    yield "|---|---|---|"
    for key, means in ANSWERS.items():
        yield f"| `{key}` | {kinds.get(key, 'text')} | {means} |"


def page() -> str:
    """The whole page."""
    return "\n".join(line.rstrip() for line in lines()).rstrip() + "\n"


def main() -> None:
    """Write the page, or fail if it is not current."""
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        raise SystemExit(f"{PAGE.name} is not current: run docs/generate_configuration.py")


if __name__ == "__main__":
    main()
