"""What a recording leads to when it is taken again."""

from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

from rigd.catalog.catalog import load_catalog
from rigd.config import RigConfig
from rigd.devices.events import Event
from rigd.equipment.profile_toml import parse_profile
from rigd.focus.state.settings import Mode
from rigd.recording.event_facts import facts_of
from rigd.recording.recording import Recording
from rigd.recording.replay import replay
from rigd.service.observatory import LiveObservatory
from rigd.setup.derive import SetupDeriver
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.view.rig import RigView

LEDGER = ("raw_steps", "filter_in_light", "embodied_steps", "logical_steps")
"""What `explain` says of the ledger that a rig which only looks must say too."""


def events_again(recording: Recording) -> list[tuple[str, Any]]:
    """Every event of a replay: its kind, and what it says."""
    events: list[Event] = []
    replay(recording, events.append)
    return [(type(one).__name__, facts_of(one)) for one in events]


def recorded_events(recording: Recording) -> list[tuple[str, Any]]:
    """What rigd made of the servers' words when it was recorded."""
    return [(one.kind, one.facts) for one in recording.noticed]


async def rig_again(recording: Recording, rig: str, directory: Path) -> RigView:
    """The rig after a replay, with the profile of the recording; it only looks."""
    profile = parse_profile(recording.rigs[rig]["profile"], "recording")
    archive, catalog = Archive(Store(directory / "again.db")), load_catalog()
    with closing(archive):
        observatory = LiveObservatory(archive, {}, catalog)
        config = RigConfig(name=rig, mode=Mode.OBSERVE, profile="recording.toml")
        await observatory.add(SetupDeriver(config, profile, catalog))
        replay(recording, observatory.emit, monotonic())
        (view,) = observatory.rigs()
        await observatory.finish()
    return view
