"""`rigd runs import` and `rigd runs list`: runs that are kept, and that offsets are learnt from."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from rigd.api.rest.runs_body import runs_body
from rigd.autofocus_logs.log_time import zone_stated
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.cli.daemon_client import DEFAULT_URL, JsonOption, RigOption, UrlOption, ask, one_rig
from rigd.cli.run import ConfigOption
from rigd.config import LoadedConfig, default_config_path, load_for_start
from rigd.equipment.answers import effective
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.learning.fit_input import FitInput, LearningRig
from rigd.setup.fit_priors import names_of
from rigd.store.database import Store
from rigd.store.lock import sole_user
from rigd.store.run_import import import_runs
from rigd.store.starting_profiles import profiles_at_start

runs_app = typer.Typer(help="Autofocus runs from other programs' logs.", no_args_is_help=True)

ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="Zone of times written without one: +02:00, CET, Europe/Rome."),
]
FrameOption = Annotated[
    Coordinates | None,
    typer.Option("--frame", help="Positions are the focuser's own counts (raw) or rigd's."),
]


@runs_app.callback()
def _runs() -> None:
    """Autofocus runs from other programs' logs."""


@runs_app.command("read")
def read(
    paths: Annotated[list[Path], typer.Argument(help="Files, or directories of them.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    zone: ZoneOption = None,
    frame: FrameOption = None,
) -> None:
    """Show what is in logs; one line on standard error for each file that is refused."""
    runs, refused = read_all(paths, stated_zone(zone), frame)
    if as_json:
        typer.echo(json.dumps([run.as_json() for run in runs], indent=2))
    else:
        for run in runs:
            typer.echo(_line(run))
    if refused and not runs:
        raise typer.Exit(1)


def read_all(
    paths: list[Path], zone: tzinfo | None, frame: Coordinates | None
) -> tuple[list[AutofocusRun], int]:
    """The runs of files and directories, and how many files were refused, each with a line."""
    runs: list[AutofocusRun] = []
    refused = 0
    for path in files_of(paths):
        try:
            runs.extend(read_path(path, zone=zone, coordinates=frame))
        except InvalidValueError as error:
            refused += 1
            typer.echo(str(error), err=True)
    return runs, refused


def stated_zone(text: str | None) -> tzinfo | None:
    """The zone of an option; ends the command if it is none."""
    if text is None:
        return None
    zone = zone_stated(text)
    if zone is None:
        msg = f"{text!r} is no time zone: +02:00, CET or Europe/Rome are"
        raise typer.BadParameter(msg, param_hint="--zone")
    return zone


def files_of(paths: list[Path]) -> Iterator[Path]:
    """The files meant: those named, and all below named directories."""
    for path in paths:
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file())
        else:
            yield path


def _line(run: AutofocusRun) -> str:
    when = "time unknown" if run.time is None else f"{run.time:%Y-%m-%d %H:%M:%S}Z"
    where = "-" if run.position_steps is None else f"{run.position_steps:.1f}"
    error = "" if run.se_steps is None else f" ± {run.se_steps:.1f}"
    warmth = "" if run.temperature_c is None else f"  {run.temperature_c:.1f} °C"
    state = "" if run.ok else "  FAILED"
    reason = "" if run.reason is None else f"  ({run.reason})"
    return f"{when}  {run.filter or '-':8} {where}{error} steps{warmth}{state}{reason}"


BATCH = 100
"""Runs in one request."""
Keep = Callable[[Sequence[AutofocusRun]], dict[str, object]]
"""Keeps runs; what became of them."""


class _Count:
    """What became of the runs so far."""

    def __init__(self) -> None:
        self.accepted = 0
        self.known = 0
        self.refused: dict[str, int] = {}

    def add(self, answer: dict[str, object]) -> None:
        self.accepted += _whole(answer["accepted"])
        self.known += _whole(answer["known"])
        refused = answer["refused"]
        for reason, number in refused.items() if isinstance(refused, dict) else ():
            self.refused[reason] = self.refused.get(reason, 0) + _whole(number)


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Files, or directories of them.")],
    *,
    rig: RigOption = None,
    zone: ZoneOption = None,
    frame: FrameOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Keep the runs of logs, each once; offsets are learnt from them. Nothing moves.

    Without a daemon the runs go straight into its database, and are fitted when it next runs.
    """
    stated = stated_zone(zone)
    files = list(files_of(paths))
    count, unread = _Count(), 0
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with _keeper(url, rig, config) as (keep, later), bar as progress:
        task = progress.add_task("reading", total=len(files))
        for file in _each(files, progress, task):
            try:
                runs = read_path(file, zone=stated, coordinates=frame)
            except InvalidValueError as error:
                unread += 1
                progress.console.print(str(error), highlight=False, markup=False, soft_wrap=True)
                continue
            for batch in _batches(runs):
                count.add(keep(batch))
    for line in _summary(count, fitted_later=later):
        typer.echo(line)
    if unread == len(files):
        raise typer.Exit(1)


def list_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Show the runs that were imported, newest first, and why some are not fitted."""
    answer = ask(url, f"{one_rig(url, rig)}/runs")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table()
    columns = ("key", "time", "filter", "raw steps", "°C", "frame", "source", "not fitted because")
    for column in columns:
        table.add_column(column)
    rows = answer["runs"]
    for row in rows if isinstance(rows, list) else []:
        position = row["position_steps"]
        moved = row["embodied_steps"]
        table.add_row(
            row["key"][:8],
            (row["time"] or "unknown")[:19],
            row["filter"] or "",
            "" if position is None else f"{position:.1f}",
            "" if row["temperature_c"] is None else f"{row['temperature_c']:.1f}",
            (row["frame"] or "unknown") + ("" if moved is None else f" {moved:+d}"),
            row["source"],
            row["reason"] or "",
        )
    Console(soft_wrap=True).print(table)


def forget_command(
    key: Annotated[str, typer.Argument(help="Of the run, as `rigd runs list` shows it.")],
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Take a wrong run back: offsets learnt with it count no more and are fitted again."""
    answer = ask(url, f"{one_rig(url, rig)}/runs/forget", {"key": key})
    typer.echo(answer["said"])


def restate_command(
    key: Annotated[str, typer.Argument(help="Of the run, as `rigd runs list` shows it.")],
    *,
    frame: FrameOption = None,
    filter_name: Annotated[
        str | None, typer.Option("--filter", help="The filter that was in the light.")
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """State a run's frame or filter anew; a run taken back counts again so."""
    body = {"key": key, "frame": frame, "filter": filter_name}
    answer = ask(url, f"{one_rig(url, rig)}/runs/restate", body)
    typer.echo(answer["said"])


@contextmanager
def _keeper(url: str, rig: str | None, config: Path | None) -> Iterator[tuple[Keep, bool]]:
    """What keeps runs: the daemon if one answers, else its database; and whether it is that.

    Raises:
        StoreError: a daemon runs on that database, but does not answer at the address.
    """
    try:
        ask(url, "/rigs")
    except DeviceUnavailableError:
        loaded = load_for_start(config or default_config_path())
        name = rig_of(loaded, rig)
        with sole_user(loaded.store_path), closing(Store(loaded.store_path)) as store:
            profile = profiles_at_start(store, loaded).profiles[name]
            learning_rig = _learning_rig(effective(profile, store.answers(name)))
            yield (
                lambda runs: import_runs(
                    store, name, learning_rig, runs, "rigd runs import"
                ).as_json(),
                True,
            )
    else:
        path = one_rig(url, rig)
        yield lambda runs: ask(url, f"{path}/runs", runs_body(runs)), False


def _learning_rig(profile: EquipmentProfile) -> LearningRig:
    fit_input = FitInput(reference=profile.reference_filter, names=names_of(profile))
    return LearningRig(
        light_path_id=light_path(profile),
        fit_input=fit_input,
        filter_fingerprints=filter_fingerprints(profile),
    )


def rig_of(loaded: LoadedConfig, rig: str | None) -> str:
    """The rig meant: the named one, or the only one.

    Raises:
        RefusedError: there are several and none was named, or none at all.
    """
    names = [one.name for one in loaded.config.rigs]
    if rig is None and len(names) == 1:
        return names[0]
    if rig is not None and rig in names:
        return rig
    msg = f"--rig is needed: {loaded.path} has {', '.join(names) or 'no rigs'}"
    raise RefusedError(msg)


def _each(files: Iterable[Path], progress: Progress, bar: TaskID) -> Iterator[Path]:
    for file in files:
        progress.update(bar, description=file.name)
        yield file
        progress.advance(bar)


def _batches(runs: Sequence[AutofocusRun]) -> Iterator[Sequence[AutofocusRun]]:
    for start in range(0, len(runs), BATCH):
        yield runs[start : start + BATCH]


def _summary(count: _Count, *, fitted_later: bool) -> Iterator[str]:
    stored = count.accepted + sum(count.refused.values())
    if count.known and not stored:
        yield f"nothing new: all {count.known} runs were imported before"
        return
    later = "; no rigd answers: it fits them at its next noon" if fitted_later else ""
    yield f"{count.accepted} runs kept to learn from{later if count.accepted else ''}"
    for reason, number in sorted(count.refused.items()):
        yield f"{number} runs kept, but not fitted: {reason}"
    if count.known:
        yield f"{count.known} runs were imported before: unchanged"


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
