"""Programs of others on the bus: INDI's own tools, and a camera that writes down what it snoops."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits

from tests.limits import LIMIT_S
from tests.live.indi_door.rig import (
    FOCUSER_DEVICE,
    GREEN,
    H_ALPHA,
    LUMINANCE,
    POSITION,
    RED,
    SLOT,
    WHEEL_DEVICE,
    DoorRig,
    door_rig,
)
from tests.live.indiserver import CAMERA, FOCUSER, WHEEL, Heard

pytestmark = pytest.mark.live


async def tool(rig: DoorRig, program: str, *words: str) -> str:
    """What `indi_getprop` or `indi_setprop` prints."""
    done = await asyncio.to_thread(
        subprocess.run,
        [program, "-p", str(rig.server.port), *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    return done.stdout + done.stderr


async def test_indis_own_tools_change_a_filter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        names = await tool(rig, "indi_getprop", f"{WHEEL_DEVICE}.FILTER_NAME.*")
        await tool(rig, "indi_setprop", f"{WHEEL_DEVICE}.{SLOT}.FILTER_SLOT_VALUE={H_ALPHA}")
        await rig.wire.until(WHEEL_DEVICE, SLOT, H_ALPHA)
        slot = await tool(rig, "indi_getprop", f"{WHEEL_DEVICE}.{SLOT}.FILTER_SLOT_VALUE")
        assert f"{WHEEL_DEVICE}.FILTER_NAME.FILTER_SLOT_NAME_{H_ALPHA}=H_Alpha" in names
        assert slot.strip() == f"{WHEEL_DEVICE}.{SLOT}.FILTER_SLOT_VALUE={H_ALPHA}"


async def test_a_frame_names_its_filter_and_the_logical_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        rig.wire.set_text(
            CAMERA, "ACTIVE_DEVICES", ACTIVE_FILTER=WHEEL_DEVICE, ACTIVE_FOCUSER=FOCUSER_DEVICE
        )
        rig.wire.set_text(CAMERA, "UPLOAD_SETTINGS", UPLOAD_DIR=str(tmp_path), UPLOAD_PREFIX="x")
        rig.wire.set_switch(CAMERA, "UPLOAD_MODE", "UPLOAD_LOCAL")
        await rig.wire.wait(
            lambda: (
                (one := rig.wire.latest(CAMERA, "ACTIVE_DEVICES"))
                and one.values.get("ACTIVE_FOCUSER") == FOCUSER_DEVICE
            ),
            "the camera goes with rigd's devices",
        )
        rig.ask(GREEN)
        await rig.wire.until(WHEEL_DEVICE, SLOT, GREEN)
        logical, raw = rig.wire.number(FOCUSER_DEVICE, POSITION), rig.wire.number(FOCUSER, POSITION)
        rig.wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 0.1)
        await rig.wire.wait(
            lambda: (one := rig.wire.latest(CAMERA, "CCD_FILE_PATH")) and one.values["FILE_PATH"],
            "the frame",
        )
        told = rig.told()
        heard = rig.wire.latest(CAMERA, "CCD_FILE_PATH")
        assert heard is not None
        header = fits.getheader(heard.values["FILE_PATH"])
        assert logical is not None
        assert raw is not None
        assert header["FILTER"] == "Green"
        assert header["FOCUSPOS"] == logical
        assert raw != logical
        assert told["not_trusted_because"] is None


@pytest.mark.parametrize("mode", ["apply", "publish", "observe"])
async def test_a_capture_program_of_a_few_lines_never_exposes_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    slots = [GREEN, H_ALPHA, LUMINANCE, RED, H_ALPHA]
    async with door_rig(tmp_path, monkeypatch, mode) as rig:
        await rig.open()
        base, began = rig.wire.number(FOCUSER, POSITION), len(rig.wire.history)
        logical = rig.wire.number(FOCUSER_DEVICE, POSITION)
        words = [str(word) for word in (rig.server.port, *slots)]
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.live.indi_door.capture_program", *words],
            capture_output=True,
            text=True,
            timeout=4 * LIMIT_S,
        )
        await rig.wire.caught_up()
        offsets = await asyncio.to_thread(lambda: rig.offsets)
        assert base is not None
        moved = {slot: offsets[slot] - offsets[RED] if mode == "apply" else 0 for slot in slots}
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"slot {slot} at {logical:.0f}" for slot in slots]
        assert list(at_each_exposure(rig.wire.history, began)) == [
            ("Ok", slot, "Ok", base + moved[slot]) for slot in slots
        ]


def at_each_exposure(history: list[Heard], began: int) -> Iterator[tuple[str, float, str, float]]:
    """State and value of the real wheel and of the real focuser as each exposure was asked for."""
    for n, one in enumerate(history):
        if n < began or one.what != "newNumberVector" or one.name != "CCD_EXPOSURE":
            continue
        wheel, focuser = (
            next(
                told
                for told in reversed(history[:n])
                if (told.device, told.name) == place and told.what != "newNumberVector"
            )
            for place in ((WHEEL, SLOT), (FOCUSER, POSITION))
        )
        slot = float(wheel.values["FILTER_SLOT_VALUE"])
        steps = float(focuser.values["FOCUS_ABSOLUTE_POSITION"])
        # The simulator of a focuser says Idle of its first position.
        yield wheel.state, slot, focuser.state.replace("Idle", "Ok"), steps
