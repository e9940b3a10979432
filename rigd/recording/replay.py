"""Takes a recording again: the same drivers make the same events of what the servers said."""

from collections.abc import Callable

from rigd.config import ServerConfig
from rigd.daemon.driver_plugins import find_driver
from rigd.devices.driver import RecordedDriver
from rigd.devices.events import Event
from rigd.errors import ConfigError
from rigd.recording.recording import Recording

_PLACES = {"alpaca": {"host": "recording", "port": 1}}
"""What a driver's table must have; nothing is connected to."""


def replay(recording: Recording, emit: Callable[[Event], None], start_s: float = 0.0) -> None:
    """Emit every event that follows from what the servers said, in its order.

    Args:
        recording: what was recorded.
        emit: takes each event.
        start_s: on whose clock the recording begins: added to every time.

    Raises:
        ConfigError: a driver is not installed here, or a message makes no sense.
    """
    drivers: dict[str, RecordedDriver] = {}
    for server in recording.servers:
        if server.get("left_out"):
            continue
        name, kind = str(server["name"]), str(server["driver"])
        make, address = find_driver(
            ServerConfig.model_validate({"name": name, "driver": kind, **_PLACES.get(kind, {})})
        )
        driver = make(address, emit)
        if isinstance(driver, RecordedDriver):
            drivers[name] = driver
    for number, heard in enumerate(recording.heard, 1):
        try:
            drivers[heard.server].replay(heard.message, start_s + heard.at_s)
        except (LookupError, TypeError, ValueError) as odd:
            raise ConfigError(f"recording: message {number} makes no sense ({odd!r})") from odd
