"""Pictures of numbers: nothing in them is made up, and no text lies upon another."""

import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest

from rigd.focus.state.settings import LearntOffset
from rigd.view.night_plot import night_svg
from rigd.view.offset_plot import RunPoint, offsets_svg, run_points
from rigd.view.offsets import OffsetTable
from tests.api.observatory import make_rig
from tests.view.nights import run, sample

SVG = "{http://www.w3.org/2000/svg}"
COURSE = (
    *(sample(n, 25_400, 5.0 - n / 60, "Luminance") for n in range(0, 120, 5)),
    *(sample(n, 25_441, 3.0 - n / 90, "H-alpha") for n in range(120, 300, 5)),
    sample(303),
    *(sample(n, 25_380, -1.5, "<b>") for n in range(306, 600, 5)),
)
RUNS = (run(10, "Luminance", 25_402.0), run(130, "H-alpha", 25_440.0))


def learnt(steps: float | None) -> LearntOffset:
    return LearntOffset(
        focus_offset_steps=steps,
        se_steps=None if steps is None else 3.0,
        low_steps=None,
        high_steps=None,
        runs=4,
        state="trusted",
        reason=None,
        at="2026-11-30T03:00:00+00:00",
    )


def table() -> OffsetTable:
    rig = make_rig()
    row = replace(rig.offsets.offsets[0], modelled_steps=None, modelled_se_steps=None, learnt=None)
    rows = (
        replace(row, name="Luminance", learnt=learnt(0.0), modelled_steps=0, modelled_se_steps=2.0),
        replace(row, name="A filter with a very long name", learnt=learnt(41.5)),
        replace(row, name="nothing is known of it"),
    )
    return replace(rig.offsets, offsets=rows)


def pictures() -> dict[str, str]:
    points = (RunPoint(at="2026-11-30T01:00:00+00:00", offset_steps=44.0, weight=1.0),)
    made = {
        "night": night_svg(COURSE, RUNS),
        "night without temperature": night_svg([replace(s, temperature_c=None) for s in COURSE]),
        "one sample": night_svg([sample(0, 5, 1.0, "L")]),
        "a whole day": night_svg([sample(n, n, 1.0, "L") for n in range(-300, 1070, 5)]),
        "offsets": offsets_svg(table(), {"A filter with a very long name": points}),
    }
    return {name: svg for name, svg in made.items() if svg is not None}


def boxes(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Each text with its left, top, right and bottom, as wide as text of 12 can be."""
    found = []
    for one in ElementTree.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314 - our own
        text = (one.text or "").strip()
        width, x, y = len(text) * 6.6, float(one.get("x", "0")), float(one.get("y", "0"))
        anchor = one.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        found.append((text, left, y - 9, left + width, y + 2))
    return found


@pytest.mark.parametrize("name", pictures())
def test_no_text_lies_upon_another_or_beyond_the_picture(name: str) -> None:
    svg = pictures()[name]
    _, _, width, height = (float(n) for n in re.findall(r'viewBox="([^"]*)"', svg)[0].split())

    for one, other in combinations(boxes(svg), 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, (one, other)
    for text, left, top, right, bottom in boxes(svg):
        assert left >= -0.5, text
        assert right <= width + 0.5, text
        assert top >= 0, text
        assert bottom <= height, text


@pytest.mark.parametrize("name", pictures())
def test_a_picture_is_as_wide_as_a_phone_and_has_a_name(name: str) -> None:
    root = ElementTree.fromstring(pictures()[name])  # noqa: S314 - our own

    assert root.get("viewBox", "").split()[2] == "400"
    assert root.get("font-size") == "12"
    assert (root.find(f"{SVG}title").text or "").strip()  # type: ignore[union-attr]


def test_a_gap_breaks_the_line() -> None:
    svg = night_svg(COURSE, RUNS) or ""

    (path,) = re.findall(r'class="position" d="([^"]*)"', svg)

    assert path.count("M") == 2
    assert svg.count('<circle class="run" cx') == 3  # two runs and the legend
    assert "<b>" not in svg


def test_nothing_known_is_no_picture() -> None:
    assert night_svg([sample(0), sample(5)]) is None
    assert offsets_svg(replace(table(), offsets=()), {}) is None


def test_a_filter_of_which_nothing_is_known_has_no_row() -> None:
    svg = offsets_svg(table(), {}) or ""

    assert "nothing is known of it" not in svg
    assert "learnt +41.5 ± 3.0 steps" in svg
    assert "from glass +0.0 ± 2.0 steps" in svg


def test_what_a_run_says_of_an_offset_is_the_offset_and_what_the_fit_leaves() -> None:
    result = {
        "offsets": {"ha": {"focus_offset_steps": 40.0}, "x": {"focus_offset_steps": None}},
        "runs": [
            {"filter": "ha", "time": "2026-11-30T02:00:00", "residual_steps": 2.0, "weight": 1.0},
            {"filter": "ha", "time": "2026-11-30T01:00:00", "residual_steps": -3.0, "weight": 0.5},
            {"filter": "x", "time": "2026-11-30T01:00:00", "residual_steps": 0.0, "weight": 1.0},
        ],
    }

    found = run_points(result, {"ha": "H-alpha"})

    assert {name: [p.offset_steps for p in points] for name, points in found.items()} == {
        "H-alpha": [37.0, 42.0]
    }


def test_the_sign_in_the_legend_stands_before_its_word() -> None:
    svg = night_svg(COURSE, RUNS) or ""
    (word,) = [one for one in boxes(svg) if one[0] == "autofocus"]
    sign = float(re.findall(r'<circle class="run" cx="([\d.]+)"', svg)[0])

    assert sign + 5 <= word[1]
