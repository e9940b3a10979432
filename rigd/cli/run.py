"""`rigd run` and `rigd demo`: the daemon in the foreground."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from rigd.api.server import loop_factory
from rigd.cli.collector import pause_collector, resume_collector
from rigd.cli.options import ConfigOption
from rigd.config import Config, LoadedConfig, load_for_start
from rigd.daemon import run as daemon
from rigd.daemon.log_lines import LogFormatter
from rigd.daemon.reload import Wishes
from rigd.daemon.stop_limit import end_within
from rigd.files.config_path import default_config_path, find_config, is_there
from rigd.view.first_run import FirstRun

log = logging.getLogger(__name__)
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log at DEBUG.")]


def run_command(config: ConfigOption = None, verbose: VerboseOption = False) -> None:
    """Run the daemon in the foreground."""
    pause_collector()
    configure_logging(verbose=verbose)
    loaded = load_or_begin(config)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        started = daemon.run(
            loaded, lambda _: resume_collector(), stopping=end_within, set_up=_set_up
        )
        runner.run(started)


def load_or_begin(named: Path | None) -> LoadedConfig:
    """Read the configuration; where nobody has made one yet, begin with none.

    Raises:
        ConfigError: it is wrong, or the one that was named is not there.
    """
    usual = default_config_path()
    if named is None and not os.environ.get("RIGD_CONFIG") and not is_there(usual):
        log.warning("no configuration yet: the page sets rigd up, or `rigd init` does")
        return LoadedConfig(config=Config(), path=usual, profiles={})
    return load_for_start(find_config(named))


def _set_up(loaded: LoadedConfig, wishes: Wishes) -> FirstRun:
    from rigd.first_run.page_setup import PageSetup

    listen = loaded.config.listen
    settings = daemon.server_settings(listen)
    return PageSetup(
        loaded.path,
        reload=wishes.ask_reload,
        is_open=not settings.is_loopback_only and listen.token is None,
        discovery_port=listen.discovery_port,
    )


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
