"""Which filter is in the light, on the wire: wheels that err, stay busy, or bear other labels."""

import asyncio
import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from tests.drivers.alpaca_host import AlpacaHost, Camera, Focuser, Wheel, equipment, hosting
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import IndiServer, RawListener
from tests.live.offset_rig import OffsetRig
from tests.live.scripted_indi import ScriptedFocuser, ScriptedWheel
from tests.live.test_alpaca_rig import AlpacaDaemon
from tests.rigd_process import run_rigd

pytestmark = pytest.mark.live

FOCUSER, WHEEL = "EAF", "EFW"
ABS, SLOT = "ABS_FOCUS_POSITION", "FILTER_SLOT"
ROTATED = ("Ha 7nm", "Lum", "Red", "Slot 4", "Slot 5")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def focuser(tmp_path: Path) -> Iterator[ScriptedFocuser]:
    with ScriptedFocuser(tmp_path, FOCUSER) as scripted:
        yield scripted


@pytest.fixture
def wheel(tmp_path: Path) -> Iterator[ScriptedWheel]:
    with ScriptedWheel(tmp_path, WHEEL) as scripted:
        yield scripted


@pytest.fixture
def server(tmp_path: Path, focuser: ScriptedFocuser, wheel: ScriptedWheel) -> Iterator[IndiServer]:
    executables = ("indi_simulator_ccd", wheel.executable, focuser.executable)
    with IndiServer(tmp_path, executables) as running:
        yield running


@pytest.fixture
def daemon(tmp_path: Path, server: IndiServer) -> Iterator[OffsetRig]:
    with OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER) as running:
        begin(running)
        yield running


def until(true: Callable[[], bool], what: str) -> None:
    deadline_s = monotonic() + LIMIT_S
    while not true():
        assert monotonic() < deadline_s, f"not within {LIMIT_S} s: {what}"
        sleep(0.05)


def get(daemon: Daemon, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://{daemon.url}{path}", timeout=LIMIT_S) as reply:
        return json.loads(reply.read())  # type: ignore[no-any-return]


def status(daemon: Daemon) -> dict[str, Any]:
    return get(daemon, "/rigd/v1/rigs/demo")


def put(daemon: Daemon, path: str, body: str, form: dict[str, str] = FORM) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", daemon.http_port, timeout=LIMIT_S)
    try:
        connection.request("PUT", path, body, form)
        return json.loads(connection.getresponse().read())  # type: ignore[no-any-return]
    finally:
        connection.close()


def begin(daemon: Daemon) -> None:
    """A client connects rigd's wheel once the rig is known."""
    until(lambda: "first sight" in daemon.said(), "first sight")
    for device in ("filterwheel", "safetymonitor"):
        put(daemon, f"/api/v1/{device}/0/connected", "Connected=true")


def ask(daemon: Daemon, slot: int) -> dict[str, Any]:
    """A client asks rigd's wheel for a slot, counted from 0."""
    return put(daemon, "/api/v1/filterwheel/0/position", f"Position={slot}")


def position(daemon: Daemon) -> object:
    return get(daemon, "/api/v1/filterwheel/0/position").get("Value")


def change_to(daemon: Daemon, slot: int) -> None:
    assert ask(daemon, slot)["ErrorNumber"] == 0
    until(lambda: position(daemon) == slot, f"the change to {slot}")


def relabel(wheel: ScriptedWheel, *labels: str) -> None:
    """Somebody types other labels into the wheel, as a client or the driver's own page does."""
    wheel.labels = labels
    named = {f"FILTER_SLOT_NAME_{n}": label for n, label in enumerate(labels, start=1)}
    wheel.set("Text", "FILTER_NAME", named)


def is_safe(daemon: Daemon) -> object:
    return get(daemon, "/api/v1/safetymonitor/0/issafe")["Value"]


def test_after_a_restart_with_a_rehomed_wheel_an_alert_of_the_wheel_moves_nothing(
    daemon: OffsetRig, wheel: ScriptedWheel, focuser: ScriptedFocuser
) -> None:
    change_to(daemon, 1)
    there = focuser.motor.place
    assert daemon.stop() == 0
    wheel.turn_by_hand(1)
    wheel.set("Number", SLOT, {"FILTER_SLOT_VALUE": "1"})

    with daemon:
        until(lambda: "the filter in the light is L, the focus is that of R" in daemon.said(), "R")
        wheel.set("Number", SLOT, {"FILTER_SLOT_VALUE": "1"}, "Alert")
        until(lambda: "the filter in the light is unknown" in daemon.said(), "the alert")
        shown = status(daemon)["filter"]
        wheel.set("Number", SLOT, {"FILTER_SLOT_VALUE": "1"})
        until(lambda: "the filter in the light is known again: L" in daemon.said(), "L again")
        change_to(daemon, 2)

    assert there == 30040
    assert shown is None
    assert focuser.commands(ABS) == [30040, 29975]


def test_a_wheel_at_no_slot_is_unknown_until_somebody_asks_for_one(
    daemon: OffsetRig, wheel: ScriptedWheel, focuser: ScriptedFocuser
) -> None:
    wheel.set("Number", SLOT, {"FILTER_SLOT_VALUE": "0"})
    until(lambda: status(daemon)["filter"] is None, "the filter is unknown")
    shown, safe = position(daemon), is_safe(daemon)

    change_to(daemon, 0)

    assert shown == -1
    assert safe is False
    assert wheel.commands(SLOT) == [1]
    assert focuser.commands(ABS) == []
    assert is_safe(daemon) is True


async def test_a_wheel_that_stays_busy_after_a_hand_is_unsafe_at_once_and_asking_ends_it(
    daemon: OffsetRig, server: IndiServer, wheel: ScriptedWheel, focuser: ScriptedFocuser
) -> None:
    before = is_safe(daemon)
    wheel.ends = "Busy"
    async with RawListener(server.port) as wire:
        await wire.wait(lambda: wire.latest(WHEEL, SLOT), "the wheel")
        wire.set_number(WHEEL, SLOT, "FILTER_SLOT_VALUE", 2)
        await asyncio.to_thread(until, lambda: is_safe(daemon) is False, "unsafe")
        because = status(daemon)["not_trusted_because"]
        wheel.ends = "Ok"
        await asyncio.to_thread(until, lambda: is_safe(daemon) is True, "safe again")

    assert before is True
    assert because == "the filter wheel is turning"
    assert focuser.motor.place == 30040


def test_the_focus_is_not_safe_from_the_reply_to_a_change_until_it_has_settled(
    daemon: OffsetRig, wheel: ScriptedWheel
) -> None:
    wheel.turn_s = 1.0
    before = is_safe(daemon)

    ask(daemon, 2)
    # Safe is asked first: a change that is under way afterwards was so before.
    seen = [(is_safe(daemon), position(daemon))]
    until(lambda: seen.append((is_safe(daemon), position(daemon))) or seen[-1][1] == 2, "Ha")

    assert before is True
    assert seen[0][1] == -1
    assert [safe for safe, shown in seen if shown == -1 and safe] == []
    until(lambda: is_safe(daemon) is True, "safe again")


def test_labels_of_filters_in_other_slots_refuse_changes_until_they_are_corrected(
    daemon: OffsetRig, wheel: ScriptedWheel, focuser: ScriptedFocuser
) -> None:
    relabel(wheel, *ROTATED)
    until(lambda: is_safe(daemon) is False, "the contradiction")
    refused = ask(daemon, 1)
    relabel(wheel, "L", "R", "Ha", "Slot 4", "Slot 5")
    until(lambda: "nothing contradicts the equipment profile any more" in daemon.said(), "the end")
    change_to(daemon, 1)

    assert refused["ErrorNumber"] == 0x40B
    assert "the filter wheel's labels contradict profile 'plain offsets'" in refused["ErrorMessage"]
    assert "slot 1 is 'Ha 7nm' to the wheel and 'L' to the profile" in refused["ErrorMessage"]
    assert focuser.commands(ABS) == [30040]


def test_a_human_may_confirm_the_profile_against_these_labels_and_no_others(
    daemon: OffsetRig, wheel: ScriptedWheel
) -> None:
    relabel(wheel, *ROTATED)
    until(lambda: is_safe(daemon) is False, "the contradiction")

    confirmed = rigd(daemon, "profile", "confirm")
    until(lambda: is_safe(daemon) is True, "the gate opens")
    assert daemon.stop() == 0
    with daemon:
        until(lambda: "serving on" in daemon.said().rsplit("stopped", 1)[1], "the daemon")
        until(lambda: position(daemon) == 0, "the wheel is there again")
        change_to(daemon, 1)
        relabel(wheel, "R", "L", "Ha", "4", "5")
        until(lambda: is_safe(daemon) is False, "another contradiction")

    assert "confirmed, and remembered" in confirmed.stdout


def test_beside_labels_that_contradict_the_profile_zeros_are_published(
    tmp_path: Path, server: IndiServer, wheel: ScriptedWheel
) -> None:
    daemon = OffsetRig(tmp_path, server, wheel=WHEEL, focuser=FOCUSER, mode="publish", slots=3)
    wheel.labels = ("L", "R", "Ha")

    def published() -> list[int]:
        found = get(daemon, "/api/v1/filterwheel/0/focusoffsets")["Value"]
        assert isinstance(found, list)
        return found

    with daemon:
        until(lambda: "serving on" in daemon.said(), "the daemon")
        until(lambda: status(daemon)["filter"] == "L", "the wheel is there")
        put(daemon, "/api/v1/filterwheel/0/connected", "Connected=true")
        before = published()
        relabel(wheel, "Ha", "L", "R")
        until(lambda: published() == [0, 0, 0], "zeros")
        because = status(daemon)["published_zeros_because"]

    assert before == [0, 40, -25]
    assert because.startswith("the filter wheel's labels contradict profile 'plain offsets'")


def edit(daemon: Daemon, old: str, new: str) -> subprocess.CompletedProcess[str]:
    """Edit the profile in force as a human does, with an editor that replaces some words."""
    editor = f"sed -i 's/{old}/{new}/'"
    env = {**os.environ, "EDITOR": editor, "VISUAL": editor}
    return run_rigd("profile", "edit", "--url", daemon.url, timeout=LIMIT_S, env=env)


@pytest.fixture
def devices() -> tuple[Wheel, Focuser, Camera]:
    wheel, focuser, camera, _ = equipment()
    wheel.turn_s, focuser.move_s = 0.4, 0.3
    return wheel, focuser, camera


@pytest.fixture
def host(devices: tuple[Wheel, Focuser, Camera]) -> Iterator[AlpacaHost]:
    with hosting(*devices) as running:
        yield running


def test_after_an_edit_an_alpaca_wheel_that_errs_for_a_moment_moves_nothing(
    host: AlpacaHost, devices: tuple[Wheel, Focuser, Camera], tmp_path: Path
) -> None:
    wheel, focuser, _ = devices
    with AlpacaDaemon(tmp_path, host.port) as daemon:
        begin(daemon)
        change_to(daemon, 1)
        edited = edit(daemon, "focus_offset_steps = 40", "focus_offset_steps = 65")
        there = focuser.motor.orders.copy()
        wheel.fail_next("position", times=8)
        until(lambda: "the filter in the light is unknown" in daemon.said(), "the errors")
        until(lambda: "the filter in the light is known again: R" in daemon.said(), "R again")
        change_to(daemon, 0)

    assert edited.returncode == 0, edited.stderr
    assert len(there) == 1
    assert len(focuser.motor.orders) == 2


def test_an_alpaca_wheel_whose_names_contradict_the_profile_refuses(
    host: AlpacaHost, devices: tuple[Wheel, Focuser, Camera], tmp_path: Path
) -> None:
    wheel, focuser, _ = devices
    wheel.names = ("Red", "Luminance", "Green", "Blue", "Ha 3nm")
    with AlpacaDaemon(tmp_path, host.port) as daemon:
        begin(daemon)
        until(lambda: "labels contradict" in daemon.said(), "the contradiction")
        until(lambda: position(daemon) == 0, "the wheel is there")
        refused = ask(daemon, 1)

    assert refused["ErrorNumber"] == 0x40B
    assert "slot 1 is 'Red' to the wheel and 'L' to the profile" in refused["ErrorMessage"]
    assert focuser.motor.orders == []
