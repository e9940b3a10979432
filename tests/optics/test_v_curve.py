"""The focus from a V-curve's points, with an error that is honest."""

import numpy as np
import pytest

from rigd.optics.v_curve import fit_v_curve, focuser_travel_um_per_step, sensor_um_per_step


def test_a_symmetric_curve_has_its_minimum_in_the_middle() -> None:
    # N.I.N.A.'s HyperbolicFittingTest, PerfectVCurve_OnlyOnePointMinimum.
    curve = fit_v_curve(range(1, 10), [18, 11, 6, 3, 2, 3, 6, 11, 18])

    assert curve is not None
    assert curve.position_steps == pytest.approx(5.0, abs=1e-6)
    assert not curve.objections


@pytest.mark.parametrize(
    ("positions", "sizes"),
    [
        pytest.param([1000, 1100, 1200], [18, 0, 0], id="zero-star-sizes"),  # N.I.N.A. BadData
        pytest.param([], [], id="nothing"),
        pytest.param([1, 1, 1, 1, 1], [2, 2, 2, 2, 2], id="one-position"),
        pytest.param([1, 2, 3, 4], [float("nan"), 1, 1, 1], id="nan"),
    ],
)
def test_too_few_usable_points_give_no_fit(positions: list[float], sizes: list[float]) -> None:
    assert fit_v_curve(positions, sizes) is None


@pytest.mark.parametrize("points", [5, 9], ids=str)
def test_a_curve_without_any_noise_is_no_surer_than_the_steps_of_its_points(points: int) -> None:
    x = np.linspace(-400, 400, points)

    curve = fit_v_curve(x, np.hypot(1.5, 0.02 * (x - 13)))

    assert curve is not None
    assert curve.position_steps == pytest.approx(13, abs=1e-3)
    # The step that a motor stands at is rounded: 1 / sqrt(12) = 0.289 at each point.
    assert curve.se_steps == pytest.approx(0.289 / points**0.5, rel=0.01)


def test_the_stated_error_covers_the_true_focus() -> None:
    rng = np.random.default_rng(5)
    x = np.arange(-400, 401, 100.0)
    off = []
    for _ in range(300):
        curve = fit_v_curve(x, np.hypot(1.5, 0.02 * (x - 13)) + rng.normal(0, 0.2, 9))
        assert curve is not None
        off.append((curve.position_steps - 13) / curve.se_steps)

    inside = np.mean(np.abs(off) < 2.45)  # Student's t with 6 degrees of freedom

    assert 0.91 < inside < 0.985


@pytest.mark.parametrize("shape", ["hyperbola", "parabola"])
@pytest.mark.parametrize("begin", [-400, -160, -560])
def test_the_focus_is_found_whichever_of_the_two_shapes_stars_have_and_whichever_wing_is_longer(
    shape: str, begin: int
) -> None:
    x = np.arange(begin, begin + 721, 80.0)
    way = (x - 13) / 100
    sizes = np.hypot(1.5, 1.5 * way) if shape == "hyperbola" else 1.5 + 0.75 * way**2
    noise = 1 + 0.004 * np.array([1, -1, 1, 1, -1, -1, 1, -1, 1, -1])

    curve = fit_v_curve(x, sizes * noise)

    assert curve is not None
    assert curve.position_steps == pytest.approx(13, abs=2)
    assert abs(curve.position_steps - 13) < 3 * curve.se_steps
    assert curve.se_steps < 2


def test_where_the_points_do_not_tell_the_shape_the_error_holds_what_that_leaves_open() -> None:
    x = np.arange(-560, 161, 80.0)
    noise = 1 + 0.1 * np.array([1, -1, 1, 1, -1, -1, 1, -1, 1, -1])
    rough = np.hypot(1.5, 0.015 * (x - 13)) * noise

    curve = fit_v_curve(x, rough)

    assert curve is not None
    assert curve.position_steps == pytest.approx(13, abs=2 * curve.se_steps)
    assert curve.se_steps > 5


@pytest.mark.parametrize(
    ("sizes", "objection", "hopeless"),
    [
        pytest.param([9, 8, 7, 6, 5, 4, 3], "the minimum", True, id="one-sided"),
        pytest.param([5, 6, 5, 6, 5, 6, 5.1], "R squared", True, id="zigzag"),
        pytest.param([2.2, 2.1, 2.05, 2.0, 2.05, 2.1, 2.2], "worst over best", False, id="flat"),
    ],
)
def test_a_bad_curve_says_what_is_wrong(sizes: list[float], objection: str, hopeless: bool) -> None:
    curve = fit_v_curve(range(0, 700, 100), sizes)

    assert curve is not None
    assert any(objection in text for text in curve.objections)
    assert curve.hopeless is hopeless


@pytest.mark.parametrize(("focus", "hopeless"), [(590, True), (450, False)])
def test_a_minimum_whose_own_error_reaches_over_the_edge_is_not_inside(
    focus: float, hopeless: bool
) -> None:
    x = np.arange(0, 700, 100.0)
    noise = 1 + 0.03 * np.array([1, -1, 1, 1, -1, -1, 1])

    curve = fit_v_curve(x, np.hypot(2.0, 0.02 * (x - focus)) * noise)

    assert curve is not None
    assert curve.hopeless is hopeless
    assert ("may be outside 0 to 600 steps" in " ".join(curve.objections)) is hopeless


@pytest.mark.parametrize("points", [5, 7, 11])
def test_points_that_only_scatter_are_no_curve(points: int) -> None:
    rng = np.random.default_rng(points)
    taken = 0
    for _ in range(60):
        curve = fit_v_curve(np.arange(points) * 50.0, 3 + rng.normal(0, 0.3, points))
        taken += curve is not None and not curve.hopeless

    assert taken <= 2  # at the promised half per cent, more happen once in 300 times


def test_a_fine_sweep_that_stands_out_from_its_noise_is_a_curve() -> None:
    curve = fit_v_curve(range(0, 700, 100), [2.2, 2.1, 2.05, 2.0, 2.05, 2.1, 2.2])

    assert curve is not None
    assert not curve.hopeless
    assert {"no inner wing", "no outer wing"} < set(curve.objections)


def test_four_points_are_no_curve_since_any_four_look_like_one() -> None:
    curve = fit_v_curve([0, 100, 200, 300], [5.2, 3.1, 3.0, 5.4])

    assert curve is not None
    assert curve.hopeless


def test_a_frame_that_measured_something_else_than_focus_is_left_out() -> None:
    # One frame's only "star" is a satellite's trail: 19 pixels.
    x = np.arange(8) * 100.0
    noise = np.array([0.03, -0.05, 0.02, 0, 0.04, -0.02, 0.01, -0.03])
    sizes = np.hypot(1.5, 0.012 * (x - 330)) + noise
    without = fit_v_curve(x[np.arange(8) != 5], sizes[np.arange(8) != 5])
    sizes[5] = 19.0

    curve = fit_v_curve(x, sizes)

    assert curve is not None
    assert without is not None
    assert curve.left_out == (5,)
    assert curve.position_steps == pytest.approx(without.position_steps, abs=1e-6)
    assert curve.position_steps == pytest.approx(330, abs=5)
    assert not curve.objections


def test_of_six_points_none_is_called_wild() -> None:
    curve = fit_v_curve([0, 100, 200, 300, 400, 500], [4, 3, 2, 9, 3, 4])

    assert curve is not None
    assert curve.left_out == ()


def test_step_size_comes_from_the_wing() -> None:
    # HFR = |dz| sqrt((1 + e^2) / 2) / (2 N): 4 um per step at f/5 on 3.76 um pixels.
    slope = 4 * np.sqrt((1 + 0.3**2) / 2) / (2 * 5) / 3.76

    assert sensor_um_per_step(slope, 3.76, 5.0, 0.3) == pytest.approx(4.0)


def test_a_knob_of_28_turns_per_inch_moves_4_536_um_per_step() -> None:
    assert focuser_travel_um_per_step(25.4 / 28, 200) == pytest.approx(4.536, abs=0.001)
