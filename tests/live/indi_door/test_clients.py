"""Programs of others on the bus: INDI's own tools, and a camera that writes down what it snoops."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from astropy.io import fits

from tests.limits import LIMIT_S
from tests.live.indi_door.rig import (
    FOCUSER_DEVICE,
    GREEN,
    H_ALPHA,
    POSITION,
    SLOT,
    WHEEL_DEVICE,
    DoorRig,
    door_rig,
)
from tests.live.indiserver import CAMERA, FOCUSER

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
