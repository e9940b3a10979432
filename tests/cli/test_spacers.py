"""`rigd spacers` prints an answer for a person and the same answer as JSON."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.errors import TrainError

TRAIN = """
[optic]
name = "flattener"
required_back_focus_mm = 55
thread = "M48x0.75"
gender = "male"
[camera]
flange_distance_mm = 17.5
thread = "M42x0.75"
gender = "female"
[[parts]]
id = "tube"
optical_length_mm = 37.5
front = "M48x0.75 female"
back = "M42x0.75 male"
box = "blue box"
"""


def test_json_holds_the_stacks(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(TRAIN)

    result = CliRunner().invoke(app, ["spacers", "--train", str(file), "-k", "3", "--json"])

    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["stacks"][0]["parts"][0]["id"] == "tube"


def test_a_person_reads_parts_and_box(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(TRAIN)

    result = CliRunner().invoke(app, ["spacers", "--train", str(file)])

    assert result.exit_code == 0
    assert "the sensor must stand 55 mm behind it" in result.stdout
    assert "tube" in result.stdout
    assert "blue box" in result.stdout


def test_an_impossible_train_is_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(TRAIN.replace("37.5", "30"))

    result = CliRunner().invoke(app, ["spacers", "--train", str(file)])

    assert result.exit_code == 0
    assert "no train of these parts: every train is too short" in result.stdout
    assert "7.5 mm long" in result.stdout


def test_wrong_input_names_file_and_field(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(TRAIN.replace('thread = "M48x0.75"', 'thread = "M43"'))

    result = CliRunner().invoke(app, ["spacers", "--train", str(file)])

    assert isinstance(result.exception, TrainError)
    with pytest.raises(TrainError, match=r"train\.toml: optic\.thread"):
        raise result.exception


def test_a_drawing_for_the_screen_and_one_at_full_size_are_written(tmp_path: Path) -> None:
    file, screen, sheet = tmp_path / "train.toml", tmp_path / "a.svg", tmp_path / "b.svg"
    file.write_text(TRAIN)
    options = ["--svg", str(screen), "--full-size", str(sheet)]

    result = CliRunner().invoke(app, ["spacers", "--train", str(file), *options])

    assert result.exit_code == 0
    assert 'width="1000"' in screen.read_text()
    assert 'width="258mm"' in sheet.read_text()


def test_a_train_whose_threads_do_not_close_is_drawn_with_its_gap(tmp_path: Path) -> None:
    file, screen = tmp_path / "train.toml", tmp_path / "a.svg"
    file.write_text(TRAIN.partition("[[parts]]")[0])

    result = CliRunner().invoke(app, ["spacers", "--train", str(file), "--svg", str(screen)])

    assert result.exit_code == 0
    assert "55 mm required: 17.5 mm of parts, 37.5 mm missing" in screen.read_text()


def test_where_no_length_is_asked_for_the_room_is_said_and_drawn(tmp_path: Path) -> None:
    file, screen = tmp_path / "train.toml", tmp_path / "a.svg"
    petzval = 'kind = "petzval"\navailable_back_focus_mm = 100'
    file.write_text(TRAIN.replace("required_back_focus_mm = 55", petzval))

    result = CliRunner().invoke(app, ["spacers", "--train", str(file), "--svg", str(screen)])

    assert "mm left" in result.stdout
    assert "demands no distance" in screen.read_text()


def test_only_where_nothing_helps_it_is_impossible_and_no_success(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(TRAIN.replace("flange_distance_mm = 17.5", "flange_distance_mm = 70"))

    said = CliRunner().invoke(app, ["spacers", "--train", str(file)])
    as_json = CliRunner().invoke(app, ["spacers", "--train", str(file), "--json"])

    assert (said.exit_code, as_json.exit_code) == (1, 1)
    assert "impossible: 15 mm too long whatever the threads" in said.stdout
    assert json.loads(as_json.stdout)["impossible"]["nothing_helps"] is True


def test_a_doubtful_length_is_marked_beside_it() -> None:
    words = ["--optic", "55 mm", "--camera", "ASI2600MM Pro", "-k", "1"]

    weak = CliRunner().invoke(app, ["spacers", *words, "--oag", "ZWO OAG-L"])
    disputed = CliRunner().invoke(app, ["spacers", *words, "--drawer", "zwo_drawer_m48"])

    assert weak.exit_code == 0
    assert "17.5 mm ZWO bolt face ZWO bolt face (one weak source)" in " ".join(weak.stdout.split())
    assert "ZWO ASI2600MM Pro, " in weak.stdout
    assert "others say" in " ".join(disputed.stdout.split())
    assert "if the marked lengths are right" in disputed.stdout


def test_an_id_that_has_to_be_typed_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = ["--optic", "55 mm", "--camera", "ASI2600MC Pro", "--drawer", "zwo_drawer_m54"]

    result = CliRunner().invoke(app, ["spacers", *words])
    data = json.loads(CliRunner().invoke(app, ["spacers", *words, "-k", "3", "--json"]).stdout)

    shown = [stack for stack in data["stacks"] if stack["tolerance_class"] <= 1]
    bought = [id for stack in shown for id in stack["buy"]]
    assert bought
    assert all(f"({id})" in result.stdout for id in bought)
    table = [line for line in result.stdout.splitlines() if not line.lstrip().startswith("-")]
    assert max(map(len, table[1:])) <= 80


def test_what_is_off_by_more_than_the_tolerance_is_left_out_where_something_is_not() -> None:
    words = ["--optic", "55 mm", "--camera", "ASI2600MM Pro", "--oag", "ZWO OAG-L", "-k", "9"]

    result = CliRunner().invoke(app, ["spacers", *words])

    assert "no spacer cures that" not in result.stdout


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("precious")

    words = ["--optic", "55 mm", "--camera", "ASI2600MM Pro", "--save", str(file)]
    result = CliRunner().invoke(app, ["spacers", *words])

    assert result.exit_code != 0
    assert file.read_text() == "precious"


def test_more_than_three_meanings_have_a_line_each() -> None:
    words = ["--optic", "Esprit 100", "--camera", "ASI2600MM Pro", "--wheel", "EFW"]

    result = CliRunner().invoke(app, ["spacers", *words])

    *lines, last = result.stdout.splitlines()
    assert result.exit_code == 0
    assert len(lines) == 6
    assert all(line.startswith("- If 'EFW' is ZWO EFW ") for line in lines)
    assert last.startswith("Name what you mean for all that there is to say of it, as by --wheel ")


def test_a_line_says_for_which_lengths_of_an_unmeasured_part_there_are_rings() -> None:
    rig = ["--optic", "Esprit 100", "--camera", "ASI2600MM Pro", "--oag", "Celestron OAG"]

    result = CliRunner().invoke(app, ["spacers", *rig, "--wheel", "EFW"])

    first = result.stdout.splitlines()[0]
    assert "for any length of it from 1 mm" in first
    assert "for example:" in first
    assert "Celestron OAG 93648 17.5 (" in first
    assert "; check: the end of Celestron OAG 93648 towards the camera is not known" in first


@pytest.mark.parametrize("sensor", ["24", "90"])
def test_a_train_with_dark_corners_is_not_called_fine(sensor: str, tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    camera = f"flange_distance_mm = 17.6\nsensor_width_mm = {sensor}\nsensor_height_mm = 24"
    train = TRAIN.replace("flange_distance_mm = 17.5", camera)
    file.write_text(train.replace('name = "flattener"', "focal_ratio = 5\nexit_pupil_mm = 300"))

    result = CliRunner().invoke(app, ["spacers", "--train", str(file)])

    (summary,) = (line for line in result.stdout.splitlines() if line.startswith("1. "))
    assert ("fine as it is" in summary) == (sensor == "24")
    assert ("of their light" in summary) == (sensor == "90")


def test_words_that_leave_something_open_have_the_same_answers_as_data(tmp_path: Path) -> None:
    asked = ["--optic", "TSFLAT2", "--camera", "ASI2600MC Pro", "--filter", "none", "-k", "1"]

    said = CliRunner().invoke(app, ["spacers", *asked]).stdout
    data = json.loads(CliRunner().invoke(app, ["spacers", *asked, "--json"]).stdout)
    drawn = CliRunner().invoke(app, ["spacers", *asked, "--svg", str(tmp_path / "train.svg")])

    assert len(data["readings"]) == 7
    for reading in data["readings"]:
        best = reading["stacks"][0]
        assert f"{reading['meant']}: {best['path_length_mm']:g} mm, {best['verdict']}" in said
    assert "a file has one train, and this may be 7" in str(drawn.exception)
    assert '--adjust "optic.measured_from=focal length 600 to 690 mm"' in str(drawn.exception)
    assert not (tmp_path / "train.svg").exists()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = ["--adjust", "nonsense", "--adjust", "gender=female", "--adjust", "search.shop=yes"]

    result = CliRunner().invoke(app, ["spacers", "--optic", "0 mm", "--camera", "none", *wrong])

    assert "'0 mm' is no back focus: that is above 0" in str(result.exception)
    assert "camera: a train has one; say which" in str(result.exception)
    assert "'nonsense' is no field of optic, camera, search; write it as FIELD=VALUE" in str(
        result.exception
    )
    assert "'gender' is a field of what? optic.gender or camera.gender" in str(result.exception)


def test_a_word_that_is_not_true_or_false_is_refused() -> None:
    asked = ["--optic", "55 mm", "--camera", "17.5 mm", "--adjust"]

    odd = CliRunner().invoke(app, ["spacers", *asked, "search.shop=yes"])
    off = CliRunner().invoke(app, ["spacers", *asked, "search.shop=false"])

    assert "search.shop" in str(odd.exception)
    assert "to buy" not in off.stdout


def test_telescope_and_camera_that_the_catalog_lacks_are_given_by_their_lengths() -> None:
    lacking = CliRunner().invoke(app, ["spacers", "--optic", "TRF-2008", "--camera", "XYZ 99"])
    given = CliRunner().invoke(app, ["spacers", "--optic", "55 mm", "--camera", "17,5 mm"])

    assert 'say its back focus: "TRF-2008, 55 mm"' in lacking.stderr
    assert 'say its flange distance: "XYZ 99, 17.5 mm"' in lacking.stderr
    assert "1. 55 mm, exact" in given.stdout


def test_each_filter_says_how_far_off_the_train_is_with_it(tmp_path: Path) -> None:
    filters = '[[filters]]\nname = "L"\nthickness_mm = 3\nindex = 1.5\n'
    file = tmp_path / "train.toml"
    file.write_text(f'{TRAIN}\n{filters}[[filters]]\nname = "clear"\nempty = true\n')

    result = CliRunner().invoke(app, ["spacers", "--train", str(file)])

    assert "with each filter: L 1 mm too short; clear exact" in result.stdout
