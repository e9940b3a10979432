"""Soft frames behind an offset are noticed, and only when the frames can tell."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from rigd.autofocus_logs.ekos_analyze import read_frames
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.learning.frame_audit import audit_frames, tabulate_ages

START = datetime(2024, 3, 1, 20, 0, tzinfo=UTC)


def focused(name: str, minutes: float) -> AutofocusRun:
    points = tuple(
        CurvePoint(position_steps=x, hfr_px=float(np.hypot(2.0, 0.02 * (x - 5000))))
        for x in range(4700, 5301, 75)
    )
    return AutofocusRun(
        filter=name,
        position_steps=5000,
        time=START + timedelta(minutes=minutes),
        coordinates=Coordinates.RAW,
        source="made up",
        ok=True,
        points=points,
    )


def shot(name: str, minutes: float, hfr_px: float) -> LightFrame:
    return LightFrame(filter=name, time=START + timedelta(minutes=minutes), hfr_px=hfr_px)


def session(soft_px: float, late_minutes: float = 0) -> tuple[list[LightFrame], list[AutofocusRun]]:
    """H behind its own focus, then H behind the focus of L."""
    frames = [shot("H", 5 + i, 2.0 + 0.01 * (i % 3)) for i in range(6)]
    frames += [shot("H", 65 + late_minutes + i, soft_px + 0.01 * (i % 3)) for i in range(6)]
    return frames, [focused("H", 0), focused("L", 60)]


def test_a_soft_filter_is_named_with_the_steps_that_explain_it() -> None:
    # Off by 45 steps: sqrt(2.0^2 + (0.02 * 45)^2) = 2.19, which is 10 % more.
    (found,) = audit_frames(*session(float(np.hypot(2.0, 0.9))))

    assert found.filter == "H"
    assert found.softness == pytest.approx(0.097, abs=0.01)
    assert found.off_by_steps == pytest.approx(45, abs=3)
    assert found.text == (
        "H is 10 % soft behind other filters' focus; a focus off by about 45 steps would explain it"
    )


@pytest.mark.parametrize(
    ("soft_px", "late_minutes"),
    [
        pytest.param(2.03, 0, id="as-sharp"),
        pytest.param(2.4, 45, id="focus-too-old-to-compare"),
        pytest.param(2.4, 200, id="focus-much-too-old"),
    ],
)
def test_what_the_frames_cannot_tell_is_not_said(soft_px: float, late_minutes: float) -> None:
    assert audit_frames(*session(soft_px, late_minutes)) == ()


def test_sharpness_is_told_by_the_time_since_the_autofocus() -> None:
    frames, runs = session(2.4)
    frames += [shot("H", 60 + 20, 2.5), shot("H", 60 + 90, 3.0), shot("H", 60 + 600, 9.0)]
    frames += [shot("H", -1, 7.0), shot("L", 60 + 15, 1.5)]

    told = [
        (one.filter, one.own_focus, one.from_minutes, one.frames, one.hfr_px)
        for one in tabulate_ages(frames, runs)
    ]

    assert told == [
        ("H", True, 0.0, 6, pytest.approx(2.01)),
        ("H", False, 0.0, 6, pytest.approx(2.41)),
        ("H", False, 15.0, 1, 2.5),
        ("H", False, 90.0, 2, 6.0),
        ("L", True, 15.0, 1, 1.5),
    ]


def test_an_autofocus_of_another_night_focused_no_frame() -> None:
    frames, runs = session(2.4)

    told = tabulate_ages([shot("H", 60 + 20 * 24 * 60, 9.0)], runs)

    assert told == ()
    assert tabulate_ages(frames, runs) != ()


def test_a_failed_autofocus_does_not_count_as_focus() -> None:
    frames, runs = session(2.4)
    failed = AutofocusRun(filter="L", position_steps=None, source="s", ok=False)

    assert audit_frames(frames, [runs[0], failed]) == ()


def test_ekos_frames_without_a_measured_radius_are_left_out() -> None:
    text = (
        "AnalyzeStartTime,2024-05-01 21:00:00.000,UTC\n"
        "CaptureComplete,60.0,30.000,Ha,1.262,/a,b.fits,238,460,0.452\n"
        "CaptureComplete,90.0,30.000,Ha,-1.000,/c.fits,0,464,-1.000\n"
        "CaptureComplete,120"
    )

    (frame,) = read_frames(text)

    assert frame == LightFrame(
        filter="Ha", time=datetime(2024, 5, 1, 21, 1, tzinfo=UTC), hfr_px=1.262
    )
