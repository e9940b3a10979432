"""Curves of a real Ekos: the refit finds the focus at least as well as Ekos itself did.

KStars 3.6.2 of Debian on INDI's simulators, in evenings of `./dev ekos focus`, `focus-slow`,
`focus-each` and `focus-each-slow`; the simulated camera's focus, which Ekos does not know, is told
with each: where it is, and where Ekos ended. The simulated stars are parabolas, which is what Ekos
fits; many curves of a filter are of one evening and nearly alike.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.run import CurvePoint

CURVES = [
    json.loads(line)
    for line in Path(__file__).with_name("ekos_curves.jsonl").read_text().splitlines()
]
FOUND = [
    (curve, refit([CurvePoint(position_steps=x, hfr_px=y) for x, y in curve["points"]]))
    for curve in CURVES
]
COUNTED = [
    (curve["filter"], curve["ekos"] - curve["focus"], found.position_steps - curve["focus"], found)
    for curve, found in FOUND
    if found.ok and found.position_steps is not None
]


def test_most_curves_count() -> None:
    assert len(CURVES) == 81
    assert len(COUNTED) >= 65


def test_the_refit_is_nearer_to_the_focus_than_ekos_itself() -> None:
    ekos, rigd = (np.sqrt(np.mean([one[at] ** 2 for one in COUNTED])) for at in (1, 2))

    assert rigd < 0.2 * ekos
    assert rigd < 2


def test_of_no_filter_the_refit_scatters_more_than_ekos_as_far_as_so_few_curves_can_tell() -> None:
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, ekos, rigd, _ in COUNTED:
        places[name].append((ekos, rigd))

    for name, both in places.items():
        ekos, rigd = np.std(both, axis=0, ddof=1)
        error_of_ekos = ekos / np.sqrt(2 * (len(both) - 1))  # of a standard deviation
        assert rigd <= ekos + error_of_ekos, name


def test_no_curve_is_farther_off_than_its_own_error_allows() -> None:
    for _, _, rigd, found in COUNTED:
        assert abs(rigd) <= 3 * (found.se_steps or 0)


def test_a_sweep_that_begins_at_the_focus_does_not_count() -> None:
    begun_there = [found for curve, found in FOUND if curve["points"][0][0] <= curve["focus"]]

    told = [found.reason or "" for found in begun_there if not found.ok]

    assert len(told) == 9
    assert all("hardly inside" in reason or "may be outside" in reason for reason in told)
