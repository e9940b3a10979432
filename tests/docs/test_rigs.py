"""The page of well-known rigs is what its generator writes, and no answer on it is wrong."""

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "generate_rigs.py"))


@pytest.fixture(scope="module")
def written(generator: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("docs")
    kept = sys.argv
    sys.argv = ["generate_rigs.py", str(folder)]
    try:
        generator["main"]()
    finally:
        sys.argv = kept
    return (folder / "rigs.md").read_text(encoding="utf-8")


def test_the_page_is_current(written: str) -> None:
    assert written == (DOCS / "rigs.md").read_text(encoding="utf-8"), "run docs/generate_rigs.py"


def test_there_are_sixty_rigs_of_twenty_optics(generator: dict[str, Any]) -> None:
    rigs = generator["rigs"]()

    assert len(rigs) == 60
    assert len({rig["optic"] for rig in rigs}) >= 20


def test_no_answer_is_wrong(written: str) -> None:
    assert "**wrong**" not in written
    assert "are answered, none wrongly:" in written


def test_the_sum_by_hand_finds_a_wrong_answer(generator: dict[str, Any]) -> None:
    # 1 + 5 + 17.5 + 20 + 12.5 = 56 mm for 55 mm and a third of 3 mm: neither 57 mm nor 55 mm.
    rig = next(one for one in generator["rigs"]() if one["optic"] == "Esprit 100")
    (asked,) = generator["ask"](rig, generator["load_catalog"]())
    stack = asked.report["stacks"][0]

    right, sums = generator["judge"](asked)
    stack["path_length_mm"] += 1.0
    wrong, _ = generator["judge"](asked)

    assert (right, sums) == ("fits", "1 + 5 + 17.5 + 20 + 12.5 = 56 mm for 56.00 mm")
    assert wrong == "wrong"


def test_each_distance_of_an_optic_is_judged_by_its_own(generator: dict[str, Any]) -> None:
    # One for each of seven ranges of focal lengths.
    rig = {"optic": "TSFLAT2", "camera": "ASI2600MC Pro", "filter": ["2 mm"]}
    rig["means"] = ["ts_flat2", "zwo_asi2600mc_pro"]

    asked = generator["ask"](rig, generator["load_catalog"]())
    right = [generator["judge"](one)[0] for one in asked]
    for one, other in zip(asked, (*asked[1:], asked[0]), strict=True):
        one.report["measured_from"] = other.report["measured_from"]
    wrong = [generator["judge"](one)[0] for one in asked]

    assert right == ["fits"] * 7
    assert set(wrong) == {"wrong"}


def test_a_wrong_claim_about_a_part_of_the_maker_is_found(generator: dict[str, Any]) -> None:
    # The maker of the FCCT counts 2 mm of glass; two millimetres more want a third of that.
    rig = next(one for one in generator["rigs"]() if one.get("drawer") == "Baader FCCT")
    (asked,) = generator["ask"]({**rig, "filter": ["4 mm"]}, generator["load_catalog"]())

    right, _ = generator["judge"](asked)
    asked.report["uncounted_glass_mm"] = 0.0
    wrong, _ = generator["judge"](asked)

    assert (right, wrong) == ("by_maker", "wrong")


def test_a_range_of_lengths_is_not_counted_as_a_total(generator: dict[str, Any]) -> None:
    rig = next(one for one in generator["rigs"]() if one.get("oag") == "Celestron OAG")
    asked = generator["ask"](rig, generator["load_catalog"]())

    verdict = generator["verdict_of"](asked)

    assert verdict in generator["PARTLY"]
    assert verdict not in generator["FULL"]
