"""`rigd runs import`: store the runs of logs, to learn offsets from."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from rigd.api.rest.runs_body import runs_body
from rigd.autofocus_logs.log_time import STATE_ZONE
from rigd.autofocus_logs.own_positions import choose_own_runs
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import ASK_FRAME, AutofocusRun, Coordinates
from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, ConfigOption, RigOption, UrlOption, ZoneOption
from rigd.cli.runs import FrameOption, PositionsOption, stated_positions
from rigd.cli.runs_read import Refused, files_of, stated_zone
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.files.plain_words import count_of

_WAYS = {
    STATE_ZONE: "--zone and where the computer was, such as --zone Europe/Rome",
    ASK_FRAME: "--frame raw (the program moved the focuser itself) or --frame logical (it moved "
    "rigd's focuser)",
}
"""What states that which runs wait for."""
_KEPT_FRAME = (
    "  whatever --frame says now, each keeps the frame that it was kept with, if any: "
    "`rigd runs restate KEY --frame` corrects it"
)
_FIGURE = re.compile(r"-?\d+(?:[.,]\d+)*")
BATCH = 100
"""Runs in one request."""
Keep = Callable[[Sequence[AutofocusRun]], dict[str, object]]
"""Stores runs and says what became of them."""


class _Count:
    """What became of the runs so far."""

    def __init__(self) -> None:
        self.accepted = 0
        self.known = 0
        self.refused: dict[str, int] = {}
        self.not_kept = 0
        """Runs that the daemon refused, each named when it was."""
        self.others = 0
        """Runs of another focuser, by their positions."""
        self.frame_stated = False
        """Whether a person said whose counts the positions are."""

    def add(self, answer: dict[str, object]) -> None:
        self.accepted += _whole(answer["accepted"])
        self.known += _whole(answer["known"])
        refused = answer["refused"]
        for reason, number in refused.items() if isinstance(refused, dict) else ():
            self.refused[reason] = self.refused.get(reason, 0) + _whole(number)


def import_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files, or directories of them.")
    ],
    *,
    rig: RigOption = None,
    zone: ZoneOption = None,
    frame: FrameOption = None,
    positions: PositionsOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Import the runs of logs, each once, to learn offsets from. Nothing moves.

    Without a daemon the runs go straight into its database, and are fitted at its next noon.
    """
    stated, own = stated_zone(zone), stated_positions(positions)
    files = list(files_of(paths))
    count, unread = _Count(), Refused()
    count.frame_stated = frame is not None
    waiting: list[AutofocusRun] = []
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with _run_keeper(url, rig, config) as (keep, later), bar as progress:
        task = progress.add_task("reading", total=len(files))
        for file, named in _with_progress(files, progress, task):
            try:
                runs = read_path(file, zone=stated, coordinates=frame, named=named)
            except InvalidValueError as error:
                unread.add(named, error)
                continue
            read = len(runs)
            runs = choose_own_runs(runs, own)
            count.others += read - len(runs)
            if frame is None and any(run.ok and run.coordinates is None for run in runs):
                frame = _ask_frame(progress)
                runs = tuple(replace(run, coordinates=run.coordinates or frame) for run in runs)
            waiting += runs
            while len(waiting) >= BATCH:
                batch, waiting = waiting[:BATCH], waiting[BATCH:]
                _keep_all(batch, keep, count, progress)
        _keep_all(waiting, keep, count, progress)
    for line in unread.lines():
        typer.echo(line, err=True)
    if count.others:
        typer.echo(f"{_runs(count.others)} left out: not at {own}, or at no known position")
    for line in _summary(count, fitted_later=later):
        typer.echo(line)
    if count.accepted and not later:
        for line in _waiting(url, rig):
            typer.echo(line)
        typer.echo("they are fitted now: `rigd offsets` says what comes of it in a moment")
    if unread.count == len(files):
        raise typer.Exit(1)


def _ask_frame(progress: Progress) -> Coordinates | None:
    """Ask whose counts the positions are; None where nobody is there to answer."""
    if not sys.stdin.isatty():
        return None
    progress.stop()
    known = {str(one): one for one in Coordinates}
    question = (
        "Whose counts are the positions in these logs? raw: the program moved the focuser itself; "
        f"logical: it moved rigd's focuser ({', '.join(known)})"
    )
    while True:
        said = str(typer.prompt(question, err=True)).strip().lower()
        if said in known:
            progress.start()
            return known[said]
        question = f"{said!r} is neither {' nor '.join(known)}"


@contextmanager
def _run_keeper(url: str, rig: str | None, config: Path | None) -> Iterator[tuple[Keep, bool]]:
    """What stores runs: the daemon if one answers, else its database; and whether it is the latter.

    Raises:
        StoreError: a daemon runs on that database, but does not answer at the address.
    """
    try:
        ask(url, "/rigs")
    except DeviceUnavailableError as silent:
        from rigd.cli.local_store import open_runs

        with open_runs(config, rig, silent) as keep:
            yield keep, True
    else:
        path = one_rig(url, rig)
        yield lambda runs: ask(url, f"{path}/runs", runs_body(runs)), False


def _with_progress(
    files: Iterable[tuple[Path, str]], progress: Progress, bar: TaskID
) -> Iterator[tuple[Path, str]]:
    for file, named in files:
        progress.update(bar, description=file.name)
        yield file, named
        progress.advance(bar)


def _keep_all(runs: Sequence[AutofocusRun], keep: Keep, count: _Count, progress: Progress) -> None:
    """Have runs stored; one that is refused is named, and keeps no other from being stored."""
    if not runs:
        return
    try:
        count.add(keep(runs))
    except (RefusedError, InvalidValueError) as refused:
        if len(runs) > 1:
            middle = len(runs) // 2
            _keep_all(runs[:middle], keep, count, progress)
            _keep_all(runs[middle:], keep, count, progress)
            return
        count.not_kept += 1
        said = f"{runs[0].source}: not kept: {refused}"
        progress.console.print(said, highlight=False, markup=False, soft_wrap=True)


def _summary(count: _Count, *, fitted_later: bool) -> Iterator[str]:
    stored = count.accepted + sum(count.refused.values())
    if count.known and not stored and not count.not_kept:
        both = f"all {count.known} runs were" if count.known > 1 else "the run was"
        yield f"nothing new: {both} imported before"
        if count.frame_stated:
            yield _KEPT_FRAME
        return
    later = "; no rigd answers: it fits them at its next noon" if fitted_later else ""
    yield f"{_runs(count.accepted)} kept to learn from{later if count.accepted else ''}"
    for alike in _group_alike(count.refused):
        number = sum(count.refused[reason] for reason in alike)
        such = ", for reasons such as" if len(alike) > 1 else ""
        yield f"{_runs(number)} kept, but not fitted{such}: {alike[0]}"
    for asked, way in _WAYS.items():
        if any(asked in reason for reason in count.refused):
            yield f"what they wait for is said with the same import again and {way}"
    if count.not_kept:
        yield f"{_runs(count.not_kept)} not kept: named above"
    if count.known:
        yield f"{_runs(count.known)} known from before: unchanged"
        if count.frame_stated:
            yield _KEPT_FRAME


def _group_alike(reasons: Iterable[str]) -> list[list[str]]:
    """Group the reasons that differ in figures alone: those of curves have each run's own."""
    groups: dict[str, list[str]] = {}
    for reason in sorted(reasons):
        groups.setdefault(_FIGURE.sub("0", reason), []).append(reason)
    return list(groups.values())


def _waiting(url: str, rig: str | None) -> Iterator[str]:
    """What runs wait for that are kept to learn from, as `rigd runs list` says of each."""
    kept = rows(ask(url, f"{one_rig(url, rig)}/runs"), "runs")
    reasons = Counter(str(row["reason"]) for row in kept if row["accepted"] and row["reason"])
    for reason, number in sorted(reasons.items()):
        each = reason.removeprefix("it ")
        yield f"{_runs(number)} of those kept so far do not count yet: each {each}"


def _runs(number: int) -> str:
    return count_of(number, "run")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
