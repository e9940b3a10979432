"""The tutorial's page is what its generator writes, and its well-founded totals come out again."""

import runpy
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


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


def test_the_page_is_current(written: Path) -> None:
    page = (written / "tutorial-55mm.md").read_text()

    assert page == (DOCS / "tutorial-55mm.md").read_text(), "run docs/generate_tutorial.py"


def test_the_drawings_are_current(written: Path) -> None:
    drawn = {path.name: path.read_text() for path in (written / "tutorial-55mm").iterdir()}

    kept = {path.name: path.read_text() for path in (DOCS / "tutorial-55mm").iterdir()}
    assert drawn == kept, "run docs/generate_tutorial.py"


@pytest.mark.parametrize(
    ("case", "total"),
    [
        ("1.1 first diagram", "**55 mm**, +0 mm off"),
        ("2.1 first diagram", "**55 mm**, +0 mm off"),
        ("2600MC Duo 2", "**56 mm**, +0.344 mm off"),
        ("3.3 first diagram", "**56 mm**, +0.344 mm off"),
        ("2.2 variant 3", "**55 mm**, -0.656 mm off"),
    ],
)
def test_a_train_of_sourced_lengths_comes_out(case: str, total: str, written: Path) -> None:
    sections = (written / "tutorial-55mm.md").read_text().split("\n## ")

    section = next(text for text in sections if text.startswith(case))
    assert total in section


def test_cases_whose_length_was_deduced_are_marked(written: Path) -> None:
    page = (written / "tutorial-55mm.md").read_text()

    assert page.count("this case proves nothing about it") == 7
