"""What changed of a rig since last night began."""

from datetime import UTC, datetime, tzinfo

from rigd.store.archive import Archive
from rigd.store.device_history import read_changes_since
from rigd.view.night import night_before
from rigd.view.night_changes import NightChanges


async def read_night_changes(archive: Archive, rig: str, zone: tzinfo | None) -> NightChanges:
    """What changed of a rig's devices and profile since last night began.

    Args:
        archive: where it is kept.
        rig: its name.
        zone: the owner's; None: this computer's.
    """
    since = night_before(datetime.now(UTC), zone).began.astimezone(zone)
    found = await archive.run(lambda store: read_changes_since(store, rig, since))
    said = since.isoformat(timespec="seconds")
    return NightChanges(rig=rig, since=said, changes=tuple(found))
