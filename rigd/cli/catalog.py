"""`rigd catalog` and `rigd match`: the catalog of equipment, and what a device is in it."""

import json
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rigd.catalog.careful_reading import read_carefully
from rigd.catalog.catalog import load_catalog, said_with_place
from rigd.catalog.entry_files import ENTRY_MODELS, json_text, schemas
from rigd.catalog.listing import described, page, title, whole
from rigd.catalog.matching import DeviceFacts, Match, NameOrigin, match
from rigd.catalog.supported import supported_markdown
from rigd.cli.daemon_client import ask, one_rig
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.cli.own_catalog import load_own_catalog
from rigd.devices.identity import DeviceKind, SensorGeometry
from rigd.errors import CatalogError
from rigd.view.device_matches import match_report
from rigd.view.to_json import to_json

catalog_app = typer.Typer(
    help="Search, show and check the catalog of equipment.", no_args_is_help=True
)

CatalogDirs = Annotated[
    list[Path] | None,
    typer.Option("--catalog-dir", help="A directory of your own entries; may be repeated."),
]


class MatchedKind(StrEnum):
    """A kind of device that the catalog has entries of to match with."""

    CAMERA = DeviceKind.CAMERA
    FILTERWHEEL = DeviceKind.FILTERWHEEL
    FOCUSER = DeviceKind.FOCUSER


@catalog_app.command("search")
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD", help="Words of its id, maker, model or name.")
    ],
    kind: Annotated[str | None, typer.Option(help=f"One of: {', '.join(ENTRY_MODELS)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 50,
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
) -> None:
    """Find entries by words."""
    if kind is not None and kind not in ENTRY_MODELS:
        _fail(f"--kind {kind}: no such kind; one of {', '.join(ENTRY_MODELS)}")
    found = page(load_own_catalog(catalog_dir), words=" ".join(words), kind=kind, limit=limit)
    if json_output:
        _print_json(to_json(found))
        return
    if not found.total:
        typer.echo(f"no entry of the catalog has {' '.join(words)!r} in its id or name", err=True)
        raise typer.Exit(1)
    table = Table("kind", "id", "name", "confidence")
    for row in found.entries:
        table.add_row(row.kind, row.id, escape(row.name), row.confidence)
    console = Console()
    console.print(table)
    if found.total > limit:
        console.print(f"{found.total - limit} more; --limit shows them")


@catalog_app.command("show")
def show(
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="The id of an entry.")],
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
) -> None:
    """Print an entry with every source, conflict and note."""
    catalog = load_own_catalog(catalog_dir)
    found = catalog.show(entry_id)
    if not found:
        _fail(f"catalog: no entry has the id {entry_id!r}; try: rigd catalog search {entry_id}")
    if json_output:
        _print_json([whole(kind, entry, catalog) for kind, entry in found])
        return
    console = Console()
    for kind, entry in found:
        console.print(f"[bold]{escape(title(entry))}[/bold]")
        for name, value in whole(kind, entry, catalog).items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            console.print(f"  {name}: {escape(shown)}", highlight=False)


@catalog_app.command("check")
def check(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DIRECTORY", help="Directories of your own entries."),
    ] = None,
    snapshots: Annotated[
        Path | None,
        typer.Option(
            metavar="DIRECTORY",
            help="Copies of cited repositories, as OWNER+NAME: are the numbers in their files?",
        ),
    ] = None,
    uncompared: Annotated[
        bool, typer.Option("--uncompared", help="With --snapshots: list what was not compared.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Read the shipped catalog carefully, and the files of the directories given."""
    from rigd.cli.cited_copies import compare_with_copies, said_of

    if snapshots is not None and not snapshots.is_dir():
        _fail(f"--snapshots {snapshots}: no such directory")
    try:
        catalog = load_own_catalog(directories)
    except CatalogError as error:
        _fail(str(error))
    compared = None if snapshots is None else compare_with_copies(catalog, snapshots)
    faults = [*read_carefully(catalog, today=_today()), *(compared.faults if compared else ())]
    empty = [one for one in directories or () if one.is_dir() and not any(one.rglob("*.toml"))]
    unread = [f"{one}: no file in it ends in .toml: nothing was read" for one in empty]
    problems = [*catalog.problems, *unread, *(said_with_place(fault, catalog) for fault in faults)]
    if json_output:
        found = {} if compared is None else {"snapshots": compared.numbers()}
        counts = {"counts": catalog.counts(), "digest": catalog.digest}
        _print_json({**counts, "problems": problems, **found})
    else:
        for problem in problems:
            typer.echo(problem, err=True)
        counted = ", ".join(f"{number} {kind}" for kind, number in catalog.counts().items())
        typer.echo(f"catalog: {counted}; digest {catalog.digest[:12]}")
        for line in said_of(compared, catalog, uncompared=uncompared) if compared else ():
            typer.echo(line)
    if problems:
        raise typer.Exit(1)


def _today() -> date:
    """Return the day; a clock without a battery may be behind the catalog that rigd brings."""
    shipped = (source.read for source in load_catalog().sources.values())
    return max(date.today(), *filter(None, shipped))  # noqa: DTZ011 - the day of who reads here


class ExportFormat(StrEnum):
    """How the catalog is written for other programs."""

    JSON = "json"
    CSV = "csv"


@catalog_app.command("export")
def export(
    written: Annotated[
        ExportFormat, typer.Option("--format", help="json: one document; csv: a row a field.")
    ] = ExportFormat.JSON,
    catalog_dir: CatalogDirs = None,
) -> None:
    """Print the whole catalog for other programs: facts, sources, confidence, digest."""
    from importlib.metadata import version

    from rigd.catalog.export import export_csv, export_json, export_of

    found = export_of(load_own_catalog(catalog_dir), version=version("rigd"))
    typer.echo(export_json(found) if written is ExportFormat.JSON else export_csv(found), nl=False)


@catalog_app.command("draw")
def draw(
    seed: Annotated[int, typer.Option(help="A number; each always draws the same values.")],
    count: Annotated[int, typer.Option(min=1, help="How many values.")] = 60,
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
) -> None:
    """Draw values at random, each with the sources where a reader checks it."""
    from rigd.catalog.draw import draw as draw_values

    catalog = load_own_catalog(catalog_dir)
    drawn = draw_values(catalog, seed=seed, count=count)
    if json_output:
        _print_json([{**to_json(one), "sources": described(one.sources, catalog)} for one in drawn])
        return
    for number, one in enumerate(drawn, start=1):
        value = json.dumps(one.value, ensure_ascii=False)
        typer.echo(f"{number}. {one.name} ({one.kind} {one.id})")
        typer.echo(f"   {one.field} = {value} ({one.standing})")
        for key in one.sources:
            source = catalog.sources[key]
            note = f" ({source.note})" if source.note else ""
            typer.echo(f"   {key}, {source.kind}: {source.address}{note}")


@catalog_app.command("coverage")
def coverage(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help='TOML: kind = ["name", ...], as camera, optic.')
    ],
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
) -> None:
    """Count what of a list of names the catalog has, and with how much a train can be computed."""
    from rigd.catalog.coverage import counts, read_names
    from rigd.catalog.coverage import coverage as covered

    try:
        names = read_names(file.read_text(encoding="utf-8"), where=str(file))
    except (OSError, UnicodeDecodeError, CatalogError) as error:
        _fail(f"{file}: {error.strerror}" if isinstance(error, OSError) else str(error))
    rows = covered(load_own_catalog(catalog_dir), names)
    if json_output:
        _print_json([to_json(row) for row in rows])
        return
    for one in counts(rows):
        typer.echo(str(one))
    for row in rows:
        if not row.entries:
            typer.echo(f"not in the catalog: {row.kind} {row.name}")
        elif row.has_length is False:
            typer.echo(f"without a length: {row.kind} {row.name}")


@catalog_app.command("sources")
def sources(
    unread: Annotated[
        bool, typer.Option("--unread", help="List those that nobody is recorded to have opened.")
    ] = False,
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
) -> None:
    """Count the sources by kind, and those of them that were opened."""
    from rigd.catalog.sources_read import source_counts, unread_sources

    catalog = load_own_catalog(catalog_dir)
    counted, missing = source_counts(catalog), tuple(unread_sources(catalog))
    if json_output:
        rows = {"counts": counted, "unread": missing}
        _print_json({name: [to_json(one) for one in own] for name, own in rows.items()})
        return
    for one in counted:
        typer.echo(str(one))
    for source in missing if unread else ():
        note = f" ({source.note})" if source.note else ""
        typer.echo(f"not read: {source.key}, {source.kind}: {source.address}{note}")


@catalog_app.command("supported")
def supported() -> None:
    """Print the list of supported equipment as a page of Markdown."""
    typer.echo(supported_markdown(load_own_catalog()), nl=False)


@catalog_app.command("schema")
def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of one schema; by default all.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--write-to", help="Write NAME.json files to this directory.")
    ] = None,
) -> None:
    """Print or write the JSON Schemas of catalog files and of the export."""
    from rigd.catalog.export import export_schema

    found = {**schemas(), "catalog-export": export_schema()}
    if name is not None:
        if name not in found:
            _fail(f"schema {name!r}: no such schema; one of {', '.join(found)}")
        found = {name: found[name]}
    if directory is None:
        _print_json(found if name is None else found[name])
        return
    for own, one in found.items():
        file = directory / f"{own}.json"
        try:
            file.write_text(json_text(one), encoding="utf-8")
        except OSError as error:
            _fail(f"--write-to {directory}: {file.name}: {error.strerror or error}")


def match_command(
    *,
    kind: Annotated[MatchedKind | None, typer.Option(help="What the device is.")] = None,
    name: Annotated[
        str | None, typer.Option(help="The device's name, as its driver reports it.")
    ] = None,
    protocol: Annotated[
        NameOrigin, typer.Option(help="Where the name was read.")
    ] = NameOrigin.INDI,
    driver: Annotated[str | None, typer.Option(help="DRIVER_EXEC or DriverInfo.")] = None,
    sensor_px: Annotated[
        str | None, typer.Option(help="Width and height in pixels: 6248x4176.")
    ] = None,
    pixel_um: Annotated[float | None, typer.Option(min=0.1, help="Size of a pixel in µm.")] = None,
    bit_depth: Annotated[int | None, typer.Option(min=1, help="Bits of a pixel.")] = None,
    colour: Annotated[bool | None, typer.Option("--colour/--mono", help="Colour or mono.")] = None,
    slots: Annotated[int | None, typer.Option(min=1, help="Slots of a wheel.")] = None,
    max_steps: Annotated[int | None, typer.Option(min=1, help="Largest focuser position.")] = None,
    step_size_um: Annotated[float | None, typer.Option(help="Step of a focuser in µm.")] = None,
    catalog_dir: CatalogDirs = None,
    json_output: JsonOption = False,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Find the catalog entry of a device: a match, candidates with a question, or none.

    Without facts of a device, the daemon is asked about the devices that it sees.
    """
    typed = (name, driver, sensor_px, pixel_um, bit_depth, colour, slots, max_steps, step_size_um)
    if all(fact is None for fact in typed):
        _match_live(kind, rig, url, as_json=json_output)
        return
    if kind is None:
        _fail("--kind is needed with facts of a device: camera, filterwheel or focuser")
    facts = DeviceFacts(
        kind=DeviceKind(kind),
        protocol=protocol,
        name=name,
        driver=driver,
        sensor=_sensor(sensor_px, pixel_um, bit_depth, colour),
        slots=slots,
        max_steps=max_steps,
        step_size_um=step_size_um,
    )
    answer = match(facts, load_own_catalog(catalog_dir))
    if json_output:
        _print_json(to_json(match_report(answer)))
        return
    _print_match(answer)


def _match_live(kind: MatchedKind | None, rig: str | None, url: str, *, as_json: bool) -> None:
    answer = ask(url, f"{one_rig(url, rig)}/match")
    devices = answer.get("devices")
    rows = [
        row for row in (devices if isinstance(devices, list) else []) if kind in (None, row["kind"])
    ]
    if as_json:
        _print_json({**answer, "devices": rows})
        return
    for row in rows:
        typer.echo(f"{row['kind']} {row.get('name') or row['device']}")
        if "id" not in row:
            typer.echo("not connected")
            continue
        typer.echo(f"{row['status']}: {row.get('id') or 'no single entry'}")
        _print_evidence(row.get("evidence") or [], row.get("question"))
    if not rows:
        typer.echo("no such device is in the profile of the rig")


def _sensor(
    sensor_px: str | None, pixel_um: float | None, bit_depth: int | None, colour: bool | None
) -> SensorGeometry | None:
    if sensor_px is None and pixel_um is None and bit_depth is None and colour is None:
        return None
    width: int | None = None
    height: int | None = None
    if sensor_px is not None:
        parts = sensor_px.lower().split("x")
        if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):
            _fail(f"--sensor-px {sensor_px}: expected width and height, as in 6248x4176")
        width, height = (int(part) for part in parts)
    return SensorGeometry(
        width_px=width,
        height_px=height,
        pixel_width_um=pixel_um,
        pixel_height_um=pixel_um,
        bit_depth=bit_depth,
        colour=colour,
    )


def _print_match(answer: Match) -> None:
    typer.echo(f"{answer.status.value}: {answer.entry_id or 'no single entry'}")
    described = to_json(match_report(answer))
    _print_evidence(answer.evidence, described["question"])


def _print_evidence(evidence: Sequence[str], question: object) -> None:
    for line in evidence:
        typer.echo(f"  {line}")
    if isinstance(question, dict):
        typer.echo(f"  question: {question['text']}")
        for option in question["options"]:
            typer.echo(f"    {option['id']}: {option['label']}")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
