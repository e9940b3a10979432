"""A recording made beside a daemon on a real indiserver leads to the same again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rigd.config import load_config
from rigd.recording.recording import encode, read_recording
from rigd.view.to_json import to_json
from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_main_job import change, ready
from tests.recording.recorder import recording
from tests.recording.replays import LEDGER, events_again, recorded_events, rig_again

pytestmark = [pytest.mark.live, pytest.mark.slow]

SLOT, MOVED_STEPS = 4, FOCUSER_START_STEPS + 300


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def test_a_recording_leads_to_the_same_events_matches_and_ledger(
    server: IndiServer, tmp_path: Path
) -> None:
    file = tmp_path / "recording.jsonl.gz"
    with Daemon(tmp_path, server, mode="observe") as daemon:
        async with RawListener(server.port) as wire, recording(load_config(daemon.config)) as tape:
            await ready(wire)
            await tape.until("FocuserReport", position_steps=FOCUSER_START_STEPS)
            await change(wire, SLOT)
            await tape.until("WheelReport", filter_position=SLOT - 1)
            wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", MOVED_STEPS)
            await tape.until("FocuserCommanded", target_steps=MOVED_STEPS)
            await tape.until("FocuserReport", position_steps=MOVED_STEPS, moving=False)
            file.write_bytes(encode(await tape.finish(f"http://{daemon.url}")))

    recorded = read_recording(file)
    again = await rig_again(recorded, "demo", tmp_path)

    shown, explained = recorded.rigs["demo"], to_json(again.explain)
    assert events_again(recorded) == recorded_events(recorded)
    assert to_json(again.match) == shown["match"]
    assert {key: explained[key] for key in LEDGER} == {key: shown["explain"][key] for key in LEDGER}
    assert explained["raw_steps"] == MOVED_STEPS
