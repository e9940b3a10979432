"""Alerts: whether somebody is told, and whether the secrets that this needs are kept."""

from collections.abc import Iterator
from importlib.util import find_spec

from rigd.alerts.receivers import read_receivers, receivers_path, who_else_reads
from rigd.doctor.finding import Finding, fault, note, ok, warning
from rigd.doctor.installation import Installation


def check_alerts(there: Installation) -> Iterator[Finding]:
    """Check the file of receivers."""
    if there.loaded is None:
        return
    config = there.loaded.config.alerts
    path = None if config is None else receivers_path(config, there.loaded.path.parent)
    if path is None:
        yield note("alerts", "nobody is told when something goes wrong", "docs/alerts.md says how")
        return
    said = read_receivers(path)
    for problem in said.problems:
        yield fault("alerts", problem, "mend that line (docs/alerts.md), then `rigd alerts test`")
    if readers := who_else_reads(path):
        yield warning(
            "alerts",
            f"{path} holds passwords, and {readers} can read it",
            f"`chmod o= {path}`, then choose new ones",
        )
    if find_spec("apprise") is None:
        yield fault(
            "alerts", "Apprise is not installed, so nothing can be sent", "install rigd again"
        )
    elif said.receivers and not said.problems:
        names = ", ".join(one.name for one in said.receivers)
        yield ok("alerts", f"{path}: {names}")
