"""The tutorial's page is what its generator writes, and its well-founded totals come out again."""

import runpy
import sys
import tomllib
from pathlib import Path

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.models.solution import Solution

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    kept = sys.argv
    sys.argv = ["generate_tutorial.py", str(folder)]
    try:
        runpy.run_path(str(DOCS / "generate_tutorial.py"), run_name="__main__")
    finally:
        sys.argv = kept
    return folder


def section(folder: Path, title: str) -> str:
    sections = (folder / "tutorial-55mm.md").read_text().split("\n## ")
    return next(text for text in sections if text.startswith(title))


def test_the_page_is_current(written: Path) -> None:
    page = (written / "tutorial-55mm.md").read_text()

    assert page == (DOCS / "tutorial-55mm.md").read_text(), "run docs/generate_tutorial.py"


def test_the_drawings_are_current(written: Path) -> None:
    drawn = {path.name: path.read_text() for path in (written / "tutorial-55mm").glob("*.svg")}

    kept = {path.name: path.read_text() for path in (DOCS / "tutorial-55mm").glob("*.svg")}
    assert drawn == kept, "run docs/generate_tutorial.py"


@pytest.mark.parametrize(
    ("case", "total", "parts"),
    [
        ("1.1 first", "1. 55 mm, exact", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("1.1 second", "1. 55 mm, exact", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("1.2 first", "1. 56 mm, 0.344 mm", ["16.5 mm", "20 mm", "2 mm", "17.5 mm"]),
        ("1.3 first", "1. 56 mm, 0.344 mm", ["16.5 mm", "1 mm", "20 mm", "1 mm", "17.5 mm"]),
        ("1.3 second", "1. 56 mm, 0.344 mm", ["16.5 mm", "1 mm", "20 mm", "1 mm", "11 mm", "6.5"]),
        ("1.4: ", "1. 55 mm, 0.656 mm", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("1.5", "1. 55 mm, 0.656 mm", ["17.5 mm", "20 mm", "17.5 mm"]),
        ("2.1 first", "1. 55 mm, exact", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("2.2 variant 2", "1. 55 mm, 0.656 mm", ["5 mm", "17.5 mm", "20 mm", "12.5 mm"]),
        ("2.2 variant 3", "1. 55 mm, 0.656 mm", ["22.5 mm", "20 mm", "12.5 mm"]),
        ("2.3 variant 3", "1. 55 mm, 0.656 mm", ["5 mm", "17.5 mm", "20 mm", "12.5 mm"]),
        ("2.4: ", "1. 55 mm, 0.656 mm", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("2.5", "1. 55 mm, 0.656 mm", ["5 mm", "17.5 mm", "20 mm", "12.5 mm"]),
        ("2600MC Duo 1", "1. 55 mm, exact", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("2600MC Duo 2", "1. 56 mm, 0.344 mm", ["2 mm", "16.5 mm", "20 mm", "17.5 mm"]),
        ("3.1 first", "1. 55 mm, exact", ["16.5 mm", "21 mm", "17.5 mm"]),
        ("3.2 second", "1. 55 mm, 0.656 mm", ["5 mm", "17.5 mm", "20 mm", "12.5 mm"]),
        ("3.3 first", "1. 56 mm, 0.344 mm", ["2 mm", "16.5 mm", "20 mm", "17.5 mm"]),
        ("3.3 second", "1. 56 mm, 0.344 mm", ["17.5 mm", "1 mm", "20 mm", "17.5 mm"]),
        ("3.4", "1. 55 mm, 0.656 mm", ["5 mm", "17.5 mm", "20 mm", "12.5 mm"]),
    ],
)
def test_a_case_comes_out_of_ids_and_boxes(
    case: str, total: str, parts: list[str], written: Path
) -> None:
    found = section(written, case)

    answer = found[found.index(total) :]
    at = 0
    for length in parts:
        at = answer.index(f" {length}", at) + 1


@pytest.mark.parametrize("case", ["1.4", "1.5", "2.4", "2.5", "3.3", "3.4", "2600MC Duo 2"])
def test_a_two_inch_filter_in_the_title_is_counted(case: str, written: Path) -> None:
    # 55 + 1.9 (1 - 1/1.527), the middle of 1.46 to 1.60
    assert "the sensor must stand 55.656 mm behind it" in section(written, case)


def test_the_duo_uses_no_plate_that_its_owner_does_not_have(written: Path) -> None:
    found = section(written, "2600MC Duo 1")

    assert "M42 tilt plate" not in found


def test_every_case_and_every_question_has_its_answer(written: Path) -> None:
    asked = tomllib.loads((DOCS / "tutorial-55mm.toml").read_text())
    cases = [one.id for one in load_catalog().all(Solution) if not one.id.startswith(("x_", "rig"))]

    assert sorted(asked["cases"]) == sorted(cases)
    assert all("ask" in row for row in asked["cases"].values())
    for row in asked["questions"]:
        answer = section(written, row["title"])
        assert "$ rigd spacers" in answer or "no source" in answer.casefold()


def test_an_assumed_length_is_marked(written: Path) -> None:
    for case in ("1.3 first", "1.3 second", "2.3 variant 1", "2.3 variant 2", "2600MC Duo 1"):
        assert "\nassumed: M42-M54" in section(written, case)
    assert "\nassumed: bolt face to M54" in section(written, "3.3 second")


def test_cases_whose_length_was_deduced_are_marked(written: Path) -> None:
    page = (written / "tutorial-55mm.md").read_text()

    assert page.count("this case proves nothing about it") == 7
