"""What changed of a rig since last night began."""

from datetime import datetime

from rigd.store.archive import Archive
from rigd.store.device_history import read_changes_since, start_of_last_night
from rigd.view.night_changes import NightChanges


async def read_night_changes(archive: Archive, rig: str) -> NightChanges:
    """What changed of a rig's devices and profile since last night began."""
    since = start_of_last_night(datetime.now().astimezone())
    found = await archive.run(lambda store: read_changes_since(store, rig, since))
    said = since.isoformat(timespec="seconds")
    return NightChanges(rig=rig, since=said, changes=tuple(found))
