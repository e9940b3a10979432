"""The picture of a train: valid, to scale, named in words, readable by day, night and on paper."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from rigd.train.answer import answer
from rigd.train.drawing import describe, draw_stack
from rigd.train.train_file import read_train_file

TRAINS = sorted((Path(__file__).parents[2] / "docs" / "trains").glob("*.toml"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str) -> ET.Element:
    found = answer(read_train_file(next(path for path in TRAINS if path.stem.startswith(name))))
    return ET.fromstring(draw_stack(found.question, found.stacks[0]))  # noqa: S314  # our own text


@pytest.mark.parametrize("path", TRAINS, ids=lambda path: path.stem)
def test_every_train_is_drawn_as_valid_xml(path: Path) -> None:
    found = answer(read_train_file(path))

    for stack in found.stacks:
        root = ET.fromstring(draw_stack(found.question, stack))  # noqa: S314  # our own text
        numbers = [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "digit"]
        assert numbers.count(str(len(stack.chain) + 1)) == 2  # in the section and in the table


def test_the_picture_is_to_scale() -> None:
    root = drawn("02")
    boxes = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "device"]
    glass = next(e for e in root.iter(f"{SVG}rect") if e.get("class") == "glass")

    guider, wheel = float(boxes[0].get("width", 0)), float(boxes[2].get("width", 0))

    assert wheel / guider == pytest.approx(20.0 / 16.5, abs=0.01)
    assert float(glass.get("width", 0)) / wheel == pytest.approx(3.0 / 20.0, abs=0.01)


def test_the_words_say_what_the_picture_shows() -> None:
    found = answer(read_train_file(TRAINS[0]))

    words = describe(found.question, found.stacks[0])

    root = drawn("01")
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}desc") == words
    assert "M48-T2 adapter 16.5, 16.5 mm, M48x0.75 female to M42x0.75 male" in words
    assert "Together 55 mm, required 55 mm" in words


def test_dark_colours_are_for_screens_alone() -> None:
    style = drawn("01").findtext(f"{SVG}style") or ""

    assert "@media screen and (prefers-color-scheme: dark)" in style


def test_names_are_escaped_and_cut(tmp_path: Path) -> None:
    text = TRAINS[0].read_text().replace('"T2 extender 21"', '"T2 <extender> & ' + "x" * 60 + '"')
    file = tmp_path / "train.toml"
    file.write_text(text)
    found = answer(read_train_file(file))

    root = ET.fromstring(draw_stack(found.question, found.stacks[0]))  # noqa: S314  # our own text

    texts = [e.text or "" for e in root.iter(f"{SVG}text")]
    assert any(words.startswith("T2 <extender> & xxx") and len(words) <= 50 for words in texts)
