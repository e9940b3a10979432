"""`rigd questions` and `rigd answer`: what only the owner of the equipment knows."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.units import local_time

_KNOWN: Final[Mapping[str, str]] = {
    "given": "stated",
    "imported": "imported",
    "modelled": "from glass",
    "provisional": "learnt",
    "trusted": "learnt",
}
"""How an offset is known, by its state."""


def questions_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """List the questions that only you can answer, what they change, and your answers."""
    path = one_rig(url, rig)
    answer = ask(url, f"{path}/questions")
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    for line in (*_what_works(rows(ask(url, f"{path}/offsets"), "offsets")), *_lines(answer)):
        typer.echo(line)


def answer_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a question.")],
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="Your answer.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take your answer back.")] = False,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Answer a question. It takes effect at once and is kept; nothing moves."""
    if forget == (value is not None):
        msg = f"{key}: give either a value or --forget"
        raise typer.BadParameter(msg)
    after = ask(url, f"{one_rig(url, rig)}/answers", {"key": key, "value": value})
    said = next((one for one in rows(after, "answers") if one["key"] == key), None)
    typer.echo(f"{key}: {'unknown' if said is None else _value(said['value'])}")
    still = [str(one["key"]) for one in rows(after, "questions")]
    typer.echo(f"still asked: {', '.join(still) or 'nothing'}")


def _what_works(offsets: list[dict[str, Any]]) -> Iterator[str]:
    """Say which offsets are applied already, and how they are known."""
    known: dict[str, list[str]] = {}
    for row in offsets:
        if row["kind"] in {"filter", "empty"} and row["focus_offset_steps"] is not None:
            how = _KNOWN.get(row["state"], row["state"])
            if row["focus_offset_steps"] == 0 and row["state"] == "modelled":
                how = "0: the reference, or alike"
            known.setdefault(how, []).append(row["name"])
    if known:
        told = "; ".join(f"{', '.join(names)} ({how})" for how, names in known.items())
        yield f"works already: the focus offsets of {told}"
    lacking = [
        row["name"]
        for row in offsets
        if row["kind"] in {"filter", "empty"} and row["focus_offset_steps"] is None
    ]
    if lacking:
        yield (
            f"not yet: those of {', '.join(lacking)}; autofocus runs with them teach them too, "
            "without an answer"
        )


def _lines(answer: dict[str, object]) -> list[str]:
    asked, given = rows(answer, "questions"), rows(answer, "answers")
    lines = ["nothing is asked: no answer of yours would change a result"]
    if asked:
        lines = ["1 question:" if len(asked) == 1 else f"{len(asked)} questions:"]
    for one in asked:
        lines.append(f"{one['key']}: {one['text']}")
        lines.append(f"    {one['why']}")
        options = one["options"]
        choices = options if isinstance(options, list) else []
        if one["kind"] == "number":
            unit = f" {one['unit']}" if one["unit"] else ""
            words = f"; {', '.join(option['value'] for option in choices)}" if choices else ""
            lines.append(f"    above {one['above']:g} and at most {one['at_most']:g}{unit}{words}")
        else:
            lines += [f"    {option['value']}: {option['label']}" for option in choices]
        if one["kind"] != "command":  # the text names it
            lines.append(f"    rigd answer {one['key']} VALUE")
    if given:
        lines.append("answered:")
    for one in given:
        about = f", about {one['device']}" if one["device"] else ""
        lost = "" if one["in_effect"] else "; not in effect: the profile states its own value"
        lines.append(
            f"  {one['key']}: {_value(one['value'])} ({local_time(one['at'])}{about}){lost}"
        )
    return lines


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{entry}={count}" for entry, count in value.items()) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
