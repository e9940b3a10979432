"""`rigd report`: what a night came to, and what to do before dusk."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rigd.cli.daemon_client import ask, fetch, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, UrlOption
from rigd.errors import ConfigError
from rigd.units import local_time


def report_command(
    rig: Annotated[
        str | None, typer.Argument(metavar="RIG", help="Needed if there are several.")
    ] = None,
    night: Annotated[
        str,
        typer.Option(
            "--night",
            metavar="DATE",
            help="The day on which the night begins, as 2026-11-30; left out, until 18:00 the "
            "night that has ended at noon, and then this one.",
        ),
    ] = "newest",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the report as an HTML file, with its picture."),
    ] = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Report a night: what happened, and what to do before dusk."""
    path = f"{one_rig(url, rig)}/nights/{night}"
    if output is not None:
        content = fetch(url, f"{path}/report.html")
        try:
            output.write_bytes(content)
        except OSError as error:
            raise ConfigError(f"{output}: {error.strerror or error}") from error
        typer.echo(f"report: {output}", err=True)
        return
    answer = ask(url, path)
    typer.echo(json.dumps(answer, indent=2) if as_json else _in_words(answer))


def _in_words(answer: dict[str, object]) -> str:
    over = "" if answer["is_over"] else " (not over yet)"
    lines = [f"rig {answer['rig']}, night of {answer['night']}{over}"]
    lines += [f"  {sentence}" for sentence in _sentences(answer, "summary")]
    if answer["before_dusk"] is not None:
        todo = _sentences(answer, "before_dusk")
        lines.append("before dusk:" if todo else "before dusk: nothing is to be done")
        lines += [f"  {number}. {sentence}" for number, sentence in enumerate(todo, 1)]
    for key, title, write in (
        ("early_frames", "frames out of focus:", _early),
        ("alerts", "alerts:", _alert),
        ("runs", "autofocus runs:", _run),
        ("offsets_changed", "offsets changed:", _offset),
        ("equipment_changes", "devices and profile changed:", _line),
        ("warnings", "warnings:", _line),
        ("change_lines", "filter changes:", _line),
    ):
        found = rows(answer, key)
        lines += [title, *(f"  {write(row)}" for row in found)] if found else []
    return "\n".join([*lines, *_sentences(answer, "left_out")])


def _sentences(answer: dict[str, object], key: str) -> list[str]:
    found = answer[key]
    return found if isinstance(found, list) else []


def _line(row: dict[str, Any]) -> str:
    return f"{local_time(row['at'])}  {row['sentence']}"


def _early(row: dict[str, Any]) -> str:
    off = row["off_steps"]
    far = "nobody knows how far" if off is None else f"{abs(off)} steps off"
    return f"{local_time(row['at'])}  {row['frames']} with {row['filter']}, {far}"


def _alert(row: dict[str, Any]) -> str:
    ended = row["ended_at"]
    end = f"it ends when {row['ends_when']}" if ended is None else f"over at {local_time(ended)}"
    return f"{local_time(row['began_at'])}  {row['sentence']}; {end}"


def _run(row: dict[str, Any]) -> str:
    place = "no position" if row["position_steps"] is None else f"{row['position_steps']:.0f} steps"
    warm = "" if row["temperature_c"] is None else f" at {row['temperature_c']:.1f} °C"
    why = "" if row["counts"] else f"; not used: {row['reason'] or 'no reason is known'}"
    return f"{local_time(row['at'])}  {row['filter'] or 'no filter known'}: {place}{warm}{why}"


def _offset(row: dict[str, Any]) -> str:
    before, after = (
        "none" if row[key] is None else f"{row[key]:+.1f}"
        for key in ("before_steps", "after_steps")
    )
    error = "" if row["se_steps"] is None else f" ± {row['se_steps']:.1f}"
    return f"{row['filter']}: {after}{error} steps, was {before} ({row['state']})"
