"""Light frames beside the daemon's runs: said, kept, never acted on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from tests.service.live import living
from tests.service.test_run_import import cli, taught
from tests.store.test_run_corrections import run

START = datetime(2024, 3, 1, 20, 0, tzinfo=UTC)


def focused(name: str, minutes: float, position_steps: int = 5000) -> AutofocusRun:
    points = tuple(
        CurvePoint(position_steps=position_steps + x, hfr_px=float(np.hypot(2.0, 0.02 * x)))
        for x in range(-300, 301, 75)
    )
    return AutofocusRun(
        filter=name,
        position_steps=position_steps,
        time=START + timedelta(minutes=minutes),
        coordinates=Coordinates.RAW,
        source="made up",
        ok=True,
        points=points,
    )


def table(soft_px: float) -> str:
    """Ha behind its own focus, then Ha behind the focus of L."""
    rows = [(5 + i, 2.0 + 0.01 * (i % 3)) for i in range(6)]
    rows += [(65 + i, soft_px + 0.01 * (i % 3)) for i in range(6)]
    lines = [f"H-alpha,{(START + timedelta(minutes=m)).isoformat()},{px}" for m, px in rows]
    return "\n".join(["filter,time,hfr", *lines])


def test_frames_that_are_soft_behind_an_offset_are_told_and_nothing_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "frames.csv"
    path.write_text(table(float(np.hypot(2.0, 0.9))).replace("H-alpha", "ha"))
    other = tmp_path / "other.csv"
    other.write_text(table(2.5))

    async def looking() -> None:
        async with living(tmp_path, monkeypatch) as live:
            await live.put("filterwheel", "position", Position=4)
            await live.until_filter(4)
            stands, offsets = live.raw_steps, await live.offsets()
            nothing = await cli(live, "offsets", "audit", str(path))
            # As far apart as glass says: else the runs alone would leave neither to count.
            own_focus = 5000 + int(str(offsets["Ha"]["focus_offset_steps"]))
            fitted = await taught(live, [focused("Ha", 0, own_focus), focused("L", 60)])

            said = await cli(live, "offsets", "audit", str(path))
            why = await cli(live, "offsets", "--why", "Ha")

            assert "no filter has three frames behind its own focus" in nothing
            found = "ha is 10 % soft behind other filters' focus; a focus off by about 45"
            assert found in said
            assert found in why
            table_rows = [line for line in said.splitlines() if line.startswith("│")]
            assert [line.strip("│").split() for line in table_rows] == [
                ["ha", "│", "ha", "│", "2.01", "(6)"],
                ["ha", "│", "another", "filter", "│", "2.20", "(6)"],
            ]
            assert live.raw_steps == stands
            assert fitted["Ha"] | {"learnt": None} == offsets["Ha"]
            assert await live.offsets() == fitted
        async with living(tmp_path, monkeypatch) as live:
            assert found in await cli(live, "offsets", "--why", "Ha")

    run(looking())


def test_frames_of_another_rig_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "frames.csv"
    path.write_text(table(2.1).replace("H-alpha", "Kodak"))

    async def looking() -> None:
        async with living(tmp_path, monkeypatch) as live:
            with pytest.raises(Exception, match="no filter of this rig is named as in the frames"):
                await cli(live, "offsets", "audit", str(path))

    run(looking())


def test_sharp_frames_say_so() -> None:
    from rigd.autofocus_logs.light_frame import LightFrame
    from rigd.learning.fit_input import FitInput
    from rigd.learning.frame_findings import FrameVerdict
    from rigd.learning.frame_inspection import inspect_frames

    frames = [
        LightFrame(filter="ha", time=START + timedelta(minutes=m), hfr_px=2.0)
        for m in (1, 2, 3, 61, 62, 63)
    ]
    fit_input = FitInput(reference="l", names={"l": "l", "ha": "ha"})

    found = inspect_frames(fit_input, frames, [focused("ha", 0), focused("l", 60)])

    assert found.found == ()
    assert found.sentence == "6 light frames looked at: ha as sharp as behind their own focus"
    stored = replace(found, light_path_id="e", at="2024")
    verdict = FrameVerdict(at="2024", text="as sharp as behind its own focus")
    assert stored.of("ha", "e") == verdict
    assert stored.of("ha", "other") is None
    assert stored.of("l", "e") is None
