"""`rigd profile`: the profiles in the database. None of these commands moves anything."""

import asyncio
import getpass
import json
import os
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated

import typer

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.on_demand import CommandOnDemand, group_of
from rigd.cli.options import DEFAULT_URL, ConfigOption, JsonOption, RigOption, UrlOption
from rigd.cli.profile_changes import change_line, difference_lines, edit_lines
from rigd.cli.profile_source import ProfileSource, profile_source
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text, read_profile
from rigd.errors import ConfigError, InvalidValueError, RefusedError, RigdError
from rigd.view.profiles import ProfileView
from rigd.view.rig import Client
from rigd.view.to_json import to_json

profile_app = typer.Typer(
    help="Keep, edit, compare and switch equipment profiles.",
    no_args_is_help=True,
    cls=group_of(
        CommandOnDemand(
            "import",
            "rigd.cli.profile_files:import_command",
            "Show what a file says, and what rigd does not understand in it.",
        ),
        CommandOnDemand(
            "diff",
            "rigd.cli.profile_files:diff_command",
            "Compare two profiles, and say whether learnt offsets stay in force.",
        ),
        CommandOnDemand(
            "fingerprint",
            "rigd.cli.profile_files:fingerprint_command",
            "Print the fingerprints that offsets are stored under: light path and filters.",
        ),
    ),
)

NameArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The profile's name, or its first letters.", show_default=False
    ),
]
MaybeNameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help="The profile; by default the one in force.", show_default=False
    ),
]


@profile_app.callback()
def _profile() -> None:
    """Keep, edit, compare and switch equipment profiles."""


@profile_app.command("list")
def list_profiles(
    url: UrlOption = DEFAULT_URL, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the profiles, archived ones too, and the rigs that use them."""
    with profile_source(url, config, read_only=True) as here:
        answer = asyncio.run(here.profiles.listed())
    if as_json:
        typer.echo(json.dumps(to_json(answer), indent=2))
        return
    for row in answer.profiles:
        users = f", in force on {', '.join(row.rigs)}" if row.rigs else ""
        shelved = ", archived" if row.archived else ""
        typer.echo(f"{row.name}{users}{shelved}")


@profile_app.command("show")
def show_profile(
    name: MaybeNameArgument = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a profile as TOML."""
    found = _find_profile(name, rig, url, config)
    if as_json:
        typer.echo(json.dumps(to_json(found.summary), indent=2))
    else:
        typer.echo(found.toml, nl=False)


@profile_app.command("create")
def create_profile(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Create an empty profile; `rigd profile edit` fills it in."""
    with profile_source(url, config) as here:
        text = profile_text(EquipmentProfile(name=name))
        typer.echo(f"{asyncio.run(here.profiles.create(text, local_user()))!r} is created")


@profile_app.command("clone")
def clone_profile(
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Name of the copy.")],
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Copy a profile."""
    with profile_source(url, config) as here:
        name = asyncio.run(here.name(name))
        typer.echo(
            f"{asyncio.run(here.profiles.clone(name, new, local_user()))!r} is a copy of {name!r}"
        )


@profile_app.command("rename")
def rename_profile(
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Rename a profile; what was learnt with it stays."""
    with profile_source(url, config) as here:
        name = asyncio.run(here.name(name))
        typer.echo(
            f"{name!r} is now {asyncio.run(here.profiles.rename(name, new, local_user()))!r}"
        )


@profile_app.command("switch")
def switch_profile(
    name: NameArgument,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Put another profile in force. Nothing moves; refused while something is moving."""
    with profile_source(url, config, rig) as here:
        name = asyncio.run(here.name(name))
        asyncio.run(here.profiles.switch(here.rig, name, local_user()))
        typer.echo(f"{name!r} is in force on {here.rig}")


@profile_app.command("archive")
def archive_profile(
    name: NameArgument, url: UrlOption = DEFAULT_URL, config: ConfigOption = None
) -> None:
    """Archive a profile; nothing is ever deleted."""
    with profile_source(url, config) as here:
        name = asyncio.run(here.name(name))
        asyncio.run(here.profiles.shelve(name, local_user(), archived=True))
        typer.echo(f"{name!r} is archived")


@profile_app.command("restore")
def restore_profile(
    name: NameArgument, url: UrlOption = DEFAULT_URL, config: ConfigOption = None
) -> None:
    """Take a profile out of the archive."""
    with profile_source(url, config) as here:
        name = asyncio.run(here.name(name))
        asyncio.run(here.profiles.shelve(name, local_user(), archived=False))
        typer.echo(f"{name!r} is restored")


@profile_app.command("export")
def export_profile(
    name: NameArgument,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A new file; by default the screen.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Write a profile as a TOML file, which `rigd profile import` reads again."""
    found = _find_profile(name, None, url, config)
    if file is None:
        typer.echo(found.toml, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(found.toml)
    except OSError as error:
        msg = f"{file}: {error.strerror or error}; nothing was written"
        raise ConfigError(msg) from error
    typer.echo(f"{file}: written", err=True)


@profile_app.command("edit")
def edit_profile(
    name: MaybeNameArgument = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="A text that was refused earlier, instead of the profile's own."
        ),
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
) -> None:
    """Edit a profile in $EDITOR; if it is refused, your text is kept.

    A change that somebody else made meanwhile is not overwritten.
    """
    found = _find_profile(name, rig, url, config)
    path = file or _write_temporary_file(found.toml)
    _open_editor(path)
    try:
        text = path.read_text(encoding="utf-8")
        profile = parse_profile(text, path)
        if profile_text(profile) == found.toml:
            typer.echo(f"{found.name!r} is unchanged")
        else:
            with profile_source(url, config, rig) as here:
                after = asyncio.run(
                    here.profiles.put(found.name, text, local_user(), expect=found.revision)
                )
            typer.echo(f"{after!r} is changed:")
            for line in edit_lines(parse_profile(found.toml, found.name), profile):
                typer.echo(f"  {line}")
    except (RigdError, OSError, UnicodeDecodeError) as refused:
        again = f"rigd profile edit {shlex.quote(found.name)} --file {shlex.quote(str(path))}"
        msg = f"{refused}\nnothing was changed; to try again with your text: {again}"
        raise RefusedError(msg) from refused
    if file is None:
        path.unlink(missing_ok=True)


@profile_app.command("propose")
def propose_profile(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Propose the profile that fits the connected devices; nothing is switched."""
    answer = ask(url, f"{one_rig(url, rig)}/profile/proposal")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    for row in rows(answer, "profiles"):
        against = row["against"]
        why = "; ".join(against) if isinstance(against, list) else ""
        here = ", in force" if row["name"] == answer["in_force"] else ""
        typer.echo(f"{row['name']}{here}: {why or 'fits'}")
    if answer["sentence"] is not None:
        typer.echo(answer["sentence"])


@profile_app.command("confirm")
def confirm_profile(rig: RigOption = None, url: UrlOption = DEFAULT_URL) -> None:
    """Confirm that the profile in force is right, whatever mount, frames or labels say."""
    count = ask(url, f"{one_rig(url, rig)}/profile/confirm", {})["confirmed"]
    typer.echo("confirmed, and remembered" if count else "nothing contradicts it")


@profile_app.command("undo")
def undo_change(
    url: UrlOption = DEFAULT_URL, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Undo the last change of a profile; once more, the one before it."""
    with profile_source(url, config) as here:
        taken_back = asyncio.run(here.profiles.undo(local_user()))
    if as_json:
        typer.echo(json.dumps(to_json(taken_back), indent=2))
        return
    typer.echo(f"taken back: {change_line(taken_back)}")
    if taken_back.before is not None and "toml" not in taken_back.before:
        typer.echo(f"    {taken_back.before['profile']!r} again")
        return
    for line in difference_lines(
        replace(taken_back, before=taken_back.after, after=taken_back.before)
    ):
        typer.echo(f"    {line}")


@profile_app.command("history")
def show_history(
    rig: RigOption = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1000, help="How many lines at most.")
    ] = 20,
    url: UrlOption = DEFAULT_URL,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the changes of profiles, newest first: what, who, when."""
    with profile_source(url, config, read_only=True) as here:
        answer = asyncio.run(here.profiles.history(most, rig))
    if as_json:
        typer.echo(json.dumps(to_json(answer), indent=2))
        return
    for row in answer.changes:
        typer.echo(change_line(row))
        for line in difference_lines(row):
            typer.echo(f"    {line}")


def file_or_profile(
    words: str | None, url: str, config: Path | None, rig: str | None = None
) -> EquipmentProfile:
    """The profile in a file of this name, else the stored one; None: the rig's in force."""
    if words is not None and Path(words).is_file():
        return read_profile(Path(words))
    found = _find_profile(words, rig, url, config)
    return parse_profile(found.toml, found.name)


def _find_profile(name: str | None, rig: str | None, url: str, config: Path | None) -> ProfileView:
    with profile_source(url, config, rig, read_only=True) as here:
        return asyncio.run(_view_of(here, name))


async def _view_of(here: ProfileSource, name: str | None) -> ProfileView:
    return await here.profiles.shown(await here.name(name))


def _write_temporary_file(text: str) -> Path:
    handle, name = mkstemp(prefix="rigd-profile-", suffix=".toml")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    return Path(name)


def _open_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        ended = subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603 - theirs
    except (OSError, ValueError) as missing:
        msg = f"{editor}: {missing} (set $EDITOR)"
        raise InvalidValueError(msg) from missing
    if ended.returncode != 0:
        msg = f"{editor} ended with {ended.returncode}: nothing was changed; the text is {path}"
        raise RefusedError(msg)


def local_user() -> Client:
    """Who asks at this computer."""
    try:
        return Client(name=getpass.getuser())
    except (OSError, KeyError):
        return Client(name="rigd profile")
