"""`rigd record`: a recording of devices and logs that a person can send to somebody who helps."""

import asyncio
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from rigd.cli.daemon_address import find_daemon
from rigd.cli.daemon_client import ask, rows
from rigd.cli.options import ConfigOption
from rigd.config import LoadedConfig, load_for_start
from rigd.errors import ConfigError, RefusedError, RigdError
from rigd.files.config_path import find_config
from rigd.files.safe_writing import write_whole
from rigd.recording.listen import Listening, listen
from rigd.recording.make import make_recording
from rigd.recording.recording import describe, encode, read_recording

LOG_LINES = 500
_LONGEST_LOG_BYTES = 256 << 10
_JOURNAL = ("journalctl", "--unit", "rigd", "--lines", str(LOG_LINES), "--output", "cat")
_JOURNAL_S = 20.0
_SHOWN = ("", "/match", "/explain", "/offsets", "/questions", "/history", "/changes")
"""What the daemon shows of each rig; the first is its status."""

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The file to write; by default rigd-DATE.jsonl.gz."),
]
RecordedUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="RIGD_URL",
        show_default="as the configuration says",
        help="Where the daemon answers.",
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(min=1, max=86400, help="How long to listen; by default until Ctrl-C."),
]
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log", help="rigd's log, where it is a file; by default the end of the unit's journal."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write it without asking.")]
Show = Annotated[
    Path | None, typer.Option("--show", metavar="FILE", help="Show what is in a recording.")
]


def record_command(
    *,
    file: FileArgument = None,
    config: ConfigOption = None,
    url: RecordedUrl = None,
    seconds: Seconds = None,
    log: LogFile = None,
    yes: Yes = False,
    show: Show = None,
) -> None:
    """Record devices and logs for somebody who shall help; personal details are taken out.

    It has what the devices say for a while and what rigd makes of it, and the end of the log.
    Names of users and computers, paths, addresses, coordinates, serial numbers and tokens are
    taken out. What is in it is shown before anything is written; nothing is sent anywhere, and no
    device is told anything.
    """
    if show is not None:
        for line in describe(read_recording(show)):
            typer.echo(line)
        return
    loaded = load_for_start(find_config(config))
    begun = datetime.now(UTC)
    path = file or Path(f"rigd-{begun:%Y-%m-%d-%H%M}.jsonl.gz")
    if path.exists():
        raise ConfigError(f"{path}: is there already; name another file")
    until = f"for {seconds:g} s" if seconds is not None else "until Ctrl-C"
    typer.echo(f"Listening {until}: now do what goes wrong, a filter change for instance ...")
    listening = asyncio.run(_listen(loaded, seconds))
    rigs = ask_rigs(loaded, url or str(find_daemon(config)))
    recording = make_recording(loaded, listening, rigs, _read_log(log), begun)
    typer.echo("\nIt holds:")
    for line in describe(recording):
        typer.echo(f"  {line}")
    if not yes and sys.stdin.isatty() and not typer.confirm(f"\nWrite it to {path}?", default=True):
        raise RefusedError("nothing is written")
    write_whole(path, encode(recording))
    typer.echo(f"{path}: written; every line can be read: `zcat {path}`")


async def _listen(loaded: LoadedConfig, seconds: float | None) -> Listening:
    stopped, found = asyncio.Event(), Listening()
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    # Not the loop's own handler, which Windows has none of.
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stopped.set))
    try:
        await listen(loaded.config.servers, found, seconds=seconds, stopped=stopped)
    finally:
        signal.signal(signal.SIGINT, before)
    return found


def ask_rigs(loaded: LoadedConfig, url: str) -> dict[str, dict[str, Any]]:
    """What the daemon shows of each rig; without a daemon, the profiles of the files."""
    found: dict[str, dict[str, Any]] = {}
    try:
        names = [str(row["name"]) for row in rows(ask(url, "/rigs"), "rigs")]
        for name in names:
            found[name] = _ask_rig(url, quote(name, safe=""))
    except RigdError as silent:
        typer.echo(f"{silent}: the state of the rigs is left out")
        for rig in loaded.config.rigs:
            if rig.profile is not None:
                with suppress(OSError, UnicodeDecodeError):
                    text = (loaded.path.parent / rig.profile).read_text(encoding="utf-8")
                    found[rig.name] = {"profile": text}
    return found


def _ask_rig(url: str, name: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for page in (*_SHOWN, "/profile"):
        with suppress(RefusedError):
            answer = ask(url, f"/rigs/{name}{page}")
            shown[page.strip("/") or "status"] = (
                answer.get("toml") if page == "/profile" else answer
            )
    return shown


def _read_log(log: Path | None) -> list[str]:
    """The end of rigd's log.

    Raises:
        ConfigError: the file that was named cannot be read.
    """
    if log is not None:
        try:
            with log.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - _LONGEST_LOG_BYTES))
                text = file.read().decode(errors="replace")
        except OSError as error:
            raise ConfigError(f"{log}: {error.strerror or error}") from error
        return text.splitlines()[-LOG_LINES:]
    journal = shutil.which(_JOURNAL[0])
    if journal is None:
        return []
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - systemd's own
            [journal, *_JOURNAL[1:]],
            capture_output=True,
            timeout=_JOURNAL_S,
            check=False,
        )
        return done.stdout.decode(errors="replace").splitlines()
    return []
