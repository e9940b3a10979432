"""Which clients have which virtual device open; it survives a restart."""

from collections.abc import Mapping

from rigd.service.errands import Errands
from rigd.service.running_rig import RunningRig
from rigd.store.archive import Archive
from rigd.store.open_devices import keep_open_device, read_open_devices
from rigd.view.rig import opened_over_indi, program_of


class OpenDevices:
    """The keys of the clients of each virtual device, by its `unique_id`."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._clients: dict[str, tuple[str, ...]] = {}

    @property
    def clients(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the clients that have each device open."""
        return self._clients

    async def recall(self, archive: Archive) -> None:
        """Read what was open at the last end."""
        self._clients = await archive.run(read_open_devices)

    def remember(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep for the next start which clients have a device open."""
        self._clients[unique_id] = clients
        self._errands.put(lambda store: keep_open_device(store, unique_id, clients))

    def focuser_clients(self, running: RunningRig) -> tuple[str, ...]:
        """The programs that have a rig's focuser open, over Alpaca or INDI."""
        keys = [client for key in _focuser_keys(running) for client in self._clients.get(key, ())]
        return tuple(dict.fromkeys(program_of(key) for key in keys))

    def close_focuser(self, running: RunningRig) -> tuple[str, ...]:
        """Close a rig's focuser for all of its clients; return which these were."""
        clients = self.focuser_clients(running)
        if clients:
            for key in _focuser_keys(running):
                self.remember(key, ())
        return clients


def _focuser_keys(running: RunningRig) -> tuple[str, str]:
    """What a rig's virtual focuser is kept under where it is open."""
    focuser_id = running.identity.focuser_id
    return focuser_id, opened_over_indi(focuser_id)
