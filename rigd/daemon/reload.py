"""A configuration that is read anew while rigd runs: the old one stays if the new one is wrong."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from rigd.config import LoadedConfig, load_for_start
from rigd.daemon.driver_plugins import check_programs, check_servers
from rigd.errors import ConfigError, RigdError
from rigd.service.observatory import LiveObservatory
from rigd.store.archive import Archive
from rigd.store.starting_profiles import profiles_at_start

log = logging.getLogger(__name__)

QUIET_LIMIT_S = 60.0
"""So long a reload waits for a filter change or a move to end."""
LOOK_S = 0.1


class Wishes:
    """What the daemon was asked for by signals."""

    def __init__(self, stopping: Callable[[], object] | None = None) -> None:
        """`stopping` is called when the end is asked for, once."""
        self._stopping = stopping
        self.stop = asyncio.Event()
        self._reload = asyncio.Event()
        self._any = asyncio.Event()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear SIGINT and SIGTERM as a stop, SIGHUP as a reload, while the context is open."""
        loop = asyncio.get_running_loop()
        numbers = {signal.SIGINT: self.ask_stop, signal.SIGTERM: self.ask_stop}
        if hasattr(signal, "SIGHUP"):
            numbers[signal.SIGHUP] = self.ask_reload
        for number, ask in numbers.items():
            with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the loop's main task
                loop.add_signal_handler(number, ask)
        try:
            yield
        finally:
            for number in numbers:
                with suppress(NotImplementedError):
                    loop.remove_signal_handler(number)

    def ask_stop(self) -> None:
        """Ask for the end."""
        if self._stopping is not None and not self.stop.is_set():
            self._stopping()
        self.stop.set()
        self._any.set()

    def ask_reload(self) -> None:
        """Ask for the configuration to be read anew."""
        self._reload.set()
        self._any.set()

    async def next_reload(self) -> bool:
        """Wait for a wish; whether it is a reload, and not the end."""
        await self._any.wait()
        if self.stop.is_set():
            return False
        self._reload.clear()
        self._any.clear()
        return True


async def read_anew(loaded: LoadedConfig, archive: Archive) -> LoadedConfig | None:
    """Return the configuration as it is now; None if it is wrong, which the log says."""
    try:
        new = await asyncio.to_thread(_read, loaded)
        await archive.run(lambda store: profiles_at_start(store, new))
    except RigdError as error:
        wrong = str(error)
    else:
        return new
    for line in wrong.splitlines():
        log.error("reload: %s", line)
    log.error("reload: the configuration in force stays as it was")
    return None


def _read(loaded: LoadedConfig) -> LoadedConfig:
    new = load_for_start(loaded.path)
    if new.store_path != loaded.store_path:
        msg = f"{new.path}: store: another database needs a restart, not a reload"
        raise ConfigError(msg)
    check_servers(new)
    check_programs(new.config)
    return new


async def wait_until_at_rest(
    observatory: LiveObservatory, loaded: LoadedConfig, stop: asyncio.Event
) -> None:
    """Wait until no rig changes a filter or moves, or until rigd is to end; not for ever."""
    end_s = monotonic() + QUIET_LIMIT_S
    while monotonic() < end_s and not stop.is_set():
        rigs = [observatory.snapshot(rig.name) for rig in loaded.config.rigs]
        if all(rig.change is None and rig.move is None for rig in rigs):
            return
        await asyncio.sleep(LOOK_S)
