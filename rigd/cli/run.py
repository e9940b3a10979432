"""`rigd run` and `rigd demo`: the daemon in the foreground."""

import asyncio
import logging
from typing import Annotated

import typer

from rigd.api.server import loop_factory
from rigd.cli.collector import pause_collector, resume_collector
from rigd.cli.options import ConfigOption
from rigd.config import load_for_start
from rigd.daemon import run as daemon
from rigd.daemon.log_lines import LogFormatter
from rigd.daemon.stop_limit import end_within
from rigd.files.config_path import find_config

VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log at DEBUG.")]


def run_command(config: ConfigOption = None, verbose: VerboseOption = False) -> None:
    """Run the daemon in the foreground."""
    pause_collector()
    configure_logging(verbose=verbose)
    loaded = load_for_start(find_config(config))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        started = daemon.run(loaded, lambda _: resume_collector(), stopping=end_within)
        runner.run(started)


def demo_command(verbose: VerboseOption = False) -> None:
    """Run rigd on INDI's simulators with an example rig, until Ctrl-C."""
    from rigd.daemon import demo

    configure_logging(verbose=verbose)
    demo.run_demo()


def configure_logging(*, verbose: bool = False) -> None:
    """Log the diary to standard error, and other libraries from WARNING on.

    A line has its day and the zone's offset: a night has two days, and logs are read elsewhere.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler])
    for library in ("uvicorn", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # That a job was missed or is late says nothing new: rigd itself says that the clock jumped.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
