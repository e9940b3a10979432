"""A train in words: what `rigd spacers` and `rigd train` print for a person."""

from collections.abc import Iterator
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

ADAPTERS_SHOWN = 4
SOLD_SHOWN = 3
FINE, USABLE = 0, 1
"""Classes of the error: within half a tolerance, within one."""

Report = dict[str, Any]
"""A train as JSON has it (`rigd.view.train`)."""


def print_train(report: Report) -> None:
    """Print what a train must reach and how it gets there, or why it does not."""
    console = Console(soft_wrap=True, highlight=False)
    if "unknown" in report:
        console.print(escape(report["unknown"]))
        return
    if report.get("required_path_length_mm") is not None:
        console.print(escape(_target(report)))
    for words in report["words"]:
        console.print(f"- {escape(words)}")
    for number, stack in enumerate(report["stacks"], start=1):
        _print_stack(console, report, stack, f"{number}. {_summary(stack)}")
    if (impossible := report.get("impossible")) is not None:
        _print_impossible(console, report, impossible)
    served = report.get("telescope_ends_served")
    if served:
        console.print(f"the parts at hand serve telescopes that end in {', '.join(served)}")


def _target(report: Report) -> str:
    low, high = report["required_range_mm"]
    glass = f" ({report['glass_mm']:g} mm of that for glass)" if report["glass_mm"] else ""
    if report["adjustable"]:
        required = f"{low:g} to {high:g}"
        between = ", by its adjuster"
    else:
        required = f"{report['required_path_length_mm']:g}"
        between = "" if low == high else f", {low:g} to {high:g} mm as far as it is known"
    origin = {
        "user": "as you ask",
        "catalog": "the maker's figure",
        "heuristic": "a rule of thumb",
    }[report["tolerance_source"]]
    return (
        f"{report['optic']}: the sensor must stand {required} mm behind it{glass}{between};"
        f" to ±{report['tolerance_mm']:g} mm ({origin})"
    )


def _summary(stack: Report) -> str:
    return f"{stack['path_length_mm']:g} mm, {_error(stack)}"


def _error(stack: Report) -> str:
    error_mm = stack["back_focus_error_mm"]
    if not error_mm:
        return "exact"
    off = f"{abs(error_mm):g} mm too {'long' if error_mm > 0 else 'short'}"
    if stack["tolerance_class"] == FINE:
        return f"{off}: fine as it is"
    return f"{off}: within the tolerance" if stack["tolerance_class"] == USABLE else off


def _print_stack(console: Console, report: Report, stack: Report, title: str) -> None:
    table = Table(title=escape(title), title_justify="left", pad_edge=False)
    table.add_column("part")
    table.add_column("adds", justify="right", no_wrap=True)
    for heading in ("towards the telescope", "towards the camera", "from"):
        table.add_column(heading)
    for part in stack["parts"]:
        table.add_row(
            escape(_name(part)),
            f"{part['optical_length_mm']:g} mm",
            escape(part["front"]),
            escape(part["back"]),
            escape(_origin(part)),
        )
    camera = stack["camera"]
    table.add_row(
        escape(f"{camera['name']}, {camera['id']}"),
        f"{camera['flange_distance_mm']:g} mm",
        escape(camera["front"]),
        "sensor",
        "",
    )
    console.print(table)
    for words in stack["words"]:
        console.print(f"   - {escape(words)}")
    slots = stack["slots"]
    if len({slot["required_path_length_mm"] for slot in slots}) > 1:
        errors = "; ".join(f"{one['name']} {one['back_focus_error_mm']:+g} mm" for one in slots)
        console.print(f"   - left over per filter: {escape(errors)}")


def _name(part: Report) -> str:
    return f"{part['name']} (turned)" if part["turned"] else str(part["name"])


def _origin(part: Report) -> str:
    if part["bought"]:
        return f"to buy: {part['id']}"
    return part["box"] or ("" if part["device"] else "at hand")


def _print_impossible(console: Console, report: Report, impossible: Report) -> None:
    for line in _reasons(impossible):
        console.print(escape(line))
    for nearest in impossible["nearest"]:
        _print_stack(console, report, nearest, f"nearest: {_summary(nearest)}")


def _reasons(impossible: Report) -> Iterator[str]:
    yield f"impossible: {impossible['reason']}"
    if impossible["shim_mm"] is not None:
        yield f"shims of {impossible['shim_mm']:g} mm would make the short one exact"
    # What can be bought is worth more than what would have to be made.
    for adapter in sorted(impossible["adapters"], key=lambda one: not one["sold"])[:ADAPTERS_SHOWN]:
        lengths = ", ".join(f"{mm:g} mm" for mm in adapter["optical_length_mm"])
        yield (
            f"one part more would do: {adapter['front']} towards the telescope,"
            f" {adapter['back']} towards the camera, {lengths} long"
            + (f": {' or '.join(adapter['sold'][:SOLD_SHOWN])}" if adapter["sold"] else "")
        )


def echo_remarks(remarks: tuple[str, ...]) -> None:
    """Say how words were interpreted, where they did not say it all."""
    for remark in remarks:
        typer.echo(remark, err=True)
