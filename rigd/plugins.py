"""Drivers are found by entry point, never imported by name."""

from importlib.metadata import entry_points

from pydantic import ValidationError

from rigd.config import ServerConfig
from rigd.driver import DriverFactory, ServerAddress
from rigd.errors import ConfigError

GROUP = "rigd.drivers"


def driver_names() -> tuple[str, ...]:
    """Every driver that is installed."""
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
            what = "unknown key" if error["type"] == "extra_forbidden" else error["msg"]
            lines.append(f"servers.{server.name}.{key}: {what} (given: {error.get('input')!r})")
        raise ConfigError("\n".join(lines)) from failure
    return driver, ServerAddress(name=server.name, options=options)
