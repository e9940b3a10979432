"""A recording is read again, and leads to what was made of it when it was recorded."""

import gzip
from pathlib import Path

import pytest

from rigd.config import load_config
from rigd.errors import ConfigError
from rigd.recording.recording import describe, encode, read_recording
from rigd.view.to_json import to_json
from tests.drivers.alpaca_host import equipment, hosting
from tests.recording.recorder import recording
from tests.recording.replays import LEDGER, events_again, recorded_events, rig_again

REAL = Path(__file__).parent / "moonlite_and_xagyl.jsonl.gz"
"""Made by `python -m tests.live.controllers.record`."""
ALPACA = """store = "rigd.db"
[[servers]]
name = "host"
driver = "alpaca"
host = "127.0.0.1"
port = {port}
idle_s = 0.05
[[servers]]
name = "guiding"
driver = "phd2"
"""


async def test_real_drivers_recorded_lead_to_the_same_events_matches_and_ledger(
    tmp_path: Path,
) -> None:
    recorded = read_recording(REAL)

    again = await rig_again(recorded, "demo", tmp_path)

    shown, explained = recorded.rigs["demo"], to_json(again.explain)
    assert events_again(recorded) == recorded_events(recorded)
    assert to_json(again.match) == shown["match"]
    assert explained["raw_steps"] == shown["explain"]["raw_steps"] == 30040
    assert explained["filter_in_light"] == shown["explain"]["filter_in_light"] == "R"
    assert set(LEDGER) <= set(explained)


async def test_an_alpaca_host_recorded_leads_to_the_same_events(tmp_path: Path) -> None:
    devices = equipment()
    with hosting(*devices) as host:
        (tmp_path / "rigd.toml").write_text(ALPACA.format(port=host.port), encoding="utf-8")
        async with recording(load_config(tmp_path / "rigd.toml")) as tape:
            await tape.until("WheelReport", connected=True)
            await tape.until("FocuserReport", connected=True)
            await tape.until("CameraReport", connected=True)
            devices[1].connected = False
            await tape.until("FocuserReport", connected=False)
            host.stop()
            await tape.until("ServerDown")
            made = await tape.finish()
    (tmp_path / "one.gz").write_bytes(encode(made))

    recorded = read_recording(tmp_path / "one.gz")

    assert events_again(recorded) == recorded_events(recorded)
    assert "uid-focuser" not in gzip.decompress((tmp_path / "one.gz").read_bytes()).decode()
    listed = list(describe(recorded))
    assert "server guiding (phd2): is not recorded: only servers of devices are" in " ".join(listed)
    assert any(line.startswith("  Focuser: ") for line in listed)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"store = 'rigd.db'\n", "is no recording"),
        (gzip.compress(b"not JSON\n"), "is no recording"),
        (gzip.compress(b'{"line": "recording", "format": 99}\n'), "that this rigd can read"),
        (gzip.compress(b'{"line": "recording", "format": 1}\n')[:-9], "is no recording"),
    ],
    ids=["text", "no JSON", "a later format", "cut off"],  # the bytes have the time in them
)
def test_another_file_is_no_recording(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "odd.gz"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=why):
        read_recording(path)
