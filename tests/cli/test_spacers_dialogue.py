"""The dialogue of `rigd spacers`, driven through a real pseudo-terminal."""

import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.cli.spacers_dialogue import ask_for_train
from rigd.errors import TrainError

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate_session.py"))


@pytest.fixture(scope="module")
def talk(session: dict[str, Any]) -> Callable[..., str]:
    found: Callable[..., str] = session["run_session"]
    return found


def test_the_session_in_the_readme_is_current_and_takes_less_than_a_minute(
    session: dict[str, Any], talk: Callable[..., str]
) -> None:
    readme = (ROOT / "README.md").read_text()
    begin = time.monotonic()

    shown = talk()

    assert time.monotonic() - begin < 60.0
    assert session["page"](readme, shown) == readme, "run docs/generate_session.py"


def test_the_picture_in_the_readme_is_the_drawing_of_its_session(session: dict[str, Any]) -> None:
    picture = ROOT / "docs" / "train.svg"

    assert session["draw"]() == picture.read_text(encoding="utf-8"), "run docs/generate_session.py"
    assert '<img src="docs/train.svg"' in (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_asks_six_questions_at_most(talk: Callable[..., str]) -> None:
    shown = talk(("55 mm", "zwo_asi1600mm_pro", "none", "no", "", "none"))

    asked = ("Telescope", "Camera: ", "Off-axis", "Filter wheel", "Filter drawer", "Filter (")
    assert sum(line.startswith(asked) for line in shown.splitlines()) == 6
    assert "the sensor must stand 55 mm behind it" in shown


def test_an_empty_line_is_no_name_that_the_catalog_lacks(talk: Callable[..., str]) -> None:
    shown = talk(("", "55 mm", "", "zwo_asi1600mm_pro", "", "", "", ""))

    assert shown.count("this one is needed: type a name, or a part of one") == 2
    assert "nothing in the catalog has these words" not in shown


def test_of_several_names_the_nearest_are_offered_by_number(talk: Callable[..., str]) -> None:
    shown = talk(("55 mm", "ASI1600", "1", "", "", "", ""))

    assert "  1  ZWO ASI1600" in shown
    assert "which number? (or other words) 1\nOff-axis guider: " in shown


def test_words_in_place_of_a_number_are_an_answer_to_the_same_question(
    talk: Callable[..., str],
) -> None:
    shown = talk(("55 mm", "ASI1600", "2600", "2600MM Pro", "OAG-L", "", "", "none"))

    assert "which number? (or other words) 2600MM Pro\n  ZWO ASI2600MM Pro\n" in shown
    assert "Off-axis guider: OAG-L" in shown
    assert "'OAG-L' is taken to be ZWO OAG-L" in shown


def test_an_accessory_is_taken_to_be_of_the_cameras_maker(talk: Callable[..., str]) -> None:
    shown = talk(("55 mm", "zwo_asi2600mm_pro", "OAG-L", "", "", ""))

    assert "'OAG-L' is taken to be ZWO OAG-L" in shown


def test_tab_completes_a_name(talk: Callable[..., str]) -> None:
    shown = talk(("55 mm", "2600MM Pr\t", "", "", "", ""))

    assert "\n  ZWO ASI2600MM Pro\n" in shown


def test_words_that_mean_nothing_are_asked_again_and_given_up(talk: Callable[..., str]) -> None:
    shown = talk(tuple(["qqqq"] * 5))

    assert shown.count("nothing in the catalog has these words") == 5
    assert "no answer that the catalog knows" in shown


def test_without_a_terminal_it_says_what_to_type() -> None:
    with pytest.raises(TrainError, match="--optic WORDS --camera WORDS"):
        ask_for_train(load_catalog())
