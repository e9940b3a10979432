"""Where the command line asks: at the address that the configuration gives."""

import os
import tomllib
from pathlib import Path

from rigd.errors import ConfigError
from rigd.files.config_path import default_config_path, find_config

USUAL_URL = "http://127.0.0.1:32323"
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a daemon listens on


class DaemonUrl(str):
    """Where a daemon answers."""

    __slots__ = ("config",)

    config: Path | None
    """The configuration that a person named and that says so; None: nobody named any."""

    @classmethod
    def make(cls, text: str, config: Path | None = None) -> "DaemonUrl":
        """The address, as a configuration gives it."""
        url = cls(text)
        url.config = config
        return url


def find_daemon(config: Path | None) -> DaemonUrl:
    """Where the daemon of a configuration answers: the one named, or the one that there is.

    Raises:
        ConfigError: the one that was named cannot be read, or takes any free port.
    """
    named = config is not None or bool(os.environ.get("RIGD_CONFIG"))
    path = find_config(config) if named else default_config_path()
    try:
        listen = tomllib.loads(path.read_text(encoding="utf-8")).get("listen", {})
        host, port = listen.get("host", "127.0.0.1"), listen.get("port", 32323)
    except (OSError, ValueError, AttributeError) as error:
        # One in its usual place may be the daemon's alone to read.
        if not named:
            return DaemonUrl.make(USUAL_URL)
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else error
        msg = f"{path}: {reason}"
        raise ConfigError(msg) from error
    if not isinstance(host, str) or type(port) is not int or not 0 < port < 65536:
        msg = f"{path}: [listen] host {host!r}, port {port!r} is no address; give --url"
        raise ConfigError(msg)
    host = _EVERY_ADDRESS.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    return DaemonUrl.make(f"http://{shown}:{port}", path if named else None)
