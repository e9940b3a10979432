"""`rigd profile`: profiles in files of rigd and of other programs, and how two profiles differ."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rigd.cli.daemon_client import ask
from rigd.cli.options import DEFAULT_URL, ConfigOption, JsonOption, RigOption, UrlOption
from rigd.cli.profile import file_or_profile
from rigd.cli.profile_import import keep_imported
from rigd.equipment.fingerprint import filter_fingerprint, filter_fingerprints, train_fingerprint
from rigd.equipment.imports.imported import Imported, ImportedTrain
from rigd.equipment.imports.reader import read_path
from rigd.equipment.imports.server_names import KnownServer, OtherAddressError, name_servers
from rigd.equipment.profile_diff import profile_changes
from rigd.equipment.profile_toml import profile_text, read_profile, write_profile
from rigd.errors import ConfigError, InvalidValueError, RigdError
from rigd.files.config_path import find_config
from rigd.files.toml import parse_toml, read_text

ForeignFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Profile of N.I.N.A., userdb.sqlite of Ekos, configuration of CCDciel or of an "
        "INDI driver; or a profile or configuration of rigd (.toml).",
    ),
]
ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server",
        help="Name of the [[servers]] that the file's devices are on, where rigd cannot tell.",
    ),
]
SwitchOption = Annotated[
    bool, typer.Option("--switch", help="Keep it, and put it in force. Nothing moves.")
]


def import_command(
    file: ForeignFile,
    *,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Write the profile to this new TOML file."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the profile in rigd's database.")
    ] = False,
    replace: Annotated[
        str | None,
        typer.Option("--replace", help="Replace this profile of the database with it."),
    ] = None,
    train: Annotated[
        str | None,
        typer.Option("--train", help="Which of the file's light paths, if it has several."),
    ] = None,
    with_offsets: Annotated[
        bool,
        typer.Option(
            "--with-offsets",
            help="Take over the imported offsets as stated ones, which override the model.",
        ),
    ] = False,
    server: ServerOption = None,
    switch: SwitchOption = False,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a file says, and what rigd does not understand in it.

    Without --write, --keep, --replace or --switch nothing is written anywhere.
    """
    kept = keep or switch or replace is not None
    if with_offsets and write is None and not kept:
        raise InvalidValueError("--with-offsets needs --write FILE or --keep")
    imported = _read(file)
    chosen = imported.train(train) if write is not None or kept or train is not None else None
    if chosen is not None:
        needed = kept or server is not None
        chosen = _on_servers(chosen, server, url, config, needed=needed)
    if as_json:
        typer.echo(json.dumps(imported.as_json(), indent=2))
    else:
        for line in _lines(imported, chosen):
            typer.echo(line)
    if chosen is None:
        return
    profile = chosen.with_offsets() if with_offsets else chosen.profile
    if write is not None:
        write_profile(write, profile)
        typer.echo(f"{write}: written", err=True)
    if kept:
        said = keep_imported(
            profile, replaced=replace, switched=switch, rig=rig, url=url, config=config
        )
        typer.echo(said, err=True)


def diff_command(
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="Equipment profile: a TOML file, or a name.")
    ],
    after: Annotated[
        str | None,
        typer.Argument(
            metavar="AFTER", help="The other, or the same later; without it the one in force."
        ),
    ] = None,
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two profiles, and say whether learnt offsets stay in force."""
    old, new = (file_or_profile(one, url, config, rig) for one in (before, after))
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


def fingerprint_command(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="Equipment profile: a TOML file, or a name; without it the one in force.",
        ),
    ] = None,
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the fingerprints that offsets are stored under: light path and filters."""
    profile = file_or_profile(file, url, config, rig)
    train = train_fingerprint(profile)
    filters = filter_fingerprints(profile)
    if as_json:
        typer.echo(json.dumps({"train": train, "filters": filters}, indent=2))
        return
    typer.echo(f"{train}  light path")
    for key, digits in filters.items():
        reference = "  (reference)" if key == profile.reference_filter else ""
        typer.echo(f"{digits}  {key}{reference}")


def _read(file: Path) -> Imported:
    if file.suffix != ".toml":
        return read_path(file)
    if "rigs" in parse_toml(read_text(file), file):
        from rigd.config import load_for_start

        found = tuple(load_for_start(file).profiles.values())
    else:
        found = (read_profile(file),)
    trains = tuple(ImportedTrain(profile=profile) for profile in found)
    return Imported(program="rigd", source=f"rigd {file.name}", trains=trains)


def _on_servers(
    train: ImportedTrain, server: str | None, url: str, config: Path | None, *, needed: bool
) -> ImportedTrain:
    """Name the train's servers as the configuration does; a profile that is kept needs it."""
    if not train.servers:
        return train
    try:
        return name_servers(train, _known_servers(url, config), server)
    except OtherAddressError as other:
        if not needed:
            return train
        if not sys.stdin.isatty() or not typer.confirm(f"{other}. Is it the same?", err=True):
            raise
        return name_servers(train, _known_servers(url, config), other.server)
    except (ConfigError, InvalidValueError):
        if needed:
            raise
        return train


def _find_config(url: str, config: Path | None) -> Path:
    """The configuration file; where none is named or found, that of the daemon that answers."""
    try:
        return find_config(config)
    except ConfigError:
        try:
            theirs = ask(url, "/rigs").get("config")
        except RigdError:
            theirs = None
        if config is not None or not isinstance(theirs, str) or not Path(theirs).is_file():
            raise
        return Path(theirs)


def _known_servers(url: str, config: Path | None) -> list[KnownServer]:
    from rigd.config import load_for_start

    known = []
    for one in load_for_start(_find_config(url, config)).config.servers:
        host, port = one.options.get("host"), one.options.get("port")
        known.append(
            KnownServer(
                name=one.name,
                driver=one.driver,
                host=host if isinstance(host, str) else None,
                port=port if isinstance(port, int) else None,
            )
        )
    return known


def _lines(imported: Imported, chosen: ImportedTrain | None) -> Iterator[str]:
    for train in imported.trains if chosen is None else (chosen,):
        yield f"# understood: {train.profile.name} ({imported.source})"
        yield profile_text(train.profile)
        for offset in train.offsets:
            yield (
                f"# imported offset: {offset.filter} {offset.focus_offset_steps:+d} steps against "
                f"{offset.reference} (positive counts up), as of {offset.date or 'an unknown date'}"
            )
    for train in imported.trains if chosen is None else (chosen,):
        for one in train.servers:
            yield (
                f"# server: {one.name!r} stands for {one.words()}; with --keep the name that your "
                "configuration has for it is filled in"
            )
    for line in imported.not_understood:
        yield f"# not understood: {line}"
    for line in imported.warnings:
        yield f"# warning: {line}"
