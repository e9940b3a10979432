"""`rigd profile`: equipment profiles as files, and what other programs know of equipment."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rigd.errors import InvalidValueError
from rigd.fingerprint import filter_fingerprint, train_fingerprint
from rigd.imports.imported import Imported, ImportedTrain
from rigd.imports.reading import read_path
from rigd.profile import read_profile
from rigd.profilediff import profile_changes
from rigd.profiletext import profile_text, write_profile

profile_app = typer.Typer(help="Equipment profiles.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@profile_app.callback()
def _profile() -> None:
    """Equipment profiles."""


@profile_app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="Profile of N.I.N.A., userdb.sqlite of Ekos, configuration of CCDciel or of an "
            "INDI driver."
        ),
    ],
    *,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Write the profile to this new TOML file."),
    ] = None,
    train: Annotated[
        str | None, typer.Option("--train", help="Which, if the file has several light paths.")
    ] = None,
    with_offsets: Annotated[
        bool,
        typer.Option(
            "--with-offsets",
            help="Write the imported offsets as offsets that you state: they win over the model.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a file of another program says, and what rigd does not understand of it.

    Without --write nothing is written anywhere.
    """
    if with_offsets and write is None:
        raise InvalidValueError("--with-offsets says what --write writes: name a file for --write")
    imported = read_path(file)
    chosen = imported.train(train) if write is not None or train is not None else None
    if as_json:
        typer.echo(json.dumps(imported.as_json(), indent=2))
    else:
        for line in _lines(imported, chosen):
            typer.echo(line)
    if write is not None and chosen is not None:
        write_profile(write, chosen.with_offsets() if with_offsets else chosen.profile)
        typer.echo(f"{write}: written", err=True)


@profile_app.command("diff")
def diff(
    before: Annotated[Path, typer.Argument(help="Equipment profile, TOML.")],
    after: Annotated[Path, typer.Argument(help="Another, or the same later.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what changed, and whether learnt offsets stay in force."""
    old, new = read_profile(before), read_profile(after)
    changes = profile_changes(old, new)
    same_light = train_fingerprint(old) == train_fingerprint(new)
    if as_json:
        listed = [{"key": c.key, "before": c.before, "after": c.after} for c in changes]
        typer.echo(json.dumps({"changes": listed, "same_light_path": same_light}, indent=2))
        return
    for change in changes:
        typer.echo(str(change))
    typer.echo(
        "the same light path" if same_light else "another light path: it has offsets of its own"
    )
    for key in new.filters:
        if key in old.filters and filter_fingerprint(old, key) != filter_fingerprint(new, key):
            typer.echo(f"{key} is another filter: it has an offset of its own")
    if changes and old.reference_filter != new.reference_filter:
        typer.echo("another reference filter: offsets are counted anew")


@profile_app.command("fingerprint")
def fingerprint(
    file: Annotated[Path, typer.Argument(help="Equipment profile, TOML.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Print what learnt offsets are filed under: the light path, and every filter."""
    profile = read_profile(file)
    train = train_fingerprint(profile)
    filters = {key: filter_fingerprint(profile, key) for key in profile.filters}
    if as_json:
        typer.echo(json.dumps({"train": train, "filters": filters}, indent=2))
        return
    typer.echo(f"{train}  light path")
    for key, digits in filters.items():
        reference = "  (reference)" if key == profile.reference_filter else ""
        typer.echo(f"{digits}  {key}{reference}")


def _lines(imported: Imported, chosen: ImportedTrain | None) -> Iterator[str]:
    for train in imported.trains if chosen is None else (chosen,):
        yield f"# understood: {train.profile.name} ({imported.source})"
        yield profile_text(train.profile)
        for offset in train.offsets:
            yield (
                f"# imported offset: {offset.filter} {offset.focus_offset_steps:+d} steps against "
                f"{offset.reference} (positive counts up), as of {offset.date or 'an unknown date'}"
            )
    for line in imported.not_understood:
        yield f"# not understood: {line}"
    for line in imported.warnings:
        yield f"# look at this: {line}"
