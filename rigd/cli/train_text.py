"""A train in words: what `rigd spacers` and `rigd train` print for a person."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rigd.files.plain_words import plain
from rigd.train.long_stacks import FEW_BUYS
from rigd.train.parts import UNKNOWN_PORT
from rigd.train.verdict import USABLE

ADAPTERS_SHOWN = 4
SOLD_SHOWN = 3
NARROWEST = 40
"""Sentences are not broken into shorter lines."""
UNKNOWN_END = str(UNKNOWN_PORT)

Report = dict[str, Any]
"""A train as JSON has it (`rigd.view.train`)."""


def print_train(report: Report) -> None:
    """Print what a train must reach and how it gets there, or why it does not."""
    console = Console(soft_wrap=True, highlight=False)
    if "unknown" in report:
        _say(console, report["unknown"])
        return
    if report.get("required_path_length_mm") is not None:
        _say(console, _target(report))
    for words in report["words"]:
        _say(console, f"- {words}")
    if (room := report.get("room")) is not None:
        if (served := report["any_length"]) is None:
            _print_parts(console, room, _room_title(room))
        else:
            _say(console, f"- {served['words']}")
            _print_stack(console, served["example"], _summary(served["example"]))
    shown = worth_showing(report["stacks"])
    for number, stack in enumerate(shown, start=1):
        _print_stack(console, stack, f"{number}. {_summary(stack)}")
    if (impossible := report.get("impossible")) is not None:
        _print_impossible(console, impossible)
    served = report.get("telescope_ends_served")
    if served and report["optic_end"] == UNKNOWN_END:
        _say(
            console,
            f"Rings reach it from ends of {', '.join(served)} too.",
        )


def print_trains_shortly(meant: Sequence[str], reports: Sequence[Report]) -> None:
    """Print each meaning of the words in a line: the best stack, or why there is none.

    Those with one answer, but for the telescope's name in it, have one line.
    """
    console = Console(soft_wrap=True, highlight=False)
    lines: dict[str, list[tuple[str, str]]] = {}
    for words, report in zip(meant, reports, strict=True):
        short = _in_short(report)
        alike = short.replace(report["optic"], "the telescope")
        lines.setdefault(alike, []).append((words, short))
    for alike, several in lines.items():
        said = several[0][1] if len(several) == 1 else alike
        _say(console, f"- If {', or '.join(words for words, _ in several)}: {said}")


def settling_options(settled_by: Mapping[str, str | float]) -> str:
    """Return the options that say which of several meanings is meant."""
    return " ".join(
        f'--adjust "{field}={value}"' if "." in field else f'--{field.replace("_", "-")} "{value}"'
        for field, value in settled_by.items()
    )


def _in_short(report: Report) -> str:
    if "unknown" in report:
        return str(report["unknown"])
    if (impossible := report.get("impossible")) is not None:
        return "; ".join(filter(None, (impossible["alone"], impossible["reason"])))
    if report["stacks"]:
        return _stack_in_short(report["stacks"][0])
    if (served := report.get("any_length")) is not None:
        return f"{served['words']} {_stack_in_short(served['example'])}"
    return str(report["words"][0])


def _stack_in_short(stack: Report) -> str:
    camera = stack["camera"]
    rows = [
        f"{_name(part)} {part['optical_length_mm']:g} ({part['front']} to {part['back']})"
        for part in stack["parts"]
    ]
    rows.append(f"{camera['name']} {camera['flange_distance_mm']:g} ({camera['front']})")
    bought = ", ".join(part["name"] for part in stack["parts"] if part["bought"])
    further = [f"to buy: {bought}"] if bought else []
    return "; ".join([f"{_summary(stack)}: {' + '.join(rows)}", *further, *stack["assumed"]])


def is_hopeless(report: Report) -> bool:
    """Whether no train is possible, and no part that could be added would help."""
    impossible = report.get("impossible")
    return impossible is not None and bool(impossible["nothing_helps"])


def worth_showing(stacks: Sequence[Report]) -> Sequence[Report]:
    """Leave out what is off by more than the tolerance, where anything is not.

    Who would have to buy many parts is shown what few would do.
    """
    is_long = bool(stacks) and len(stacks[0]["buy"]) > FEW_BUYS
    return [
        stack
        for stack in stacks
        if stack["tolerance_class"] <= USABLE or (is_long and len(stack["buy"]) <= FEW_BUYS)
    ] or stacks


def _say(console: Console, words: str, indent: str = "") -> None:
    """Print a sentence; on a terminal broken between words, with its lines below each other."""
    words = plain(words)
    if console.is_terminal:
        further = indent + ("  " if words.startswith("- ") else "")
        words = fill(
            words,
            max(console.width, NARROWEST),
            initial_indent=indent,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        )
    else:
        words = indent + words
    console.print(escape(words))


def _target(report: Report) -> str:
    low, high = report["required_range_mm"]
    if report["adjustable"]:
        required = f"{low:g} to {high:g}"
        between = ", by its adjuster"
    else:
        required = f"{report['required_path_length_mm']:g}"
        between = "" if low == high else f"; {low:g} to {high:g} mm as far as the glass is known"
    origin = {
        "user": "as you ask",
        "catalog": "from the catalog",
        "heuristic": "a rule of thumb",
    }[report["tolerance_source"]]
    return (
        f"{report['optic']}: the sensor must stand {required} mm behind it,"
        f" ±{report['tolerance_mm']:g} mm ({origin}){between}"
    )


def _summary(stack: Report) -> str:
    return f"{stack['path_length_mm']:g} mm, {stack['verdict']}"


def _room_title(room: Report) -> str:
    title = f"{room['path_length_mm']:g} mm"
    if any(not part["device"] for part in room["parts"]):
        title += "".join(f" without {name}" for name in room["missing"])
    else:
        title += f" without {' and '.join(('spacers', *room['missing']))}"
    left_mm = room["left_mm"]
    if left_mm is None:
        return title
    of = f"{title}, of {room['limit_mm']:g} mm"
    return f"{of}: {abs(left_mm):g} mm {'left' if left_mm >= 0 else 'too long already'}"


def _print_stack(console: Console, stack: Report, title: str) -> None:
    _print_parts(console, stack, title)
    for words in stack["words"]:
        _say(console, f"- {words}", "   ")
    slots = stack["slots"]
    if len({slot["required_path_length_mm"] for slot in slots}) > 1:
        errors = "; ".join(_slot_words(one["name"], one["back_focus_error_mm"]) for one in slots)
        _say(console, f"- with each filter: {errors}", "   ")


def _slot_words(name: str, error_mm: float) -> str:
    """Say how far off a train is with one filter in the light."""
    if not error_mm:
        return f"{name} exact"
    return f"{name} {abs(error_mm):g} mm too {'long' if error_mm > 0 else 'short'}"


def _print_parts(console: Console, stack: Report, title: str) -> None:
    """Print the table of parts, from the telescope to the sensor."""
    origins = [_origin(part) for part in stack["parts"]]
    table = Table(
        title=_shown(title),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("part")
    table.add_column("adds", max_width=16)
    table.add_column("towards the telescope", max_width=16)
    table.add_column("towards the camera", max_width=16)
    for part, origin in zip(stack["parts"], origins, strict=True):
        table.add_row(
            _shown(f"{_name(part)}\n{origin}" if origin else _name(part)),
            _shown(_length(part["optical_length_mm"], part["length_doubt"])),
            _shown(part["front"]),
            _shown(part["back"]),
        )
    camera = stack["camera"]
    front = "" if camera["id"].startswith(camera["name"]) else f"{camera['name']}\n"
    table.add_row(
        _shown(f"{front}{camera['id']}"),
        _shown(_length(camera["flange_distance_mm"], camera["length_doubt"])),
        _shown(camera["front"]),
        "sensor",
    )
    with console.capture() as drawn:
        console.print(table)
    # Without the blanks that fill each line.
    typer.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def _shown(words: str) -> str:
    return escape(plain(words))


def _length(length_mm: float | None, doubt: str | None) -> str:
    if length_mm is None:
        return "not known"
    return f"{length_mm:g} mm" if doubt is None else f"{length_mm:g} mm\n({doubt})"


def _name(part: Report) -> str:
    return f"{part['name']} (turned)" if part["turned"] else str(part["name"])


def _origin(part: Report) -> str:
    if part["bought"]:
        return "  to buy"
    box = part["box"] or ("" if part["device"] else "at hand")
    return box and f"  {box}"


def _print_impossible(console: Console, impossible: Report) -> None:
    for line in _reasons(impossible):
        _say(console, line)
    for nearest in impossible["nearest"]:
        _print_stack(console, nearest, f"Nearest: {_summary(nearest)}")


def _reasons(impossible: Report) -> Iterator[str]:
    if impossible["alone"] is not None:
        yield impossible["alone"]
    heading = "impossible" if impossible["nothing_helps"] else "no train of these parts"
    yield f"{heading}: {impossible['reason']}"
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
        typer.echo(plain(remark), err=True)
