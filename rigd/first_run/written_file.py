"""The configuration file: what of it stays, its new text, and how it is written."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rigd.files.safe_writing import keep_backup, write_whole
from rigd.files.toml import parse_toml, read_text
from rigd.first_run.configuration_text import configuration_text
from rigd.first_run.findings import Findings
from rigd.first_run.look_around import own_zone
from rigd.first_run.rig_plan import RigPlan

USUAL_PORT: Final = 32323
USUAL_DISCOVERY_PORT: Final = 32227
_PROGRAMS: Final = ("phd2", "nina", "indigo")


def kept_tables(
    path: Path, *, port: int = USUAL_PORT, discovery_port: int = USUAL_DISCOVERY_PORT
) -> dict[str, Any]:
    """Return what stays of a configuration that is replaced, and where rigd shall answer.

    Args:
        path: the file; it need not be there.
        port: the TCP port; the usual one leaves that of the file.
        discovery_port: the UDP port of Alpaca discovery, likewise.
    """
    old = parse_toml(read_text(path), path) if path.exists() else {}
    kept: dict[str, Any] = {key: old[key] for key in ("store", "catalog_dirs") if key in old}
    before = old.get("listen")
    listen = dict(before) if isinstance(before, dict) else {}
    if port != USUAL_PORT:
        listen["port"] = port
    if discovery_port != USUAL_DISCOVERY_PORT:
        listen["discovery_port"] = discovery_port
    rows = old.get("servers")
    return {
        **kept,
        "listen": listen,
        "servers": [
            row
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict) and row.get("driver") in _PROGRAMS
        ],
    }


def text_of(plan: RigPlan, findings: Findings, kept: Mapping[str, Any]) -> str:
    """Return the text of the configuration, as of today.

    Raises:
        ConfigError: it would not be a right configuration.
    """
    today = datetime.now().astimezone().date()
    return configuration_text(plan, findings, today, kept=kept, zone=own_zone())


def write_configuration(path: Path, text: str) -> Path | None:
    """Write the file; return the copy of the one before, None where there was none.

    Raises:
        ConfigError: it cannot be written.
    """
    backup = keep_backup(path)
    write_whole(path, text.encode())
    return backup
