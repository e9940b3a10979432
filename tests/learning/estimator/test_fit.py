"""Offsets from runs: right where the runs decide, refused with a reason where they do not."""

import dataclasses
import math
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np
import pytest

from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.errors import RefusedError
from rigd.learning.estimator.fit import Fit, fit
from rigd.learning.estimator.prior import Prior
from rigd.learning.estimator.verdict import OffsetState
from tests.learning.estimator.night import START, night

NIGHT = Path(__file__).parents[2] / "autofocus_logs" / "fixtures" / "at10rc_night.csv"
ZONE_STEPS = 172 / 2.2  # f/8: 172 um; TCF-S: 2.2 um per step
TRUTH = {"L": 0.0, "R": 20.0, "G": 10.0, "B": -8.0}
LOOPS = [*"LRGB", *"BGRL"] * 3


def real_night() -> list[AutofocusRun]:
    return list(read_path(NIGHT, zone=UTC, coordinates=Coordinates.RAW))


def means(result: Fit) -> dict[str, float]:
    return {o.filter: o.focus_offset_steps for o in result.offsets if o.focus_offset_steps}


def test_the_real_night_gives_its_offsets_to_about_four_steps() -> None:
    result = fit(real_night(), "Luminance", focus_zone_steps=ZONE_STEPS)

    # An independent prototype: 18.6, 12.0, 7.7, -4.4, with errors of 4.2, 4.2, 4.0, 4.7.
    assert means(result) == pytest.approx(
        {"Red": 18.6, "Green": 12.0, "Blue": 7.7, "H1": -4.4}, abs=1.5
    )
    for offset in result.offsets:
        assert offset.se_steps is not None
        assert offset.se_steps < 4.7
        assert offset.state is OffsetState.TRUSTED
        assert offset.inside_focus_zone
    assert result.drift_share > 0.99


def test_a_block_ordered_part_of_the_real_night_is_refused() -> None:
    runs = real_night()
    names = ["Red", "Green", "Blue", "Luminance", "H1"]
    own = {name: [run for run in runs if run.filter == name] for name in names}
    blocks = [
        run
        for turn, name in enumerate(names)
        for run in own[name]
        if run.time is not None
        and 0.9 * turn <= (run.time - runs[0].time).seconds / 3600 < 0.9 * turn + 0.9
    ]

    result = fit(blocks, "Luminance")

    assert {offset.state for offset in result.offsets} == {OffsetState.REFUSED}
    assert all(offset.focus_offset_steps is None for offset in result.offsets)
    assert all("never interleaved" in str(offset.reason) for offset in result.offsets)


def test_blocks_of_five_are_refused_and_name_the_reason() -> None:
    result = fit(night([*"LLLLLRRRRRGGGGGBBBBB"], TRUTH, drift_steps=60), "L")

    for offset in result.offsets:
        assert offset.state is OffsetState.REFUSED
        assert "never interleaved: all 5 runs of" in str(offset.reason)


def test_the_same_order_every_night_with_one_run_each_is_aliased_with_time() -> None:
    runs = [
        run
        for day in range(5)
        for run in night([*"LRGB"], TRUTH, seed=day, start=START + timedelta(days=day))
    ]

    result = fit(runs, "L")

    assert all("aliased with time" in str(offset.reason) for offset in result.offsets)


def test_a_filter_that_shares_no_night_with_the_reference_is_refused() -> None:
    runs = night([*"LRLRLR"], TRUTH) + night(["G"] * 4, TRUTH, start=START + timedelta(days=1))

    result = fit(runs, "L", focus_zone_steps=30.0)

    green, red = result.offset("G"), result.offset("R")
    assert green is not None
    assert red is not None
    assert "shares no night" in str(green.reason)
    assert red.state is not OffsetState.REFUSED


def test_interleaved_loops_beat_the_drift() -> None:
    result = fit(night(LOOPS, TRUTH, drift_steps=150), "L")

    assert means(result) == pytest.approx({"R": 20, "G": 10, "B": -8}, abs=5)


def test_a_wild_run_does_not_pull_the_offset() -> None:
    runs = night(LOOPS, TRUTH)
    wild = [
        dataclasses.replace(run, position_steps=run.position_steps + 300) if i == 5 else run
        for i, run in enumerate(runs)
        if run.position_steps is not None
    ]

    result = fit(wild, "L")

    assert means(result) == pytest.approx({"R": 20, "G": 10, "B": -8}, abs=5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"coordinates": None}, "frame is unknown", id="unknown-frame"),
        pytest.param({"coordinates": Coordinates.LOGICAL}, "logical", id="logical"),
        pytest.param({"ok": False, "reason": "R squared 0.1"}, "R squared 0.1", id="failed"),
        pytest.param({"time": None}, "time is unknown", id="no-time"),
        pytest.param({"filter": None}, "filter is unknown", id="no-filter"),
    ],
)
def test_a_run_that_cannot_be_fitted_comes_back_with_the_reason(
    change: dict[str, object], reason: str
) -> None:
    runs = night(LOOPS, TRUTH)
    bad = dataclasses.replace(runs[3], position_steps=9000.0, **change)  # type: ignore[arg-type]  # parametrised

    result = fit([*runs, bad], "L")

    assert [out.run for out in result.left_out] == [bad]
    assert reason in result.left_out[0].reason
    assert result.fitted == len(runs)


def test_runs_of_unknown_frame_alone_are_refused() -> None:
    with pytest.raises(RefusedError, match="frame is unknown"):
        fit(night(LOOPS, TRUTH, coordinates=None), "L")


def test_a_reference_without_runs_is_refused() -> None:
    with pytest.raises(RefusedError, match="no run of the reference filter X"):
        fit(night(LOOPS, TRUTH), "X")


def test_the_same_run_twice_counts_once() -> None:
    runs = night(LOOPS, TRUTH)

    once, twice = fit(runs, "L"), fit(runs + runs, "L")

    assert means(once) == means(twice)


def test_the_order_in_which_runs_come_changes_nothing() -> None:
    runs = night(LOOPS, TRUTH)

    assert means(fit(runs, "L")) == means(fit(runs[::-1], "L"))


def test_too_few_runs_leave_the_prediction_standing() -> None:
    priors = {"R": Prior(mean_steps=18, sd_steps=5), "H": Prior(mean_steps=40, sd_steps=9)}

    result = fit(night([*"LRLLL"], TRUTH), "L", priors)

    red, alpha = result.offset("R"), result.offset("H")
    assert red is not None
    assert alpha is not None
    assert (red.state, red.focus_offset_steps, red.se_steps) == (OffsetState.MODELLED, 18, 5)
    assert "too few runs: 1 of 3 for R" in str(red.reason)
    assert (alpha.state, alpha.reason) == (OffsetState.MODELLED, "no runs yet")


@pytest.mark.parametrize(
    ("prior", "state"),
    [
        pytest.param(Prior(mean_steps=TRUTH["R"] + 6, sd_steps=9), "modelled", id="agrees"),
        pytest.param(Prior(mean_steps=TRUTH["R"] + 110, sd_steps=9), "refused", id="a-mm-off"),
    ],
)
def test_two_runs_far_from_what_glass_says_are_no_offset_and_leave_none(
    prior: Prior, state: str
) -> None:
    runs = night([*"LRLGBLRLGBLGB"], TRUTH)

    offset = fit(runs, "L", {"R": prior}).offset("R")

    assert offset is not None
    assert offset.state == state
    assert offset.runs == 2
    if state == "refused":
        assert "speak against what glass says" in (offset.reason or "")
        assert abs((offset.focus_offset_steps or 0) - TRUTH["R"]) < 30


def test_a_prior_that_is_plainly_wrong_loses_to_the_runs() -> None:
    priors = {name: Prior(mean_steps=TRUTH[name], sd_steps=4) for name in "GB"}
    priors["R"] = Prior(mean_steps=-80, sd_steps=4)

    result = fit(night(LOOPS, TRUTH), "L", priors)

    assert means(result) == pytest.approx({"R": 20, "G": 10, "B": -8}, abs=5)


def test_a_wide_error_is_refused_and_still_shown() -> None:
    result = fit(night([*"LRLRLR"], TRUTH, noise_steps=3), "L", focus_zone_steps=2.0)

    red = result.offset("R")
    assert red is not None
    assert red.state is OffsetState.REFUSED
    assert "too unsure: standard error" in str(red.reason)
    assert red.focus_offset_steps is not None
    assert red.se_steps is not None
    assert red.se_steps > result.noise_steps


def test_an_offset_as_sure_as_one_run_is_good_enough_where_no_zone_is_known() -> None:
    result = fit(night(LOOPS, TRUTH, noise_steps=3), "L")

    assert {offset.state for offset in result.offsets} == {OffsetState.PROVISIONAL}
    assert all((offset.se_steps or 99) <= result.noise_steps for offset in result.offsets)


@pytest.mark.parametrize("agree", [0.0, 2.0], ids=["equal", "nearly-equal"])
def test_no_offset_is_surer_than_its_runs(agree: float) -> None:
    runs = [
        dataclasses.replace(run, se_steps=error, position_steps=5000.0 + agree * (number % 2))
        for number, (run, error) in enumerate(
            zip(night([*"LRLRLR"], TRUTH), (2.0, 41.0, 2.0, 40.0, 2.0, 161.0), strict=True)
        )
    ]

    (red,) = fit(runs, "L", focus_zone_steps=60.0).offsets

    floor = math.hypot(1 / math.sqrt(41**-2 + 40**-2 + 161**-2), 2 / math.sqrt(3))
    assert red.se_steps is not None
    assert red.se_steps >= floor - 1e-9
    assert red.state is OffsetState.REFUSED
    assert (red.high_steps or 0) - (red.low_steps or 0) > 3.5 * floor


@pytest.mark.parametrize(
    ("order", "prior_sd", "nights", "most"),
    [
        pytest.param([*"LRGB", *"BGRL", *"LRGB"], 8, 40, 1.05, id="few-runs-and-a-prior"),
        pytest.param([*"LRGB"] * 5, None, 40, 1.06, id="nobody-predicted-anything"),
    ],
)
def test_clean_nights_are_hardly_worse_than_a_plain_mean(
    order: list[str], prior_sd: float | None, nights: int, most: float
) -> None:
    priors = {
        name: Prior(mean_steps=TRUTH[name] + 5, sd_steps=prior_sd) for name in "RGB" if prior_sd
    }
    ours, plain = [], []
    for seed in range(nights):
        runs = night(order, TRUTH, seed=seed)
        at = {
            name: np.mean([r.position_steps for r in runs if r.filter == name and r.position_steps])
            for name in TRUTH
        }
        answer = means(fit(runs, "L", priors))
        ours += [answer[name] - TRUTH[name] for name in "RGB"]
        plain += [at[name] - at["L"] - TRUTH[name] for name in "RGB"]

    ratio = np.sqrt(np.mean(np.square(ours)) / np.mean(np.square(plain)))

    assert ratio < most


def test_a_mean_over_blocks_takes_drift_for_an_offset() -> None:
    # Ekos' formula: round(mean R) - round(mean L) = 975 - 995; the true offset may be 0.
    runs = [
        dataclasses.replace(run, position_steps=position)
        for run, position in zip(
            night([*"LLRR"], TRUTH), [1000.0, 990.0, 980.0, 970.0], strict=True
        )
    ]

    offset = fit(runs, "L").offset("R")

    assert offset is not None
    assert offset.state is OffsetState.REFUSED
    assert "never interleaved" in str(offset.reason)


def cycles(frame: Coordinates) -> list[dict[str, float]]:
    """Learn and apply five times behind rigd's focuser, which shows raw less what it embodies."""
    applied = dict.fromkeys(TRUTH, 0.0)
    history = []
    runs: list[AutofocusRun] = []
    for cycle in range(5):
        for run in night(LOOPS, TRUTH, seed=cycle, start=START + timedelta(days=cycle)):
            assert run.filter is not None
            assert run.position_steps is not None
            embodied = applied[run.filter]
            shown = dataclasses.replace(
                run, position_steps=run.position_steps - embodied, coordinates=frame
            )
            runs.append(shown.as_raw(embodied))
        applied = {"L": 0.0} | means(fit(runs[-len(LOOPS) :], "L"))
        history.append(applied)
    return history


def test_five_learn_and_apply_cycles_converge() -> None:
    history = cycles(Coordinates.LOGICAL)

    for applied in history:
        assert applied == pytest.approx(TRUTH, abs=4)


def test_mistaking_logical_positions_for_raw_would_oscillate() -> None:
    history = cycles(Coordinates.RAW)

    assert abs(history[0]["R"] - 20) < 4
    assert abs(history[1].get("R", 0.0)) < 4


def test_a_run_of_unknown_frame_cannot_become_raw() -> None:
    (run,) = night("L", TRUTH, coordinates=None)

    with pytest.raises(ValueError, match="frame is unknown"):
        run.as_raw(5)


def sharing_no_filter(apart: float) -> list[AutofocusRun]:
    """A night whose Ha lies so far off, with sweeps over 800 steps."""
    curve = tuple(CurvePoint(position_steps=100.0 * at, hfr_px=2.0) for at in range(9))
    return [
        replace(run, points=curve, se_steps=3.0)
        for run in night(["L", "Ha", "Ha", "L"] * 3, {"L": 0.0, "Ha": apart})
    ]


def test_an_offset_of_many_sweeps_is_no_filters() -> None:
    far = fit(sharing_no_filter(14_400), "L").offset("Ha")
    near = fit(sharing_no_filter(1_500), "L").offset("Ha")

    assert far is not None
    assert (far.state, far.focus_offset_steps) == ("refused", None)
    assert "18 times as far as an autofocus sweeps here (800 steps)" in str(far.reason)
    assert near is not None
    assert near.focus_offset_steps == pytest.approx(1500, abs=5)


@pytest.mark.parametrize("step", [1, 20, 50], ids=lambda step: f"steps-of-{step}")
def test_runs_that_agree_to_the_step_are_no_surer_than_their_steps(step: int) -> None:
    runs = [
        replace(run, position_steps=10_000.0 + 3 * step * (run.filter == "Ha"))
        for run in night(["L", "Ha", "Ha", "L", "L", "Ha"], {"L": 0.0, "Ha": 0.0})
    ]

    offset = fit(runs, "L").offset("Ha")

    assert offset is not None
    assert offset.focus_offset_steps == pytest.approx(3 * step, abs=0.5)
    assert (offset.se_steps or 0.0) >= 0.8 * 3 * step / math.sqrt(12)
    assert (offset.low_steps or 0.0) < 2.7 * step < (offset.high_steps or 0.0)


def test_runs_that_agree_to_the_step_count_as_much_as_one_of_them_may_scatter() -> None:
    at = {"L": 10_000.0, "R": 10_020.0, "Ha": 10_060.0}
    runs = [
        replace(run, position_steps=at[run.filter or ""])
        for run in night(["L", "R", "Ha"] * 3, dict.fromkeys(at, 0.0))
    ]

    learnt = fit(runs, "L")

    # Of positions 20 steps apart none tells better than 20 / sqrt(12).
    assert learnt.scatter_limit_steps == pytest.approx(5.77, abs=0.01)
    assert [offset.state for offset in learnt.offsets] == [OffsetState.PROVISIONAL] * 2


def test_curves_without_any_noise_are_no_surer_than_steps() -> None:
    runs = [
        replace(run, se_steps=1e-6)
        for run in night(
            ["L", "Ha", "Ha", "L", "L", "Ha"], {"L": 0.0, "Ha": 30.0}, noise_steps=1e-6
        )
    ]

    offset = fit(runs, "L").offset("Ha")

    assert offset is not None
    # Nine points at whole steps tell a run to 0.289 / 3; three runs of each filter: * sqrt(2 / 3).
    assert (offset.se_steps or 0.0) >= 0.0785


def test_a_run_that_is_not_believed_is_none_of_three() -> None:
    runs = night(["L", "Ha", "Ha", "L", "L", "Ha", "L"], {"L": 0.0, "Ha": 60.0})
    wild = replace(runs[2], position_steps=(runs[2].position_steps or 0.0) + 700)

    before = fit(runs, "L").offset("Ha")
    after = fit([*runs[:2], wild, *runs[3:]], "L").offset("Ha")

    assert before is not None
    assert before.focus_offset_steps == pytest.approx(60, abs=6)
    assert after is not None
    assert (after.state, after.focus_offset_steps) == ("refused", None)
    assert "1 of 3 runs of Ha lies far off" in str(after.reason)
