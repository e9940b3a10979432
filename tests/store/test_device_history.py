"""What changed since last night is one list: devices, labels, drivers, and the profile."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rigd.devices.events import FocuserReport, WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceKind, WireProtocol
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.focuser import FocuserState
from rigd.focus.state.rig import Rig
from rigd.store.database import Store
from rigd.store.device_history import (
    describe_driver_update,
    device_facts,
    note_facts,
    read_changes_since,
    read_facts,
)
from rigd.store.profile_journal import What
from rigd.store.profiles import add
from tests.focus.night import FOCUSER, WHEEL, Night

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ROME = timezone(timedelta(hours=1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "rigd.db")) as store:
        yield store


def night(version: str = "1.0", *labels: str) -> Rig:
    identity = DeviceIdentity(
        ref=WHEEL,
        protocol=WireProtocol.SIMULATED,
        name="ZWO EFW",
        kinds=frozenset({DeviceKind.FILTERWHEEL}),
        driver_version=version,
    )
    made = Night()
    made.rig = Rig(
        settings=made.rig.settings,
        identities=(identity,),
        wheel=WheelReport(at_s=0, ref=WHEEL, connected=True, names=labels),
        main_focuser=FocuserState(
            report=FocuserReport(at_s=0, ref=FOCUSER, connected=True, max_steps=60000)
        ),
    )
    return made.rig


def test_what_is_seen_for_the_first_time_is_no_change(store: Store) -> None:
    note_facts(store, "rig", device_facts(night("1.0", "L", "R")))

    assert read_changes_since(store, "rig", LONG_AGO) == []


def test_a_new_driver_and_a_swapped_label_are_named_once(store: Store) -> None:
    note_facts(store, "rig", device_facts(night("1.0", "L", "R")))
    note_facts(store, "rig", device_facts(night("1.1", "R", "L")))
    note_facts(store, "rig", device_facts(night("1.1", "R", "L")))

    found = read_changes_since(store, "rig", LONG_AGO)

    assert [change.sentence for change in found] == [
        "wheel.driver_version: 1.1, was 1.0",
        "wheel.label.1: R, was L",
        "wheel.label.2: L, was R",
    ]
    assert read_changes_since(store, "another", LONG_AGO) == []


def test_what_is_not_seen_is_no_change(store: Store) -> None:
    rig = night("1.0", "L")
    note_facts(store, "rig", device_facts(rig))
    note_facts(store, "rig", device_facts(Rig(settings=rig.settings)))
    note_facts(store, "rig", device_facts(rig))

    assert read_changes_since(store, "rig", LONG_AGO) == []


def test_older_changes_are_left_out(store: Store) -> None:
    note_facts(store, "rig", device_facts(night("1.0")))
    note_facts(store, "rig", device_facts(night("1.1")))

    assert read_changes_since(store, "rig", datetime.now(UTC) + timedelta(seconds=5)) == []


def test_a_change_of_the_profile_in_force_stands_in_the_list(store: Store) -> None:
    profile = EquipmentProfile(name="Refractor")
    add(store, profile, "ann", What.CREATE)
    with store.transaction() as db:
        db.table("profiles_in_force").insert({"rig": "rig", "profile_id": 1})

    (change,) = read_changes_since(store, "rig", LONG_AGO)

    assert change.what == "profile"
    assert change.sentence == "profile 'Refractor': create, by ann"


def test_what_was_said_last_is_read_back(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "rigd.db")) as store:
        note_facts(store, "demo", {"camera.name": "one", "camera.catalog": "unknown"})
        note_facts(store, "demo", {"camera.name": "two"})
        note_facts(store, "other", {"camera.name": "three"})

        assert read_facts(store, "demo") == {"camera.name": "two", "camera.catalog": "unknown"}


def test_a_focuser_with_another_driver_is_a_warning_once() -> None:
    before = {"focuser.name": "EAF", "focuser.driver": "indi_asi_focuser"}
    before |= {"focuser.driver_version": "1.3", "wheel.driver_version": "1.3"}

    said = describe_driver_update(before, before | {"focuser.driver_version": "1.4"})

    assert said is not None
    assert said.startswith("the driver of EAF is another: 1.4, it was 1.3. Before the night, see")
    assert describe_driver_update(before, before) is None
    assert describe_driver_update(before, before | {"wheel.driver_version": "1.4"}) is None
    # Not seen, and seen for the first time, is no change.
    assert describe_driver_update(before, {"focuser.name": "EAF"}) is None
    assert describe_driver_update({}, before) is None
