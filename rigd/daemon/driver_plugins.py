"""Drivers are found by entry point, never imported by name."""

from importlib.metadata import entry_points

from pydantic import ValidationError

from rigd.config import Config, ServerConfig
from rigd.devices.driver import DriverFactory, ProgramDriver, ServerAddress
from rigd.errors import ConfigError
from rigd.files.wrong_values import what_is_wrong

GROUP = "rigd.drivers"


def driver_names() -> tuple[str, ...]:
    """Every installed driver, by name."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def find_driver(server: ServerConfig) -> tuple[DriverFactory, ServerAddress]:
    """The driver of a configured server and its validated address.

    Raises:
        ConfigError: no such driver is installed, or a key or value of the table is wrong.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    if server.driver not in points:
        msg = (
            f"servers.{server.name}.driver: {server.driver!r} is not installed "
            f"(there are: {', '.join(sorted(points)) or 'none'})"
        )
        raise ConfigError(msg)
    driver = points[server.driver].load()
    try:
        options = driver.Options.model_validate(server.options)
    except ValidationError as failure:
        lines = []
        for error in failure.errors():
            key = ".".join(str(part) for part in error["loc"])
            what = what_is_wrong(error)
            lines.append(f"servers.{server.name}.{key}: {what} (given: {error.get('input')!r})")
        raise ConfigError("\n".join(lines)) from failure
    return driver, ServerAddress(name=server.name, options=options)


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
