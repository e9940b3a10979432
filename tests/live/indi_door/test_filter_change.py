"""A filter change asked on the INDI bus: FILTER_SLOT is Ok once wheel and focuser have settled."""

from pathlib import Path

import pytest

from tests.live.indi_door.rig import (
    FOCUSER_DEVICE,
    GREEN,
    H_ALPHA,
    LUMINANCE,
    POSITION,
    RED,
    RIG_DEVICE,
    SLOT,
    WHEEL_DEVICE,
    door_rig,
)
from tests.live.indiserver import FOCUSER
from tests.live.indiserver import WHEEL as REAL_WHEEL

pytestmark = pytest.mark.live


async def test_it_is_busy_until_wheel_and_focuser_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        base = rig.wire.number(FOCUSER, POSITION)
        logical = rig.wire.number(FOCUSER_DEVICE, POSITION)
        began = len(rig.wire.history)

        rig.ask(H_ALPHA)
        await rig.wire.until(WHEEL_DEVICE, SLOT, H_ALPHA)

        heard = rig.wire.history[began:]
        last = next(
            n
            for n, one in enumerate(heard)
            if one.name == SLOT and one.device == WHEEL_DEVICE and one.state == "Ok"
        )
        states = [one.state for one in heard if (one.device, one.name) == (WHEEL_DEVICE, SLOT)]
        before = heard[:last]
        real = [one for one in before if (one.device, one.name) == (FOCUSER, POSITION)]
        wheel = [one for one in before if (one.device, one.name) == (REAL_WHEEL, SLOT)]
        virtual = [one for one in before if (one.device, one.name) == (FOCUSER_DEVICE, POSITION)]
        assert base is not None
        assert states[0] == "Busy"
        assert states.count("Ok") == 1
        assert (real[-1].state, float(real[-1].values["FOCUS_ABSOLUTE_POSITION"])) == (
            "Ok",
            base + rig.offsets[H_ALPHA] - rig.offsets[RED],
        )
        assert (wheel[-1].state, float(wheel[-1].values["FILTER_SLOT_VALUE"])) == (
            "Ok",
            H_ALPHA,
        )
        # A program may take any Ok of the focuser for leave to expose, so there is one, at the end.
        assert [one.state for one in virtual][-2:] == ["Busy", "Ok"]
        assert [one.state for one in virtual].count("Ok") == 1
        assert before[-1] == virtual[-1]
        assert float(virtual[-1].values["FOCUS_ABSOLUTE_POSITION"]) == logical


async def test_a_client_moves_the_focuser_in_logical_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        rig.ask(H_ALPHA)
        await rig.wire.until(WHEEL_DEVICE, SLOT, H_ALPHA)
        raw, logical = rig.wire.number(FOCUSER, POSITION), rig.wire.number(FOCUSER_DEVICE, POSITION)
        assert raw is not None
        assert logical is not None

        rig.move(logical + 500)
        await rig.wire.until(FOCUSER_DEVICE, POSITION, logical + 500)
        moved = rig.wire.number(FOCUSER, POSITION)
        rig.wire.set_switch(FOCUSER_DEVICE, "FOCUS_MOTION", "FOCUS_INWARD")
        rig.wire.set_number(FOCUSER_DEVICE, "REL_FOCUS_POSITION", "FOCUS_RELATIVE_POSITION", 200)
        await rig.wire.until(FOCUSER_DEVICE, POSITION, logical + 300)

        assert moved == raw + 500
        assert rig.wire.number(FOCUSER, POSITION) == raw + 300


async def test_what_is_out_of_range_is_refused_with_both_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        raw = rig.wire.number(FOCUSER, POSITION)
        most = rig.wire.number(FOCUSER_DEVICE, "FOCUS_MAX")
        rig.move(10_000_000)
        await rig.wire.wait(
            lambda: (one := rig.wire.latest(FOCUSER_DEVICE, POSITION)) and one.state == "Alert",
            "the refusal",
        )
        rig.ask(9)
        sentences = rig.wire.sentences
        await rig.wire.wait(lambda: "slot 9" in sentences[-1], "the refusal of the slot")
        assert f"[ERROR] position 10000000 is outside 0 to {most:g} steps" in sentences
        assert "[ERROR] slot 9 is outside 1 to 8" in sentences
        assert rig.wire.number(FOCUSER, POSITION) == raw
        assert rig.wire.number(REAL_WHEEL, SLOT) == 1


async def test_scripts_read_offsets_and_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door_rig(tmp_path, monkeypatch) as rig:
        await rig.open()
        offsets = rig.wire.latest(RIG_DEVICE, "RIGD_OFFSETS")
        assert offsets is not None
        assert {name: float(value) for name, value in offsets.values.items()} == {
            f"OFFSET_{slot}": steps for slot, steps in rig.offsets.items()
        }
        assert offsets.values[f"OFFSET_{LUMINANCE}"] == "0"
        assert float(offsets.values[f"OFFSET_{GREEN}"]) > 0


@pytest.mark.parametrize("mode", ["publish", "observe"])
async def test_where_rigd_moves_no_focuser_the_wheel_turns_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    async with door_rig(tmp_path, monkeypatch, mode) as rig:
        await rig.open()
        raw = rig.wire.number(FOCUSER, POSITION)
        rig.ask(H_ALPHA)
        await rig.wire.until(WHEEL_DEVICE, SLOT, H_ALPHA)
        assert await rig.wire.number_now(REAL_WHEEL, SLOT) == H_ALPHA
        assert await rig.wire.number_now(FOCUSER, POSITION) == raw
        assert rig.wire.number(FOCUSER_DEVICE, POSITION) == raw
