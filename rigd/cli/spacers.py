"""`rigd spacers`: which spacers and adapters go into a train, asked by names or from a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import tomli_w
import typer
from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.cli.options import JsonOption
from rigd.cli.own_catalog import load_own_catalog
from rigd.cli.spacers_dialogue import ask_for_train
from rigd.cli.train_text import (
    echo_remarks,
    is_hopeless,
    print_train,
    print_trains_shortly,
    settling_options,
)
from rigd.errors import InvalidValueError, TrainError
from rigd.files.wrong_values import wrong_fields
from rigd.setup.train_request import Reading, readings_of
from rigd.train.answer import TrainAnswer, answer, train_to_show
from rigd.train.drawing import draw_full_size, draw_stack
from rigd.train.question import TrainQuestion
from rigd.train.resolve import resolve
from rigd.train.train_file import read_train_file
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report
from rigd.view.train_request import TrainRequest, split_adjustment

MOST_IN_FULL = 3
"""Of more meanings than these each has a line; our choice: what one would read to the end."""
Names = list[str] | None
FilterOption = Annotated[
    Names,
    typer.Option(
        "--filter",
        metavar="WORDS",
        help='A filter: "3 mm", "2 mm fused silica", "36 mm, 3 mm", its name.',
    ),
]
DeviceOption = Annotated[
    Names,
    typer.Option(
        metavar="WORDS",
        help='A further device behind the guider, or "NAME, 20 mm"; may be repeated.',
    ),
]
OwnOption = Annotated[
    Names,
    typer.Option(
        metavar="WORDS",
        help='A spacer at hand besides those from boxes, or "M48 7.5 mm"; "T2 ring=2" for two.',
    ),
]
BoxOption = Annotated[
    Names,
    typer.Option(metavar="WORDS", help="Another camera or device whose box is at hand."),
]
NoOption = Annotated[
    Names, typer.Option(metavar="WORDS", help="A part from a box that is not at hand.")
]
AdjustOption = Annotated[
    Names,
    typer.Option(
        metavar="FIELD=VALUE",
        help="A figure of your own: optic.gender=female, zwo_oag.optical_length_mm=16.6.",
    ),
]

SvgOption = Annotated[
    Path | None, typer.Option(metavar="FILE.svg", help="Draw the best stack, or the nearest.")
]
FullSizeOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.svg", help="Draw it at 1:1, for A4 or Letter across; print at 100 %."
    ),
]


def _word(help_: str) -> Any:
    return typer.Option(metavar="WORDS", help=help_)


GuideCameraOption = Annotated[
    str | None, _word('Guide camera, at the off-axis guider, or its distance: "12.5 mm".')
]


def spacers_command(
    *,
    train: Annotated[
        Path | None, typer.Option("--train", help="A train file (TOML), instead of names.")
    ] = None,
    optic: Annotated[
        str | None, _word('Telescope or corrector, its back focus: "55 mm", or "NAME, 55 mm".')
    ] = None,
    camera: Annotated[str | None, _word('Camera, or its flange distance: "17.5 mm".')] = None,
    wheel: Annotated[str | None, _word('Filter wheel, or its length: "20 mm".')] = None,
    oag: Annotated[str | None, _word('Off-axis guider, or its length: "17.5 mm".')] = None,
    guide_camera: GuideCameraOption = None,
    drawer: Annotated[str | None, _word('Filter drawer, or "NAME, 20 mm".')] = None,
    rotator: Annotated[str | None, _word('Rotator, or its length: "18 mm".')] = None,
    device: DeviceOption = None,
    filter_: FilterOption = None,
    own: OwnOption = None,
    box: BoxOption = None,
    no: NoOption = None,
    adjust: AdjustOption = None,
    shop: Annotated[bool, typer.Option(help="Whether to buy what is missing.")] = True,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Write the train file.")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many stacks to show.")] = 3,
    svg: SvgOption = None,
    full_size: FullSizeOption = None,
    as_data: JsonOption = False,
) -> None:
    """Find the best stacks of spacers and adapters for a train, or say why there are none."""
    catalog = load_own_catalog()
    named = {
        "optic": optic,
        "camera": camera,
        "wheel": wheel,
        "oag": oag,
        "guide_camera": guide_camera,
        "drawer": drawer,
        "rotator": rotator,
        "devices": tuple(device or ()),
        "filters": tuple(one for one in filter_ or () if one.strip()),
        "own": tuple(one for one in own or () if one.strip()),
        "boxes": tuple(box or ()),
        "no": tuple(no or ()),
        "adjust": dict(_adjustment(one) for one in adjust or ()),
    }
    said = {key: value for key, value in named.items() if value}
    if train is None:
        request = _request(said, catalog, shop=shop)
        readings = readings_of(request, catalog)
        if len(readings) > 1 or readings[0].meant is not None:
            _refuse_one_for_all(readings, {"--save": save, "--svg": svg, "--full-size": full_size})
            _show_each(readings, catalog, k, as_data=as_data)
            return
        question = _ask(readings[0], catalog, save)
    elif said or save is not None:
        raise TrainError(f"--train: the file says it all; leave out {', '.join(said) or '--save'}")
    else:
        question = read_train_file(train, CatalogLookup(catalog))
    _show(answer(question, k), svg, full_size, as_data=as_data)


def _show(found: TrainAnswer, svg: Path | None, full_size: Path | None, *, as_data: bool) -> None:
    """Print an answer, and draw it where that is wanted."""
    report = to_json(train_report(found))
    if as_data:
        typer.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        print_train(report)
    if svg is not None:
        _write(svg, draw_stack(*train_to_show(found)))
    if full_size is not None:
        _write(full_size, draw_full_size(*train_to_show(found)))
    if is_hopeless(report):
        raise typer.Exit(1)


def _adjustment(said: str) -> tuple[str, str | float | bool]:
    """Field and value; a field alone where it is not so written, which is refused with the rest."""
    try:
        return split_adjustment(said)
    except InvalidValueError:
        return said, True


def _refuse_one_for_all(readings: Sequence[Reading], files: Mapping[str, Path | None]) -> None:
    """Refuse what has room for one train, where the words mean several.

    Raises:
        TrainError: a file is wanted; says what settles which of them it is to hold.
    """
    wanted = [option for option, file in files.items() if file is not None]
    if not wanted or len(readings) == 1:
        return
    each = "\n".join(f"if {one.meant}: {settling_options(one.settled_by)}" for one in readings)
    raise TrainError(
        f"{' and '.join(wanted)}: a file has one train, and this may be {len(readings)}:\n{each}"
    )


def _show_each(
    readings: Sequence[Reading], catalog: Catalog, k: int, *, as_data: bool = False
) -> None:
    """Print the answer to each meaning of the words."""
    lookup = CatalogLookup(catalog)
    reports = [
        to_json(train_report(answer(resolve(reading.file, lookup), k))) for reading in readings
    ]
    if as_data:
        rows = [
            {
                "meant": reading.meant,
                "settled_by": dict(reading.settled_by),
                "remarks": list(reading.remarks),
                **report,
            }
            for reading, report in zip(readings, reports, strict=True)
        ]
        typer.echo(json.dumps({"readings": rows}, indent=2, ensure_ascii=False))
    elif len(readings) > MOST_IN_FULL:
        print_trains_shortly([one.meant or "" for one in readings], reports)
        settled = settling_options(readings[0].settled_by)
        typer.echo(f"Name what you mean for all that there is to say of it, as by {settled}")
    else:
        for number, (reading, report) in enumerate(zip(readings, reports, strict=True)):
            typer.echo(f"{chr(10) if number else ''}If {reading.meant}:")
            typer.echo(f"(say so by {settling_options(reading.settled_by)})")
            echo_remarks(reading.remarks)
            print_train(report)
    if all(is_hopeless(report) for report in reports):
        raise typer.Exit(1)


def _ask(reading: Reading, catalog: Catalog, save: Path | None) -> TrainQuestion:
    """The question that names ask, written to a file where that is wanted."""
    echo_remarks(reading.remarks)
    if save is not None:
        if save.exists():
            raise TrainError(f"--save: {save} is there already; name another file")
        _write(save, tomli_w.dumps(reading.file.model_dump(mode="json", exclude_defaults=True)))
        typer.echo(f"{save} is written", err=True)
    return resolve(reading.file, CatalogLookup(catalog))


def _request(said: dict[str, Any], catalog: Catalog, *, shop: bool) -> TrainRequest:
    """What is asked: by the options, or at the terminal where these name no train.

    Raises:
        TrainError: an option is missing, or makes no sense.
    """
    if not said:
        return ask_for_train(catalog).model_copy(update={"shop": shop})
    if "camera" not in said:
        raise TrainError("--camera: needed beside the other words")
    try:
        return TrainRequest(**said, shop=shop)
    except ValidationError as error:
        raise TrainError("\n".join(f"--{one}" for one in wrong_fields(error.errors()))) from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrainError(f"{file}: cannot be written: {error.strerror}") from error
