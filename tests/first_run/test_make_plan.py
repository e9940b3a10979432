"""What is found makes a rig; of what remains at most six things are asked, and never any glass."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import Config
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.errors import ConfigError
from rigd.files.toml import parse_toml
from rigd.first_run.configuration_text import configuration_text
from rigd.first_run.findings import Findings, describe
from rigd.first_run.interview import Interview, Question, read_answers
from rigd.first_run.known_devices import KnownDevice, KnownServer
from rigd.first_run.known_logs import find_logs
from rigd.first_run.known_profiles import find_profiles
from rigd.first_run.make_plan import make_plan
from rigd.first_run.mode_advice import PROGRAMS, advise
from rigd.first_run.rig_plan import RigPlan, describe_plan
from rigd.focus.state.settings import Mode
from tests.first_run.homes import RUNS, SLOTS, add_ekos, add_nina, add_runs

EAF, EFW, CAMERA, MOUNT = "ZWO EAF", "ZWO EFW", "ZWO CCD ASI2600MM Pro", "EQMod Mount"
KINDS = {
    EAF: DeviceKind.FOCUSER,
    EFW: DeviceKind.FILTERWHEEL,
    CAMERA: DeviceKind.CAMERA,
    MOUNT: DeviceKind.MOUNT,
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def server(*names: str, labels: tuple[str, ...] = ()) -> KnownServer:
    devices = [
        KnownDevice(
            identity=DeviceIdentity(
                ref=DeviceRef("indi", name),
                protocol=WireProtocol.INDI,
                name=name,
                kinds=frozenset({KINDS.get(name, DeviceKind.FOCUSER)}),
            ),
            matches=(),
            labels=labels if name == EFW else (),
        )
        for name in names
    ]
    options: dict[str, object] = {"host": "localhost", "port": 7624}
    return KnownServer(name="indi", driver="indi", options=options, devices=tuple(devices))


def findings(home: Path, *names: str, labels: tuple[str, ...] = ()) -> Findings:
    return Findings(
        servers=(server(*names, labels=labels),) if names else (),
        profiles=find_profiles((home,)),
        logs=find_logs((home,), (), None),
    )


class Person:
    """Answers what is asked, else takes the default; keeps the questions."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> str:
        self.asked.append(question)
        return self.answers.get(question.key, "")


def plan(found: Findings, catalog: Catalog, person: Person) -> RigPlan:
    return make_plan(found, Interview(answers={}, asker=person), catalog)


def written(made: RigPlan, found: Findings) -> Config:
    text = configuration_text(made, found, date(2026, 1, 2), kept={}, zone="Europe/Rome")
    return Config.model_validate(parse_toml(text, "rigd.toml"))


def test_ekos_and_its_logs_need_three_answers(tmp_path: Path, catalog: Catalog) -> None:
    add_ekos(tmp_path)
    add_runs(tmp_path)
    found, person = findings(tmp_path, EAF, EFW, CAMERA, MOUNT), Person()

    made = plan(found, catalog, person)

    config = written(made, found)
    assert [question.key for question in person.asked] == ["program", "logs", "offsets"]
    assert config.rigs[0].mode is Mode.APPLY
    profile = made.profile
    assert profile.focuser is not None
    assert profile.focuser.address is not None
    assert profile.focuser.address.place == ("indi", EAF)
    assert profile.optic.focal_length_mm == 367.5
    assert config.watch[0].frame == "logical"
    assert config.watch[0].zone == "Europe/Rome"
    assert sum(len(one.good_runs) for one in made.logs) == RUNS


def test_offsets_of_the_program_are_taken_until_runs_have_taught_others(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_nina(tmp_path)
    add_runs(tmp_path)
    found, person = findings(tmp_path, EAF, EFW), Person()

    filters = plan(found, catalog, person).profile.filters

    assert filters["h-alpha"].imported_offset_steps == 40
    assert filters["red"].imported_offset_steps == 70
    assert filters["red"].focus_offset_steps is None


def test_beside_nina_the_focuser_is_rigds_and_its_own_offsets_are_named(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_nina(tmp_path)
    found, person = findings(tmp_path, EAF, EFW, CAMERA), Person()

    made = plan(found, catalog, person)

    assert made.mode is Mode.APPLY
    assert made.advice.next_step.startswith("in N.I.N.A. choose rigd's filter wheel")
    assert any("UseFilterWheelOffsets is on" in line for line in describe_plan(made))


def test_a_rig_that_no_program_knows_is_asked_for_what_only_a_person_knows(
    tmp_path: Path, catalog: Catalog
) -> None:
    found = findings(tmp_path, EAF, "MoonLite", EFW, CAMERA)
    person = Person(slots="L, R, Ha 3nm, Empty", focuser="moonlite", telescope="f/5,2")

    made = plan(found, catalog, person)

    profile = made.profile
    keys = [question.key for question in person.asked]
    assert keys == ["program", "focuser", "slots", "telescope"]
    assert profile.focuser is not None
    assert profile.focuser.address is not None
    assert profile.focuser.address.device == "MoonLite"
    assert profile.reference_filter == "l"
    assert profile.optic.focal_ratio == 5.2
    assert written(made, found).rigs[0].equipment == profile


def test_a_wheel_that_is_nothing_else_comes_before_a_camera_that_has_one(
    tmp_path: Path, catalog: Catalog
) -> None:
    found = findings(tmp_path, EAF, EFW, CAMERA, labels=SLOTS)
    both = frozenset({DeviceKind.CAMERA, DeviceKind.FILTERWHEEL})
    (only,) = found.servers
    devices = tuple(
        replace(one, identity=replace(one.identity, kinds=both))
        if one.identity.name == CAMERA
        else one
        for one in only.devices
    )
    found = replace(found, servers=(replace(only, devices=devices),))

    made = plan(found, catalog, Person())

    assert dict(made.profile.addresses())["wheel"].place == ("indi", EFW)
    assert dict(made.profile.addresses())["camera"].place == ("indi", CAMERA)


def test_the_wheels_own_labels_are_the_default(tmp_path: Path, catalog: Catalog) -> None:
    found = findings(tmp_path, EAF, EFW, labels=SLOTS)

    profile = plan(found, catalog, Person()).profile

    assert profile.wheel is not None
    assert [profile.filters[key].name for key in profile.wheel.slots] == list(SLOTS)


def test_devices_of_a_program_whose_server_sleeps_are_written_down(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_ekos(tmp_path)
    found = findings(tmp_path)

    made = plan(found, catalog, Person())

    config = written(made, found)
    assert [(one.driver, one.options) for one in config.servers] == [
        ("indi", {"host": "localhost", "port": 7624})
    ]
    assert dict(made.profile.addresses())["focuser"].place == ("indi", EAF)


def test_what_nina_reaches_and_nobody_answers_for_is_looked_for_by_discovery(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_nina(tmp_path)
    found = findings(tmp_path)

    made = plan(found, catalog, Person())

    assert [(one.name, one.options) for one in written(made, found).servers] == [
        ("alpaca", {"discover": True})
    ]
    assert {address.server for _, address in made.profile.addresses()} == {"alpaca"}


def test_a_server_elsewhere_has_a_name_beside_the_one_that_answers(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_ekos(tmp_path, "update profile set host = '192.168.4.7' where id = 1")
    found = findings(tmp_path, MOUNT)

    made = plan(found, catalog, Person())

    servers = {one.name: one.options["host"] for one in written(made, found).servers}
    assert servers == {"indi": "localhost", "indi-2": "192.168.4.7"}
    assert dict(made.profile.addresses())["focuser"].place == ("indi-2", EAF)


def test_nobody_is_asked_more_than_six_times(tmp_path: Path, catalog: Catalog) -> None:
    add_ekos(tmp_path, "update telescope set Aperture = 0")
    add_runs(tmp_path)
    found = findings(tmp_path, EAF, "MoonLite", EFW, CAMERA, MOUNT)
    person = Person(train="none")

    plan(found, catalog, person)

    assert len(person.asked) <= 6
    assert not any("glass" in question.text for question in person.asked)


def test_answers_come_from_a_file(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('program = "CCDciel"\nslots = ["L", "R"]\nname = "My Rig"\n', encoding="utf-8")
    found = findings(tmp_path, EAF, EFW)

    made = make_plan(found, Interview(answers=read_answers(path), asker=None), catalog)

    assert (made.name, made.program, made.mode) == ("my-rig", "CCDciel", Mode.APPLY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('progam = "x"', "progam: unknown key; did you mean 'program'", id="key"),
        pytest.param('program = "Nona"', "'Nona' is not one of N.I.N.A., ", id="value"),
    ],
)
def test_a_wrong_answer_in_a_file_is_named(
    tmp_path: Path, catalog: Catalog, text: str, said: str
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        make_plan(
            findings(tmp_path, EAF, EFW),
            Interview(answers=read_answers(path), asker=None),
            catalog,
        )


def test_what_was_found_is_said_line_by_line(tmp_path: Path) -> None:
    add_ekos(tmp_path)
    add_runs(tmp_path)
    broken = add_nina(tmp_path)
    broken.write_text("<nothing/>", encoding="utf-8")

    lines = list(describe(findings(tmp_path, EAF)))

    assert lines[0] == "INDI at localhost:7624: 1 device"
    assert any(line.startswith("Ekos, 'Pier/Primary' in ") for line in lines)
    assert f"not read: {broken}: XML of an unknown kind: its root is 'nothing'" in lines
    assert any(line.startswith(f"{RUNS} autofocus runs of {RUNS} in ") for line in lines)


def test_a_wheel_of_unknown_filters_is_left_out_and_stands_in_the_file_as_a_comment(
    tmp_path: Path, catalog: Catalog
) -> None:
    found = findings(tmp_path, EAF, EFW, CAMERA)

    made = make_plan(found, Interview(answers={}, asker=None), catalog)
    text = configuration_text(made, found, date(2026, 1, 2), kept={}, zone=None)

    said = " ".join(describe_plan(made))
    assert "wheel: ZWO EFW is left out, for nobody said which filters are in it" in said
    assert made.profile.wheel is None
    commented = text[text.index("# [rigs.equipment.wheel]") :].split("\n\n")[0]
    completed = commented.replace("# ", "")
    whole = text.replace(commented, completed)
    wheel = Config.model_validate(parse_toml(whole, "rigd.toml")).rigs[0].equipment
    assert wheel is not None
    assert wheel.wheel is not None
    assert wheel.wheel.address is not None
    assert wheel.wheel.address.place == ("indi", EFW)


def test_filters_that_cannot_be_are_refused_where_they_are_asked(
    tmp_path: Path, catalog: Catalog
) -> None:
    found = findings(tmp_path, EAF, EFW, CAMERA)
    person = Person(slots="L, R, G, B, Ha 3nm, Foo, L, Empty, 9")
    texts: list[str] = []

    def answer(question: Question) -> str:
        if question.key == "slots":
            texts.append(question.text)
            if len(texts) == 2:
                return "L, R, G, B, Ha 3nm, Foo, Empty"
        return person(question)

    made = make_plan(found, Interview(answers={}, asker=answer), catalog)

    assert "'L' is in slots 1 and 7" in texts[1]
    assert "pydantic" not in texts[1]
    assert made.profile.wheel is not None
    assert len(made.profile.wheel.slots) == 7


def test_it_says_what_connected_devices_would_spare(tmp_path: Path) -> None:
    there = server(EAF, EFW)
    devices = (there.devices[0], replace(there.devices[1], connected=False))
    found = replace(findings(tmp_path), servers=(replace(there, devices=devices),))

    lines = [line for line in describe(found) if line.startswith("not connected")]

    assert len(lines) == 1
    assert lines[0].startswith("not connected to the hardware: ZWO EFW. Connected they say")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("mode", Mode)
def test_what_is_to_be_done_follows_the_mode_that_was_chosen(program: str, mode: Mode) -> None:
    advice = advise(program, mode)

    does = f"{advice.switch_off}; {advice.next_step}"
    assert advice.mode is mode
    assert ("enter" in does) is (mode is Mode.PUBLISH)
    assert ("switch" in does or "to 0" in does) is (mode is Mode.APPLY) or program == "Ekos"
    assert advice.uses_indi_driver is ("indi_rigd" in does)
    assert (advice.frame == "logical") is (advise(program).mode is mode is Mode.APPLY)


def test_a_chosen_mode_has_its_own_reasons_in_the_file(tmp_path: Path, catalog: Catalog) -> None:
    add_ekos(tmp_path)
    found = findings(tmp_path, EAF, EFW, CAMERA, MOUNT)
    answers = {"program": "Ekos", "mode": "publish"}

    made = make_plan(found, Interview(answers=answers, asker=None), catalog)
    text = configuration_text(made, found, date(2026, 1, 2), kept={}, zone=None)

    assert made.mode is Mode.PUBLISH
    words = " ".join(text.replace("# ", "").split())
    assert "enter rigd's offsets" in words
    assert "indi_rigd" not in words


def test_ekos_is_told_to_choose_rigds_pair_by_its_names(tmp_path: Path, catalog: Catalog) -> None:
    add_ekos(tmp_path)
    found = findings(tmp_path, EAF, EFW, CAMERA, MOUNT)
    answers = {"program": "Ekos", "name": "refractor"}

    made = make_plan(found, Interview(answers=answers, asker=None), catalog)
    text = configuration_text(made, found, date(2026, 1, 2), kept={}, zone=None)

    words = " ".join(text.replace("# ", "").split())
    assert made.mode is Mode.APPLY
    assert "set the Offset of every filter to 0" in words
    assert "`rigd refractor wheel` as Filter Wheel" in words
    assert "`rigd refractor focuser` as Focuser" in words
    assert "enter rigd's offsets" not in words
    assert "`rigd refractor wheel`" in made.advice.next_step


def test_labels_that_contradict_the_programs_filters_are_said(
    tmp_path: Path, catalog: Catalog
) -> None:
    add_nina(tmp_path)
    labels = tuple(reversed(SLOTS))
    found = findings(tmp_path, EAF, EFW, CAMERA, labels=labels)

    made = plan(found, catalog, Person())
    agreeing = plan(findings(tmp_path, EAF, EFW, CAMERA, labels=SLOTS), catalog, Person())

    said = [line for line in made.warnings if "labels contradict" in line]
    assert len(said) == 1
    assert "Until that is settled rigd moves nothing" in said[0]
    assert not any("labels contradict" in line for line in agreeing.warnings)
