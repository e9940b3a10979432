"""Drivers are found by entry point, never imported by name."""

from collections.abc import Collection
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from pydantic import ValidationError

from rigd.config import Config, LoadedConfig, ServerConfig
from rigd.devices.driver import DriverFactory, ProgramDriver, ServerAddress
from rigd.errors import ConfigError
from rigd.files.key_lines import find_line
from rigd.files.near_words import did_you_mean
from rigd.files.toml import config_error, place

GROUP = "rigd.drivers"


def driver_names() -> tuple[str, ...]:
    """Every installed driver, by name."""
    return tuple(sorted(_installed()))


def find_driver(server: ServerConfig) -> tuple[DriverFactory, ServerAddress]:
    """The driver of a configured server and its validated address.

    Raises:
        ConfigError: no such driver is installed, or a key or value of the table is wrong.
    """
    points = _installed()
    if server.driver not in points:
        raise ConfigError(f"server {server.name}: driver: {_no_driver(server.driver, points)}")
    driver = points[server.driver].load()
    try:
        options = driver.Options.model_validate(server.options)
    except ValidationError as failure:
        raise config_error(f"server {server.name}", failure, driver.Options) from failure
    return driver, ServerAddress(name=server.name, options=options)


def check_servers(loaded: LoadedConfig) -> None:
    """Check that the driver of each server is there and understands its table.

    Raises:
        ConfigError: one line for each thing that is wrong, with its line in the file.
    """
    points = _installed()
    wrong = []
    for number, server in enumerate(loaded.config.servers):
        row = f"servers.{number}"
        if server.driver not in points:
            where = place(loaded.path, find_line(loaded.lines, f"{row}.driver"))
            said = _no_driver(server.driver, points)
            wrong.append(f"{where}: server {server.name}: driver: {said}")
            continue
        options = points[server.driver].load().Options
        try:
            options.model_validate(server.options)
        except ValidationError as failure:
            in_row = {
                key.removeprefix(row).removeprefix("."): line
                for key, line in loaded.lines.items()
                if key == row or key.startswith(f"{row}.")
            }
            names = {"": f"server {server.name}"}
            wrong.append(str(config_error(loaded.path, failure, options, in_row, names)))
    if wrong:
        raise ConfigError("\n".join(wrong))


def _no_driver(name: str, points: Collection[str]) -> str:
    known = sorted(points)
    near = did_you_mean(name, known)
    return f"{name!r} is not installed{near} (there are: {', '.join(known) or 'none'})"


def check_programs(config: Config) -> None:
    """Check that what rigs name as their programs can be asked.

    Raises:
        ConfigError: one line for each that cannot.
    """
    servers = {server.name: server for server in config.servers}
    wrong = []
    for rig in config.rigs:
        for name in rig.programs:
            driver, _ = find_driver(servers[name])
            if not hasattr(driver, ProgramDriver.ask.__name__):
                wrong.append(
                    f"rig {rig.name}: programs: server {name!r} (driver {servers[name].driver}) is "
                    "no program that can be asked for its filter offsets"
                )
    if wrong:
        raise ConfigError("\n".join(wrong))


@cache
def _installed() -> dict[str, EntryPoint]:
    """Every driver by name: looked for once, as it takes a look into every installed package."""
    return {point.name: point for point in entry_points(group=GROUP)}
