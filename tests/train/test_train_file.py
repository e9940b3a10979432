"""A train from a file: ids and figures, and wrong input named by its field."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rigd.errors import TrainError
from rigd.train.advice import target_words
from rigd.train.answer import answer
from rigd.train.connection import End, Gender
from rigd.train.part_facts import BackFocusPlane, BodyFacts, Faces, FilterFacts, OpticFacts
from rigd.train.parts import CameraMount, Port
from rigd.train.question import ToleranceSource, TrainCamera, tolerance_of
from rigd.train.room import room_words
from rigd.train.train_file import parse_train, read_train_file
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report

OPTIC = """
[optic]
required_back_focus_mm = 55
focal_ratio = 5
thread = "M48x0.75"
gender = "male"
"""
CAMERA = """
[camera]
name = "cam"
flange_distance_mm = 17.5
thread = "M42x0.75"
gender = "female"
sensor_diagonal_mm = 28.3
"""
SPACER = """
[[parts]]
id = "37.5"
optical_length_mm = 37.5
front = "M48x0.75 female"
back = "M42x0.75 male"
"""


def port(standard: str, gender: Gender) -> Port:
    return Port(end=End(standard=standard, gender=gender))


class Catalog:
    """Knows one thing of each kind."""

    def optic(self, id: str) -> OpticFacts | None:
        planes = {
            "flat": (BackFocusPlane(back_focus_um=55000),),
            "two planes": (
                BackFocusPlane(back_focus_um=55000, measured_from="T2 face"),
                BackFocusPlane(back_focus_um=57500, measured_from="M48 face"),
            ),
        }
        if id not in planes:
            return None
        return OpticFacts(
            name="Flat",
            port=port("M48x0.75", Gender.MALE),
            planes=planes[id],
            focal_ratio=7.0,
            tolerance_um=300,
        )

    def camera(self, id: str, front: Port | None = None) -> TrainCamera | None:
        if id != "cooled":
            return None
        mounts = (
            CameraMount(id="bare", port=port("M42x0.75", Gender.MALE), flange_distance_um=6500),
            CameraMount(id="ring", port=port("M42x0.75", Gender.FEMALE), flange_distance_um=17500),
        )
        return TrainCamera(name="Cooled", mounts=mounts, diagonal_mm=22.0)

    def part(self, id: str) -> BodyFacts | None:
        if id != "spacer":
            return None
        faces = Faces(front=port("M48x0.75", Gender.FEMALE), back=port("M42x0.75", Gender.MALE))
        return BodyFacts(faces=(faces,), optical_length_um=37500)

    def filter(self, id: str) -> FilterFacts | None:
        return FilterFacts(name="Ha", thickness_mm=3.0) if id == "ha" else None

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        facts = self.part("spacer")
        return [("spacer", facts)] if facts else []

    def who_says(self, id: str, field: str) -> str | None:
        return f"the data sheet of {id}, {field}"


def test_figures_alone_are_enough() -> None:
    found = answer(parse_train(OPTIC + CAMERA + SPACER))

    data = to_json(train_report(found))
    assert data["required_path_length_mm"] == 55.0
    assert data["glass_mm"] == 0.0
    (stack,) = data["stacks"]  # type: ignore[misc]  # a list in a JSON object
    assert [part["id"] for part in stack["parts"]] == ["37.5"]
    assert (stack["path_length_mm"], stack["back_focus_error_mm"]) == (55.0, 0.0)
    assert stack["buy"] == []
    assert "impossible" not in data


def test_ids_are_looked_up_and_the_file_wins() -> None:
    text = """
optic = { id = "flat", focal_ratio = 5.0 }
camera = { id = "cooled", mount_configuration = "ring" }
filters = [{ id = "ha", glass = "N-BK7" }]
parts = [{ id = "spacer", count = 2 }]
"""

    question = parse_train(text, Catalog())

    assert question.optic.focal_ratio == 5.0
    assert [mount.id for mount in question.camera.mounts] == ["ring"]
    assert question.parts[0].owned == 2
    assert question.wheels[0].slots[0].glass == "N-BK7"
    assert tolerance_of(question) == (300, ToleranceSource.CATALOG)


def test_a_figure_in_place_of_the_catalogs_is_said_beside_it() -> None:
    text = """
optic = { id = "flat", required_back_focus_mm = 56, focal_ratio = 7.0, tolerance_mm = 0.5 }
camera = { id = "cooled", flange_distance_mm = 18, sensor_diagonal_mm = 22.04 }
filters = [{ id = "ha", thickness_mm = 2 }]
parts = [{ id = "spacer", optical_length_mm = 37.5 }]
"""

    found = answer(parse_train(text, Catalog()))

    yours = "yours counts, since you have the thing before you"
    assert target_words(found.question, found.glass)[:4] == [
        "back focus of Flat: you say 56 mm, the catalog says 55 mm"
        f" (the data sheet of flat, back_focus); {yours}",
        "tolerance of Flat: you say 0.5 mm, the catalog says 0.3 mm"
        f" (the data sheet of flat, tolerance_mm); {yours}",
        "flange distance of Cooled: you say 18 mm, the catalog says 6.5 mm or 17.5 mm"
        f" (the data sheet of cooled, mount_configurations.flange_distance_mm); {yours}",
        "thickness of Ha: you say 2 mm, the catalog says 3 mm"
        f" (the data sheet of ha, thickness_mm); {yours}",
    ]
    assert found.problem is not None
    assert found.problem.required_high_um == 56_690


def test_an_optic_of_two_planes_wants_to_know_which() -> None:
    text = 'camera = { id = "cooled" }\noptic = { id = "two planes", measured_from = "%s" }'

    question = parse_train(text % "M48 face", Catalog())

    assert question.optic.back_focus_um == 57500
    with pytest.raises(TrainError, match=r"say which counts for Flat: 'T2 face' \(55 mm\) or"):
        parse_train(text % "glass", Catalog())


def test_a_camera_without_a_configuration_is_tried_in_all() -> None:
    question = parse_train('optic = { id = "flat" }\ncamera = { id = "cooled" }', Catalog())

    assert [mount.id for mount in question.camera.mounts] == ["bare", "ring"]


def test_the_thickest_filter_sets_the_length_and_each_slot_has_its_error() -> None:
    filters = """
[[filters]]
name = "L"
thickness_mm = 1.0
index = 1.5
[[filters]]
name = "Ha"
thickness_mm = 3.0
index = 1.5
[[filters]]
name = "open"
empty = true
"""
    longer = SPACER.replace("37.5", "38.5")

    data = to_json(train_report(answer(parse_train(OPTIC + CAMERA + longer + filters))))

    assert data["required_path_length_mm"] == 56.0
    slots = data["stacks"][0]["slots"]  # type: ignore[index]  # a JSON object
    assert [(s["name"], s["back_focus_error_mm"]) for s in slots] == [
        ("L", 0.667),
        ("Ha", 0.0),
        ("open", 1.0),
    ]


def test_filters_of_two_devices_are_in_series() -> None:
    filters = """
filters = [
  { name = "L", device = "wheel", thickness_mm = 3, index = 1.5 },
  { name = "clip", device = "drawer", thickness_mm = 1.5, index = 1.5 },
]
"""

    data = to_json(train_report(answer(parse_train(filters + OPTIC + CAMERA + SPACER))))

    assert data["glass_mm"] == 1.5


def test_unknown_glass_is_shown_as_a_range() -> None:
    filters = "[[filters]]\nthickness_mm = 2\n"

    data = to_json(train_report(answer(parse_train(OPTIC + CAMERA + SPACER + filters))))

    assert data["glass_range_mm"] == [0.63, 0.75]
    assert data["required_range_mm"] == [55.63, 55.75]
    assert any("1.46 to 1.60" in words for words in data["words"])  # type: ignore[attr-defined]  # a list


def test_two_stated_flange_distances_give_both_answers() -> None:
    camera = CAMERA.replace("17.5", "[6.5, 17.5]")
    longer = SPACER.replace("37.5", "48.5")

    data = to_json(train_report(answer(parse_train(OPTIC + camera + SPACER + longer))))

    notes = [stack["camera"]["note"] for stack in data["stacks"]]  # type: ignore[attr-defined]  # a list
    assert notes == ["sources disagree: here 6.5 mm", "sources disagree: here 17.5 mm"]


def test_an_impossible_train_says_what_is_near_and_what_would_close_it() -> None:
    short = SPACER.replace("37.5", "30")

    data = to_json(train_report(answer(parse_train(OPTIC + CAMERA + short))))

    assert data["stacks"] == []
    impossible = data["impossible"]
    assert impossible["nearest_mm"] == {"below": 47.5, "above": None}  # type: ignore[index]  # a JSON object
    wanted = {
        "front": "M42x0.75 female",
        "back": "M42x0.75 male",
        "optical_length_mm": [7.5],
        "sold": [],
    }
    assert wanted in impossible["adapters"]  # type: ignore[index]  # a JSON object


def test_a_gap_in_the_threads_names_the_adapter() -> None:
    optic = OPTIC.replace("M48x0.75", "M68x1")

    data = to_json(train_report(answer(parse_train(optic + CAMERA + SPACER))))

    impossible = data["impossible"]
    assert "nothing joins the telescope's M68x1 male" in impossible["reason"]  # type: ignore[index]  # a JSON object
    assert impossible["nearest_mm"] == {"below": None, "above": None}  # type: ignore[index]  # a JSON object
    wanted = {
        "front": "M68x1 female",
        "back": "M42x0.75 male",
        "optical_length_mm": [37.5],
        "sold": [],
    }
    assert wanted in impossible["adapters"]  # type: ignore[index]  # a JSON object


def test_a_petzval_has_no_target() -> None:
    optic = """
[optic]
name = "RedCat 51"
kind = "petzval"
available_back_focus_mm = 60
thread = "M48x0.75"
gender = "male"
"""

    data = to_json(train_report(answer(parse_train(optic + CAMERA + SPACER))))

    assert (data["required_path_length_mm"], data["stacks"]) == (None, [])
    assert "demands no distance" in data["words"][0]  # type: ignore[index]  # a list
    # M48 and M42 do not join: the spacer does it, 60 - 37.5 - 17.5.
    assert "5 mm are left" in data["words"][0]  # type: ignore[index]  # a list


def test_a_heater_takes_length_and_asks_for_none() -> None:
    heater = """
[[devices]]
id = "heater"
kind = "heater"
optical_length_mm = 2
front = "M42x0.75 female"
back = "M42x0.75 male"
"""
    shorter = SPACER.replace("37.5", "35.5")

    data = to_json(train_report(answer(parse_train(OPTIC + CAMERA + heater + shorter))))

    assert data["required_path_length_mm"] == 55.0
    assert data["stacks"][0]["path_length_mm"] == 55.0  # type: ignore[index]  # a list


def test_the_order_of_devices_may_be_left_to_the_search() -> None:
    devices = """
[search]
device_order = "any"
[[devices]]
id = "wheel"
kind = "wheel"
optical_length_mm = 20
front = "M42x0.75 female"
back = "M42x0.75 male"
[[devices]]
id = "guider"
kind = "guider"
optical_length_mm = 17.5
front = "M48x0.75 female"
back = "M42x0.75 male"
"""

    data = to_json(train_report(answer(parse_train(OPTIC + CAMERA + devices))))

    stack = data["stacks"][0]  # type: ignore[index]  # a list
    assert [part["id"] for part in stack["parts"]] == ["guider", "wheel"]
    assert stack["guide_camera"]["main_sensor_behind_guider_mm"] == 37.5


def test_the_guide_camera_is_nearer_by_the_glass() -> None:
    devices = """
filters = [{ name = "L", device = "wheel", thickness_mm = 3, index = 1.5 }]
[[devices]]
id = "oag"
kind = "guider"
optical_length_mm = 18.5
prism_from_back_mm = 8
front = "M48x0.75 female"
back = "M42x0.75 male"
[[devices]]
id = "wheel"
kind = "wheel"
optical_length_mm = 20
front = "M42x0.75 female"
back = "M42x0.75 male"
"""

    data = to_json(train_report(answer(parse_train(devices + OPTIC + CAMERA))))

    guide = data["stacks"][0]["guide_camera"]  # type: ignore[index]  # a list
    assert guide["from_prism_mm"] == 8 + 37.5 - 1.0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(OPTIC.replace("M48x0.75", "M42") + CAMERA,
                     r"optic.thread: 'M42' lacks its pitch: is it M42x0.75 or M42x1\?",
                     id="no-pitch"),
        pytest.param(OPTIC.replace("M48x0.75", "M43"), "optic.thread: thread 'M43' lacks its",
                     id="no-pitch-that-is-known"),
        pytest.param(OPTIC.replace('thread = "M48x0.75"', "") + CAMERA,
                     "optic.gender: of which thread is not known; add optic.thread",
                     id="gender-of-nothing"),
        pytest.param(OPTIC.replace("M48x0.75", "Q7"), "optic.thread: unknown thread 'Q7'",
                     id="unknown-thread"),
        pytest.param(OPTIC.replace("55", "-55"), "optic.required_back_focus_mm", id="negative"),
        pytest.param(OPTIC.replace('"male"', '"boy"'), "optic.gender", id="gender"),
        pytest.param(OPTIC + "colour = 1", "optic.colour: unknown key", id="unknown-key"),
        pytest.param(OPTIC + CAMERA.replace("17.5", "nan"), "camera.flange_distance_mm", id="nan"),
        pytest.param(OPTIC + CAMERA + SPACER.replace("37.5\n", "-1\n"),
                     r"parts\[0\].optical_length_mm", id="negative-length"),
        pytest.param(OPTIC + CAMERA + SPACER.replace(" female", ""),
                     r"parts\[0\].front: .* write it like", id="end-without-gender"),
        pytest.param(OPTIC + CAMERA + '[[parts]]\nid = "nothing"',
                     r"parts\[0\].id: 'nothing' is not in the catalog", id="unknown-part"),
        pytest.param('camera = { id = "x" }\n' + OPTIC, "camera.id: 'x' is not in the catalog",
                     id="unknown-camera"),
        pytest.param(OPTIC + CAMERA + '[[filters]]\nthickness_mm = 2\nglass = "crystal"',
                     r"filters\[0\].glass: glass: 'crystal'", id="unknown-glass"),
        pytest.param(OPTIC + CAMERA + '[search]\norder = ["buy"]', "search.order", id="criteria"),
        pytest.param(OPTIC, "camera: is needed", id="no-camera"),
        pytest.param("[optic", "not TOML", id="syntax"),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_with_its_field(text: str, names: str) -> None:
    with pytest.raises(TrainError, match=names):
        parse_train(text)


def test_contradictory_order_is_refused_with_its_field() -> None:
    devices = """
[[devices]]
id = "a"
before = ["b"]
optical_length_mm = 5
front = "M48x0.75 female"
back = "M48x0.75 male"
[[devices]]
id = "b"
before = ["a"]
optical_length_mm = 5
front = "M48x0.75 female"
back = "M48x0.75 male"
"""

    with pytest.raises(TrainError, match="b: before 'a', but the order given is a, b"):
        answer(parse_train(OPTIC + CAMERA + devices))
    with pytest.raises(TrainError, match=r"devices\.before: a, b contradict each other"):
        answer(parse_train('search = { device_order = "any" }\n' + OPTIC + CAMERA + devices))


def test_a_filter_of_no_device_is_refused() -> None:
    text = """
filters = [{ device = "wheeel", thickness_mm = 2 }]
devices = [{ id = "w", optical_length_mm = 5, front = "T2 female", back = "T2 male" }]
"""

    with pytest.raises(TrainError, match=r"filters\[0\].device: 'wheeel' is not in the train"):
        parse_train(text + OPTIC + CAMERA)


def test_where_no_distance_is_known_the_answer_says_what_the_train_takes() -> None:
    text = OPTIC.replace("required_back_focus_mm = 55\n", 'kind = "front_camera"\n')

    found = answer(parse_train(text + CAMERA))

    assert found.stacks == ()
    assert found.room is not None
    assert found.room.left_um is None
    assert room_words(found.question, found.room) == (
        "the back focus of optic is not known: look it up or measure it, and add"
        " --adjust optic.required_back_focus_mm=MM; camera and devices take 17.5 mm from the"
        " M42x0.75 female end to the sensor without spacers"
    )


def test_a_camera_without_a_known_length_leaves_the_room_that_remains() -> None:
    camera = '[camera]\nthread = "M42x0.75"\ngender = "male"\n'

    found = answer(parse_train(OPTIC + camera + SPACER))

    assert found.room is not None
    assert room_words(found.question, found.room) == (
        "the length of camera is not known: look it up or measure it; what is known takes 0 mm of"
        " 55 mm without spacers, 55 mm are left for it and the rings"
        " beside"
    )


def test_all_that_is_wrong_with_a_file_is_said_at_once() -> None:
    text = 'optic = { id = "a" }\ncamera = { id = "b" }\nparts = [{ id = "c" }, { id = "d" }]'

    with pytest.raises(TrainError) as refused:
        parse_train(text, Catalog())

    said = str(refused.value)
    for words in ("optic.id: 'a'", "camera.id: 'b'", "parts[0].id: 'c'", "parts[1].id: 'd'"):
        assert words in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"none.toml: cannot be read"):
        read_train_file(tmp_path / "none.toml")


WHEEL = """
[[devices]]
id = "w"
kind = "wheel"
optical_length_mm = 37.5
front = "M48x0.75 female"
back = "M42x0.75 male"
"""


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param("", id="a wheel of which no filter is known"),
        pytest.param('[[filters]]\nname = "Ha"\ndevice = "w"', id="a filter of unknown thickness"),
    ],
)
def test_glass_that_nobody_measured_is_of_the_usual_thickness_and_this_is_said(
    filters: str,
) -> None:
    found = answer(parse_train(OPTIC + CAMERA + WHEEL + filters))

    # 1.85 mm of the lightest to 3 mm of the densest glass; 2 mm is the commonest.
    assert (found.glass.low_um, found.glass.high_um) == (583, 1125)
    assert found.problem is not None
    assert found.problem.required_low_um == pytest.approx(55_690, abs=10)
    (said,) = [words for words in target_words(found.question, found.glass) if "assumed" in words]
    assert "2 mm thick; 1.85 to 3 mm are usual, and without it 55 mm would be required" in said


def test_an_empty_slot_is_no_glass() -> None:
    empty = '[[filters]]\ndevice = "w"\nempty = true'

    found = answer(parse_train(OPTIC + CAMERA + WHEEL + empty))

    assert (found.glass.low_um, found.glass.high_um) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        '[optic]\nname = "a\\u001b[31m"\nrequired_back_focus_mm = 55\n',
        '[optic]\nend = { standard = "M42\\u0007", gender = "male" }\n',
        'without = ["a\\u009b"]\n[optic]\nrequired_back_focus_mm = 55\n',
    ],
)
def test_a_control_character_is_refused(said: str) -> None:
    with pytest.raises(TrainError, match="has a control character") as refused:
        parse_train(said + CAMERA)

    assert str(refused.value).isprintable()
