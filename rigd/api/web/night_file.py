"""The report of a night as one file: its style and its picture are in it."""

import importlib
from functools import cache
from importlib.resources import files

from rigd.view.night_plot import plot_night
from rigd.view.night_report import NightReport


def night_html(report: NightReport) -> str:
    """A report as HTML that asks for nothing else; it takes its time, so not on the loop."""
    # Imported late: most daemons never write a report.
    templates = importlib.import_module("rigd.api.web.templates")
    html: str = templates.render(
        "night_file.html", report=report, plot=plot_night(report), style=_style()
    )
    return html


@cache
def _style() -> str:
    return (files("rigd.api.web") / "static" / "rigd.css").read_text(encoding="utf-8")
