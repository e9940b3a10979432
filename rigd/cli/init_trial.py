"""A first start of rigd with a new configuration: do the devices answer, what do the logs teach."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from rigd.api.rest.runs_body import runs_body
from rigd.autofocus_logs.run import AutofocusRun
from rigd.cli.daemon_address import find_daemon
from rigd.cli.daemon_client import ask, rows
from rigd.cli.offsets_why import nothing_learnt
from rigd.cli.profile_import import keep_imported
from rigd.equipment.profile_toml import parse_profile
from rigd.errors import DeviceUnavailableError, RigdError
from rigd.files.plain_words import count_of
from rigd.first_run.rig_plan import RigPlan

START_S = 60.0
DEVICES_S = 30.0
FIT_S = 180.0
STOP_S = 15.0
BATCH = 100
"""Runs in one request."""
SYSTEM = Path("/etc/rigd/rigd.toml")
SERVICE = "rigd"
"""The user that the service runs as, and its directory below /var/lib."""


def try_out(path: Path, plan: RigPlan) -> Iterator[str]:
    """Start rigd, give it the runs of the logs, and stop it; yield what comes of it.

    Raises:
        DeviceUnavailableError: it did not start, or ended before it was told to.
    """
    url = find_daemon(path)
    if _answers(url):
        yield (
            f"a rigd answers at {url} already: restart it to take this configuration, and then "
            "learn from the logs with `rigd runs import`"
        )
        return
    did = "did not start"
    try:
        with _running(path, url):
            did = "ended meanwhile"
            yield from _take_profile(url, plan)
            yield from _devices(url, plan)
            yield from _learn(url, plan)
            yield from _offsets(url, plan)
    except RigdError as error:
        raise DeviceUnavailableError(f"rigd {did}: {error}") from error


def _answers(url: str) -> bool:
    with suppress(DeviceUnavailableError):
        ask(url, "/rigs")
        return True
    return False


@contextmanager
def _running(path: Path, url: str) -> Iterator[None]:
    """Run the daemon; as its service does, where the configuration is the system's."""
    user, env = None, dict(os.environ)
    if path == SYSTEM and _may_run_as_service():
        user = SERVICE
        env["STATE_DIRECTORY"] = f"/var/lib/{SERVICE}"
    with tempfile.TemporaryFile() as said:
        daemon = subprocess.Popen(  # noqa: S603 - rigd itself
            # Not from the working directory: a checkout of rigd there is not what is installed.
            [sys.executable, "-P", "-m", "rigd", "run", "--config", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            user=user,
            group=user,
            extra_groups=None if user is None else (),
            env=env,
        )
        try:
            until_s = monotonic() + START_S
            while not _answers(url):
                if daemon.poll() is not None or monotonic() > until_s:
                    said.seek(0)
                    last = said.read().decode(errors="replace").strip().splitlines()[-1:]
                    raise DeviceUnavailableError(last[0] if last else "it does not answer")
                sleep(0.1)
            yield
        finally:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def _may_run_as_service() -> bool:
    """Whether this is root, on a system that has the service's user."""
    if sys.platform == "win32":
        return False
    import pwd

    if os.geteuid() != 0:
        return False
    try:
        pwd.getpwnam(SERVICE)
    except KeyError:
        return False
    return True


def _take_profile(url: str, plan: RigPlan) -> Iterator[str]:
    """Put the new profile in the place of one that the database has in force on this rig."""
    stored = rows(ask(url, "/profiles"), "profiles")
    in_force = next((one["name"] for one in stored if plan.name in one["rigs"]), None)
    if in_force is None:
        return
    shown = ask(url, f"/profiles/{quote(in_force, safe='')}")
    if parse_profile(str(shown["toml"]), in_force) == plan.profile:
        return
    keep_imported(
        plan.profile, replaced=in_force, switched=True, rig=plan.name, url=url, config=None
    )
    yield (
        f"profile {in_force!r} of the database is replaced by that of the file; `rigd profile "
        "undo` takes it back"
    )


def _devices(url: str, plan: RigPlan) -> Iterator[str]:
    """Wait for the rig's devices, and name those that are not there."""
    wanted = {role: one.device for role, one in plan.profile.addresses() if role != "guider"}
    until_s, seen = monotonic() + DEVICES_S, set[str]()
    while monotonic() < until_s:
        there = rows(ask(url, f"/rigs/{plan.name}"), "devices")
        seen = {str(row[key]) for row in there for key in ("key", "device", "name") if key in row}
        if all(device in seen for device in wanted.values()):
            break
        sleep(0.2)
    missing = [f"{role} {device}" for role, device in wanted.items() if device not in seen]
    if missing:
        yield f"not there: {', '.join(missing)}"
    answering = [device for device in wanted.values() if device in seen]
    yield f"rigd answers at {url}; it sees {', '.join(answering) or 'no device'}"


def _learn(url: str, plan: RigPlan) -> Iterator[str]:
    runs = [run for logs in plan.logs for run in logs.runs]
    if not runs:
        return
    kept, waiting = 0, 0
    for batch in _batches(runs):
        answer = ask(url, f"/rigs/{plan.name}/runs", runs_body(batch))
        accepted, refused = answer.get("accepted"), answer.get("refused")
        kept += accepted if isinstance(accepted, int) else 0
        if isinstance(refused, dict):
            waiting += sum(number for number in refused.values() if isinstance(number, int))
    yield f"{count_of(kept, 'run')} kept to learn from" + (
        f", {count_of(waiting, 'run')} kept that cannot be: `rigd runs list` says why"
        if waiting
        else ""
    )
    if kept:
        yield f"Computing offsets from them; a busy computer needs up to {FIT_S:g} s ..."
    until_s = monotonic() + FIT_S
    while kept and monotonic() < until_s:
        found = rows(ask(url, f"/rigs/{plan.name}/offsets"), "offsets")
        if any(row["learnt"] is not None for row in found):
            return
        if why := nothing_learnt(ask(url, f"/rigs/{plan.name}")):
            yield why
            return
        sleep(0.2)
    if kept:
        yield "they are not there yet: rigd goes on with it when it runs, `rigd offsets` shows them"


def _batches(runs: Sequence[AutofocusRun]) -> Iterator[Sequence[AutofocusRun]]:
    for first in range(0, len(runs), BATCH):
        yield runs[first : first + BATCH]


def _offsets(url: str, plan: RigPlan) -> Iterator[str]:
    for row in rows(ask(url, f"/rigs/{plan.name}/offsets"), "offsets"):
        steps = row["focus_offset_steps"]
        shown = "unknown" if steps is None else f"{steps:+d} steps"
        yield f"  {row['name']}: {shown} ({row['reason'] or row['state']})"
