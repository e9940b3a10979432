"""The rigs: what the daemon waits for, who else applies offsets, how old learnt offsets are."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rigd.doctor.finding import Finding, note, ok, warning
from rigd.doctor.installation import Installation
from rigd.focus.state.settings import Mode
from rigd.units import local_time

STALE = timedelta(days=180)
"""Offsets of filters change with nothing but the equipment; half a year without a run that could
have shown it is long."""
_APPLIERS = {
    "kstars": "Ekos: Focus, Settings: no filter offsets (docs/clients.md)",
    "ccdciel": "CCDciel: Setup, Filters: focus offsets 0 (docs/clients.md)",
    "indigo_server": "INDIGO's Imager Agent: APPLY_FILTER_OFFSETS off (docs/clients.md)",
}
"""Programs that can apply filter offsets of their own, by the name of their process, and where that
is switched off."""


def check_rigs(there: Installation) -> Iterator[Finding]:
    """Say what the daemon says of each rig."""
    if there.daemon is None:
        return
    for name, status in there.daemon.rigs.items():
        found = list(_check_rig(name, status))
        yield from found or [ok("rigs", f"rig {name}: nothing is wrong")]


def _check_rig(name: str, status: Any) -> Iterator[Finding]:
    for down in status["servers_down"]:
        yield warning(
            "rigs",
            f"rig {name}: server {down['server']} is not connected: {down['reason']}",
            "start that server; rigd connects by itself",
        )
    for one in status["obstacles"]:
        yield warning("rigs", f"rig {name}: {one['sentence']}", f"it ends when {one['ends_when']}")
    if status["second_applier"]:
        yield warning(
            "appliers",
            f"rig {name}: {status['second_applier']}",
            "switch filter offsets off in that program (docs/clients.md), then `rigd mode apply`",
        )
    if status["nobody_applies"]:
        yield warning("appliers", f"rig {name}: {status['nobody_applies']}", "`rigd mode apply`")
    if status["not_stored"]:
        yield warning("rigs", f"rig {name}: {status['not_stored']}", "make room on the disk")
    said = {one["sentence"] for one in status["obstacles"]}
    for caution in status["cautions"]:
        if caution in said:
            continue
        yield warning("rigs", f"rig {name}: {caution}", "`rigd status` and `rigd explain` say more")


def check_appliers(there: Installation) -> Iterator[Finding]:
    """Name programs on this computer that can apply offsets beside a rig that does."""
    if there.loaded is None or sys.platform != "linux":
        return
    applying = [rig.name for rig in there.loaded.config.rigs if rig.mode is Mode.APPLY]
    running = _running_programs() & _APPLIERS.keys()
    for program in sorted(running) if applying else ():
        yield note(
            "appliers",
            f"{program} runs here and can apply filter offsets too; so does rigd for "
            f"{', '.join(applying)}",
            f"be sure that they are off there: {_APPLIERS[program]}",
        )


def check_offsets(there: Installation) -> Iterator[Finding]:
    """Name rigs whose learnt offsets no run has confirmed for long."""
    for rig, fit in there.fits.items():
        last = str(fit.result.get("last_run"))
        with suppress(ValueError):
            at = datetime.fromisoformat(last)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            said = f"rig {rig}: offsets are learnt from runs up to {local_time(last)}"
            if datetime.now(UTC) - at > STALE:
                yield warning(
                    "offsets",
                    f"{said}, more than {STALE.days} days ago",
                    "`rigd offsets plan` says which filter to focus next",
                )
            else:
                yield ok("offsets", said)


def _running_programs() -> set[str]:
    """The names of all processes of this computer (proc(5), comm)."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            found.add(path.read_text(encoding="utf-8", errors="replace").strip())
    return found
