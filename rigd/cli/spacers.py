"""`rigd spacers`: the best spacers and adapters for the train in a file, without a daemon."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from rigd.catalog.catalog import load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.cli.options import JsonOption
from rigd.errors import TrainError
from rigd.train.advice import stack_words, target_words
from rigd.train.answer import TrainAnswer, answer, find_usable_ends, slot_errors_um
from rigd.train.drawing import draw_stack
from rigd.train.part_facts import Lookup
from rigd.train.spacer_search import SpacerProblem, Stack
from rigd.train.train_file import read_train_file
from rigd.units import mm_from_um
from rigd.view.to_json import to_json
from rigd.view.train import train_report


def spacers_command(
    train: Annotated[Path, typer.Option("--train", help="The train file (TOML).")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many stacks to show.")] = 5,
    svg: Annotated[Path | None, typer.Option(help="Write a drawing of the best stack.")] = None,
    as_data: JsonOption = False,
) -> None:
    """Find the best stacks of spacers and adapters for a train, or say why there are none."""
    found = answer(read_train_file(train, _catalog()), k)
    if as_data:
        typer.echo(json.dumps(to_json(train_report(found)), indent=2, ensure_ascii=False))
    else:
        _print(found)
    if svg is not None:
        _draw(found, svg)


def _draw(found: TrainAnswer, file: Path) -> None:
    explanation = found.explanation
    nearest = (explanation.below, explanation.above) if explanation else ()
    shown = next((s for s in (*found.stacks, *nearest) if s is not None), None)
    if shown is None:
        raise TrainError(f"{file}: there is no train to draw")
    try:
        file.write_text(draw_stack(found.question, shown), encoding="utf-8")
    except OSError as error:
        raise TrainError(f"{file}: cannot be written: {error.strerror}") from error


def _catalog() -> Lookup:
    return CatalogLookup(load_catalog())


def _print(found: TrainAnswer) -> None:
    console = Console(soft_wrap=True, highlight=False)
    question = found.question
    if found.problem is not None:
        console.print(
            f"{question.optic.name}: the sensor must stand {_target(found.problem)}"
            f" behind it ({_mm(found.glass.middle_um)} of that for glass),"
            f" to ±{_mm(found.tolerance_um)} ({found.tolerance_source})"
        )
    if found.no_target is not None:
        console.print(found.no_target)
    for line in target_words(question, found.glass):
        console.print(f"- {line}")
    for number, stack in enumerate(found.stacks, start=1):
        _print_stack(console, found, stack, f"{number}. {_summary(stack)}")
    explanation = found.explanation
    if explanation is not None:
        console.print(f"impossible: {explanation.reason}")
        for nearest in (explanation.below, explanation.above):
            if nearest is not None:
                _print_stack(console, found, nearest, f"nearest: {_summary(nearest)}")
        if explanation.shim_um is not None:
            console.print(f"shims of {_mm(explanation.shim_um)} would make the short one exact")
        for adapter in explanation.adapters[:8]:
            lengths = ", ".join(_mm(um) for um in adapter.optical_lengths_um)
            console.print(
                f"one part more would do: {adapter.front} towards the telescope,"
                f" {adapter.back} towards the camera, {lengths} long"
            )
    served = find_usable_ends(found)
    if served:
        console.print(f"the parts at hand serve telescopes that end in {', '.join(served)}")


def _print_stack(console: Console, found: TrainAnswer, stack: Stack, title: str) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("part", "adds", "towards the telescope", "towards the camera", "box"):
        table.add_column(heading, justify="right" if heading == "adds" else "left")
    for placed in stack.chain:
        part = placed.part
        table.add_row(
            part.id + (" (buy)" if placed.bought else "") + (" (turned)" if placed.turned else ""),
            _mm(part.optical_length_um),
            str(placed.front),
            str(placed.back),
            part.box or "",
        )
    camera = stack.camera
    table.add_row(camera.id, _mm(camera.flange_distance_um), str(camera.port), "sensor", "")
    console.print(table)
    for line in stack_words(found.question, stack):
        console.print(f"   - {line}")
    slots = slot_errors_um(found.question, stack)
    if len({required_um for _, required_um, _ in slots}) > 1:
        errors = "; ".join(f"{plate.name} {mm_from_um(um):+g} mm" for plate, _, um in slots)
        console.print(f"   - left over per filter: {errors}")


def _summary(stack: Stack) -> str:
    error = mm_from_um(stack.back_focus_error_um)
    return f"{_mm(stack.path_length_um)}, {f'off by {error:+g} mm' if error else 'exact'}"


def _target(problem: SpacerProblem) -> str:
    low_um, high_um = problem.required_low_um, problem.required_high_um
    return _mm(high_um) if low_um == high_um else f"{_mm(low_um)} to {_mm(high_um)}"


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
