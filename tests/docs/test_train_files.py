"""The train files of the documentation give the answers that their comments promise."""

from pathlib import Path

import pytest

from rigd.train.answer import answer
from rigd.train.file_format import (
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    GlassEntry,
    InventoryFile,
    MountEntry,
    OpticEntry,
    PartEntry,
    SearchEntry,
    TrainFile,
)
from rigd.train.train_file import read_train_file
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report

FOLDER = Path(__file__).parents[2] / "docs" / "trains"
# name: required length, path length and error of the best stack; None where there is none
EXPECTED = {
    "01-cooled-camera": (55.0, 55.0, 0.0),
    "02-wheel-and-guider": (56.0, 56.0, 0.0),
    "03-mixed-wheel": (55.69, 55.0, -0.69),
    "04-dark-corners": (55.0, 55.0, 0.0),
    "05-two-stated-distances": (55.0, 54.5, -0.5),
    "06-long-back-focus": (147.445, 146.5, -0.945),
    "07-camera-in-front": (25.0, 25.0, 0.0),
    "08-petzval": (None, None, None),
    "09-measured-from-the-glass": (96.333, 96.33, -0.003),
    "10-impossible": (72.2, None, None),
    "11-adjustable-and-heater": (66.0, 58.0, 0.0),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_a_documented_train_gives_its_answer(name: str) -> None:
    data = to_json(train_report(answer(read_train_file(FOLDER / f"{name}.toml"))))

    required, path, error = EXPECTED[name]
    stacks = data["stacks"]
    assert isinstance(stacks, list)
    assert data["required_path_length_mm"] == required
    assert [s["path_length_mm"] for s in stacks[:1]] == ([] if path is None else [path])
    assert [s["back_focus_error_mm"] for s in stacks[:1]] == ([] if error is None else [error])


def test_every_documented_train_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.toml"))


def test_the_full_frame_corner_behind_m42_rings_is_dark() -> None:
    data = to_json(train_report(answer(read_train_file(FOLDER / "04-dark-corners.toml"))))

    stacks = data["stacks"]
    assert isinstance(stacks, list)
    assert stacks[0]["corner_illumination"] == 0.0
    low, high = stacks[0]["corner_illumination_range"]
    assert low == 0.0
    assert 0.0 < high < 0.2


def test_the_reducer_that_lacks_a_millimetre_is_explained() -> None:
    data = to_json(train_report(answer(read_train_file(FOLDER / "10-impossible.toml"))))

    impossible = data["impossible"]
    assert isinstance(impossible, dict)
    assert impossible["nearest_mm"] == {"below": 71.1, "above": None}
    assert impossible["shim_mm"] == 1.1


def test_every_field_of_the_file_is_on_the_page() -> None:
    page = (FOLDER.parent / "trains.md").read_text()
    models = (
        OpticEntry,
        CameraEntry,
        MountEntry,
        DeviceEntry,
        PartEntry,
        FilterEntry,
        GlassEntry,
        SearchEntry,
        TrainFile,
        InventoryFile,
    )

    fields = {field for model in models for field in model.model_fields}

    assert [field for field in sorted(fields) if field not in page] == []
